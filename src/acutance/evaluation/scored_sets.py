"""The sets that an evaluation scores on, with their LR: files, bicubic reduction, or what a named degradation makes."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from acutance.data import Declared, PictureSet, find_sets, worsened_set
from acutance.degrade import Paired, asked_for
from acutance.errors import RequestError


@contextmanager
def found_sets(
    root: Path | None, names: str | Iterable[str | Path], scale: int, declared: Declared, degraded: str | None
) -> Generator[tuple[PictureSet, ...]]:
    """Yield the sets; LR that is made by a degradation lies in files that are gone after the block.

    Args:
        root: the folder of the sets.
        names: of folders in it, or folders.
        scale: of the network.
        declared: what was said of LR and white.
        degraded: how LR is made, a name as of `degrade.asked_for`, "paired" for files that have to be there; None for
            files where there are some, or else bicubic reduction.

    Raises:
        RequestError: there is no such set or degradation; or LR would be HR itself, as the scale is 1.
    """
    if degraded is not None and declared.lr:
        raise RequestError("LR is files of --lr or made by --with: leave one of them out.")
    degradation = None if degraded is None else asked_for(degraded, scale)
    if isinstance(degradation, Paired):
        declared, degradation = declared.of_files(degradation.lr), None
    found = find_sets(root, names, scale, strict=False, declared=declared)
    if degradation is not None and degraded is not None:
        with TemporaryDirectory() as folder:
            yield tuple(worsened_set(each, degradation, degraded, Path(folder)) for each in found)
        return
    for each in found if scale == 1 else ():
        if any(pair.lr is None for pair in each.pairs):
            raise RequestError(
                f"a network of scale 1 restores, and {each.name} holds nothing to restore: say how it is degraded, "
                "such as --with noise:25, or name the folder of what is, by --lr."
            )
    yield found
