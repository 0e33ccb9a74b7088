"""The demo from its start to its page: both runs, the scores, the filter beside them, and what they look like."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from acutance import images
from acutance.data import PictureSet, find_set
from acutance.demo.equal_sharpness import factor_as_sharp, sharpened
from acutance.demo.findings import FILTER, L1, PCL, findings
from acutance.demo.sheet import write_sheet
from acutance.errors import shown
from acutance.metrics import Scorer
from acutance.report.panels import Pixels
from acutance.runs import Run, train
from acutance.scores import Results, benchmark, bicubic_upscaler
from acutance.scores.candidate import load_upscaler
from acutance.scores.measuring import make_scorer
from acutance.scores.score_rows import notes, set_rows
from acutance.scores.scorer import Upscaler
from acutance.tables import html, plain
from acutance.terminal import show

PHOTOS = Path(__file__).parents[1] / "photos"
"""The photographs that ship: train/ and test/."""
START = "default-x4"
SCALE = 4
RECIPES = {L1: "quickstart:pixel", PCL: "quickstart:pcl"}
METRICS = ("psnr", "ssim", "sharpness", "spectrum", "grid")


@dataclass(frozen=True)
class Demo:
    """What the demo made.

    Attributes:
        runs: with L1 alone and with L1 + PCL.
        results: of bicubic, the network that both start from, both runs, and the filter where there is one.
        factor: by which L1's pictures are sharpened to be as sharp as L1 + PCL's; None where those are no sharper.
        figure, report: a picture and a page.
    """

    runs: Mapping[str, Run]
    results: Sequence[Results]
    factor: float | None
    figure: Path
    report: Path

    def __str__(self) -> str:
        told = [plain(set_rows(self.results)), *notes(self.results), *self.findings]
        return "\n".join([*told, f"{shown(self.figure)} and {shown(self.report)} are written."])

    def _repr_html_(self) -> str:
        return f"{html(set_rows(self.results))}<p>{'</p><p>'.join(self.findings)}</p>"

    @property
    def findings(self) -> list[str]:
        """What the runs showed, whichever way it fell, and how sure that is."""
        (name,) = self.results[0].sets
        return findings(self.results, name, self.factor)


def demo(*, out: str | PathLike[str] = "demo", steps: int | None = None, seed: int = 1, device: str = "auto") -> Demo:
    """Go on with and without PCL, compare on photographs kept out of training, and draw the result.

    The network that ships is trained on for a few minutes on eleven photographs, once with L1 alone and once with L1 +
    PCL, by an embedding network that has learned: same seed, same budget. Both are measured on four others, beside the
    filter that makes L1's pictures as sharp as those of L1 + PCL. A demo that was interrupted goes on where it stopped.

    Args:
        out: the folder for everything that is made, comparison.png and report.html among it.
        steps: updates of each run; the recipe's 300 by default.
        seed: decides the patches and the samples.
        device: "cpu", "cuda", "mps", or "auto" for the best there is.
    """
    started, folder = time.monotonic(), Path(out)
    runs = {label: _trained(label, recipe, folder, steps, seed, device) for label, recipe in RECIPES.items()}
    pictures, scorer = find_set(None, str(PHOTOS / "test"), SCALE), make_scorer("pcl", METRICS, None)
    score = _Scoring(pictures, scorer, folder / "pictures")
    networks = {START: START, **{label: run.folder for label, run in runs.items()}}
    upscalers = {
        label: load_upscaler(source, scale=SCALE, tile=None, device=device)[0] for label, source in networks.items()
    }
    results = [score(label, each) for label, each in {"bicubic": bicubic_upscaler(SCALE), **upscalers}.items()]
    wanted, made = results[-1].sets[pictures.name].means["sharpness"], list(score.made(L1).values())
    factor = factor_as_sharp(made, wanted, border=scorer.protocol.border(SCALE))
    if factor is not None:
        results.append(score(FILTER, _filtered(upscalers[L1], factor)))
    done = Demo(runs, results, factor, folder / "comparison.png", folder / "report.html")
    made = {each.network: score.made(each.network) for each in results}
    facts = {"Start": f"{START}, a network that ships", "Time": f"{time.monotonic() - started:.0f} s"}
    write_sheet(done, made, pictures, facts)
    return done


@dataclass(frozen=True)
class _Scoring:
    """Scores networks on a set, and keeps the pictures that they make."""

    pictures: PictureSet
    scorer: Scorer
    folder: Path

    def __call__(self, label: str, upscaler: Upscaler) -> Results:
        """Return the scores of a network."""
        place = self.folder / label
        return benchmark(upscaler, [self.pictures], network=label, scale=SCALE, protocol=self.scorer, save=place)

    def made(self, label: str) -> dict[str, Pixels]:
        """Return what a network that was scored made, by the names of the pictures."""
        place = self.folder / label / self.pictures.name
        return {pair.name: images.read(place / f"{pair.name}.png").pixels for pair in self.pictures.pairs}


def _filtered(upscaler: Upscaler, factor: float) -> Callable[[Pixels], Pixels]:
    return lambda lr: sharpened(upscaler(lr), factor)


def _trained(label: str, recipe: str, out: Path, steps: int | None, seed: int, device: str) -> Run:
    show(f"{label}: training on {len(images.find(PHOTOS / 'train'))} photographs")
    return train(
        recipe,
        data=PHOTOS / "train",
        out=out / "runs" / recipe.replace(":", "-"),
        scale=SCALE,
        steps=steps,
        seed=seed,
        device=device,
        init=START,
        resume=True,
        cache=out / "store",
    )
