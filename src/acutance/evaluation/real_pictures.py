"""Real pictures, of which there is no original: scores that need none, beside bicubic's, and both side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from acutance import images
from acutance.data import Pair, find_pictures
from acutance.errors import PictureError, RequestError
from acutance.evaluation.outputs import Place
from acutance.evaluation.subject import Working, baseline, subject_of
from acutance.files import check_target, write_json
from acutance.metrics import METRICS
from acutance.metrics.metric import is_own
from acutance.networks import Network
from acutance.progress import track
from acutance.report.panels import captioned, enlarged, framed, grid
from acutance.scores.benchmark import bicubic_source
from acutance.scores.measuring import make_scorer
from acutance.scores.opaque import read_scored
from acutance.scores.results import Results, Scores, SetResult
from acutance.scores.scorer import Source
from acutance.scores.wording import values
from acutance.terminal import say

NO_REFERENCE = tuple(name for name, metric in METRICS.items() if not metric.reference)
"""NIQE, and what needs no files: noise, sharpness, blocking."""
SHOWN, SIDE, PANEL = 8, 160, 400
"""Pictures in the figure, LR pixels of the part that is shown of each, and pixels of a panel."""
Pixels = UInt8[np.ndarray, "_ _ 3"]


@dataclass(frozen=True)
class Shown:
    """A picture in the figure: its name, what each makes of its middle, and the scores of the whole."""

    name: str
    made: dict[str, Pixels]
    scores: dict[str, Scores]


def evaluate_real(
    network: str | PathLike[str] | Network,
    folder: str | PathLike[str],
    *,
    metrics: str | Sequence[str] | None = None,
    weights: Place = None,
    figure: Place = None,
    json: Place = None,
    save: Place = None,
    tile: int | None = None,
    device: str = "auto",
    trust: bool = False,
) -> Results:
    """Score what a network makes of real pictures, which have no original, beside bicubic.

    >>> photos = Path(images.__file__).parents[1] / "photos" / "test"
    >>> results = evaluate_real("edsr-light-x4", photos, metrics="sharpness")
    >>> results["test"]["sharpness"] > results.baseline["test"]["sharpness"]
    True

    Args:
        network: as of `acutance.evaluate`.
        folder: of the pictures, each LR.
        metrics: names in `METRICS` that need no original; by default NIQE where its file is at hand, and the others.
        weights: the folder of the file that NIQE needs.
        figure, json, save: files for the middles side by side and for the scores, and a folder for SR, as NAME.png.
        tile, device, trust: as of `acutance.evaluate`.

    Raises:
        RequestError: a name or a folder is wrong, a file cannot be written, or a metric needs an original.
    """
    _check_places(figure, json, save)
    place = Path(folder)
    subject = subject_of(network, None, Working(tile, False, device, None, 1, trust=trust))
    scorer = make_scorer("pcl", _metrics(metrics, weights), None if weights is None else Path(weights))
    paths = _pictures(place)
    sources = {baseline(subject.scale): bicubic_source(subject.scale), subject.name: subject.begin(())()}
    scored: dict[str, dict[str, Scores]] = {name: {} for name in sources}
    failed: dict[str, str] = {}
    shown: list[Shown] = []
    for path in track(paths, f"{subject.name} on {place.name}", len(paths)):
        try:
            made = _made(path, sources)
            scores: dict[str, Scores] = {name: scorer(sr, sr, subject.scale) for name, sr in made.items()}
        except (PictureError, RequestError) as error:
            failed[path.stem] = str(error) if isinstance(error, PictureError) else f"{path}: {error}"
            continue
        for name, each in scored.items():
            each[path.stem] = scores[name]
        if len(shown) < SHOWN:
            shown.append(Shown(path.name, {name: _middle(sr, subject.scale) for name, sr in made.items()}, scores))
        if save is not None:
            images.write(Path(save) / f"{path.stem}.png", made[subject.name])
    results = _results(scored, failed, len(paths), place.resolve().name, subject.scale)
    if json is not None:
        write_json(Path(json), results.to_json())
    if figure is not None and shown:
        images.write(Path(figure), np.asarray(_sheet(shown)))
    return results


def _check_places(figure: Place, json: Place, save: Place) -> None:
    check_target(figure, json, save and Path(save) / "NAME.png")
    if figure is not None:
        images.check_writable(Path(figure))


def _metrics(metrics: str | Sequence[str] | None, weights: Place) -> list[str]:
    """Return what is scored; NIQE is left out, and told, where nobody asked for it and its file is missing."""
    if metrics is not None:
        given = metrics.split(",") if isinstance(metrics, str) else metrics
        names = [name.strip() for name in given if name.strip()]
        for name in names:
            if name in METRICS and METRICS[name].reference and not is_own(name):
                raise RequestError(
                    f"{name} compares with an original, which a real picture has not; {', '.join(NO_REFERENCE)} do not."
                )
        return names
    try:
        METRICS["niqe"].weights(None if weights is None else Path(weights))
    except RequestError as error:
        say(f"NIQE is left out: {error}")
        return [name for name in NO_REFERENCE if name != "niqe"]
    return [*NO_REFERENCE]


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RequestError(f"there is no folder {folder} of real pictures.")
    paths = find_pictures(folder, recursive=False)
    if not paths:
        raise RequestError(f"there is no picture in {folder}.")
    return paths


def _made(path: Path, sources: Mapping[str, Source]) -> dict[str, Pixels]:
    """Return what each makes of a picture."""
    lr, pair = read_scored(path), Pair(path.stem, path, path)
    return {name: source(path.parent.name, pair, lr) for name, source in sources.items()}


def _middle(sr: Pixels, scale: int) -> Pixels:
    side = SIDE * scale
    top, left = (max(0, (length - side) // 2) for length in sr.shape[:2])
    return sr[top : top + side, left : left + side]


def _results(
    scored: Mapping[str, Mapping[str, Scores]], failed: Mapping[str, str], expected: int, name: str, scale: int
) -> Results:
    first, *own = (
        Results(network, scale, "pcl", {name: SetResult(each, failed, expected, {}, "real pictures")})
        for network, each in scored.items()
    )
    return replace(own[0], baseline=first) if own else first  # bicubic itself has nothing beside it


def _sheet(shown: Sequence[Shown]) -> Image.Image:
    """Return a row a picture."""
    largest = max(max(part.shape[:2]) for each in shown for part in each.made.values())
    panels = [
        captioned(_square(part, largest), f"{each.name}, {name}", values(each.scores[name]))
        for each in shown
        for name, part in each.made.items()
    ]
    return framed(grid(panels, len(shown)))


def _square(part: Pixels, side: int) -> Image.Image:
    """Return a part on a white square, enlarged by whole pixels to about a panel."""
    whole = np.full((side, side, 3), 255, np.uint8)
    whole[: part.shape[0], : part.shape[1]] = part
    return enlarged(whole, max(side, PANEL))
