"""What a figure is asked to show: a picture or a set by its name, networks by their labels."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from os import PathLike, fspath
from pathlib import Path

from acutance import checkpoints, images
from acutance.data import Pair, find_set, pair_of
from acutance.errors import RequestError, unknown
from acutance.files import check_target
from acutance.networks import Network, without_branch

BICUBIC, HR = "bicubic", "HR"
Source = str | PathLike[str] | Network
"""A run or its folder, a file of weights, a bundled name; or a network itself."""


def check_out(out: Path, spectrum: bool, *, page: bool) -> None:
    """Raise RequestError unless `out` can be written, and is of a kind that the figure can be written as."""
    check_target(out)
    if spectrum and out.suffix != ".svg":
        raise RequestError(
            f"a spectrum is drawn as .svg, not {out.suffix or 'a file without suffix'}: name it with -o."
        )
    if not spectrum and not (page and out.suffix == ".html"):
        images.check_writable(out)


def find_pairs(picture: str, data: Path | None, scale: int) -> tuple[Pair, ...]:
    """Return the picture of a file, that of SET/NAME, or those of a set.

    Raises:
        RequestError: there is no such set or picture.
    """
    path = Path(picture)
    if path.is_file():
        return (pair_of(path, scale),)
    folder, _, name = picture.rstrip("/").rpartition("/")
    if not folder or path.is_dir():
        return find_set(data, picture, scale).pairs
    pairs = find_set(data, folder, scale).pairs
    found = tuple(pair for pair in pairs if pair.name == name)
    if not found:
        raise unknown(f"picture in {folder}", name, (pair.name for pair in pairs))
    return found


def labelled(networks: Source | Sequence[Source] | Mapping[str, Source]) -> dict[str, Source]:
    """Return networks by their labels: their own, what stands before "=", or the network as it was given.

    Raises:
        RequestError: two have the same label, or one that of bicubic or HR.
    """
    several = [networks] if isinstance(networks, str | PathLike | Network) else networks
    named = [_parted(each) for each in several] if isinstance(several, Sequence) else several.items()
    labels = [*(label for label, _ in named), BICUBIC, HR]
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise RequestError(f"two pictures would be labelled {twice[0]!r}: give one of them as LABEL=NETWORK.")
    return dict(named)


def beside_branch_off(networks: Mapping[str, Source], scale: int, *, trust: bool = False) -> dict[str, Source]:
    """Return networks, each followed by itself with its gradient branch switched off, as in SPSR's Fig. 11.

    Raises:
        RequestError: one has no gradient branch, or cannot be loaded.
    """
    shown: dict[str, Source] = {}
    for label, source in networks.items():
        whole = source if isinstance(source, Network) else checkpoints.load(Path(source), scale=scale, trust=trust)
        shown |= {label: whole, f"{label}, branch off": without_branch(deepcopy(whole))}
    return shown


def _parted(network: Source) -> tuple[str, Source]:
    if isinstance(network, Network):
        return network.name, network
    text = fspath(network)
    label, _, source = ("", "", text) if Path(text).exists() else text.rpartition("=")
    return label or source, source
