"""The main job on the photographs that ship, in a few minutes: from training to a picture of what it changed."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from acutance import images
from acutance.data import PictureSet, find_set
from acutance.degrade import crop_to_multiple
from acutance.errors import shown
from acutance.report.crops import draw_crops
from acutance.report.page import write_report
from acutance.report.panels import Pixels
from acutance.report.spectra import spectra
from acutance.runs import Run, train
from acutance.scores import Results, benchmark, bicubic_upscaler
from acutance.scores.candidate import load_upscaler
from acutance.scores.score_rows import notes, set_rows
from acutance.tables import html, plain
from acutance.terminal import show

PHOTOS = Path(__file__).parent / "photos"
"""The photographs that ship: train/ and test/."""
START = "edsr-light-x4"
SCALE = 4
RECIPES = {"L1": "quickstart:pixel", "L1 + PCL": "quickstart:pcl"}
SHOWN = "coffee"
"""The photograph of the figure."""


@dataclass(frozen=True)
class Demo:
    """What the demo made: the two runs, the scores of bicubic and of both, a figure and a page."""

    runs: Mapping[str, Run]
    results: Sequence[Results]
    figure: Path
    report: Path

    def __str__(self) -> str:
        told = [plain(set_rows(self.results)), *notes(self.results), self.verdict]
        return "\n".join([*told, f"{shown(self.figure)} and {shown(self.report)} are written."])

    def _repr_html_(self) -> str:
        return f"{html(set_rows(self.results))}<p>{self.verdict}</p>"

    @property
    def verdict(self) -> str:
        """What the runs showed, whichever way it fell."""
        (name,) = self.results[0].sets
        pixel, pcl = (each.sets[name].means["psnr"] for each in self.results[1:])
        return (
            f"L1 + PCL is {abs(pcl - pixel):.3f} dB {'above' if pcl >= pixel else 'below'} L1 alone after this short "
            "run of one seed, which decides nothing; `acutance compare` with several seeds does."
        )


def demo(*, out: str | PathLike[str] = "demo", steps: int | None = None, seed: int = 1, device: str = "auto") -> Demo:
    """Train on with and without PCL, compare on photographs kept out of training, and draw the result.

    The network that ships is trained on for a moment on eleven photographs, once with L1 alone and once with L1 + PCL,
    same seed, same budget, and measured on four others. A demo that was interrupted goes on where it stopped.

    Args:
        out: the folder for everything that is made, comparison.png and report.html among it.
        steps: updates of each run; the recipe's 150 by default.
        seed: decides the patches and the samples.
        device: "cpu", "cuda", "mps", or "auto" for the best there is.
    """
    started, folder = time.monotonic(), Path(out)
    runs = {label: _trained(label, recipe, folder, steps, seed, device) for label, recipe in RECIPES.items()}
    pictures = find_set(None, str(PHOTOS / "test"), SCALE)
    upscalers = {
        label: load_upscaler(run.folder, scale=SCALE, tile=None, device=device)[0] for label, run in runs.items()
    }
    results = [
        benchmark(upscaler, [pictures], network=label, scale=SCALE, save=folder / "pictures" / label)
        for label, upscaler in {"bicubic": bicubic_upscaler(SCALE), **upscalers}.items()
    ]
    done = Demo(runs, results, folder / "comparison.png", folder / "report.html")
    _show(done, _shown(folder, results, pictures), time.monotonic() - started)
    return done


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


def _shown(out: Path, results: Sequence[Results], pictures: PictureSet) -> dict[str, dict[str, Pixels]]:
    """Return each test photograph as every network made it, by their labels, and as it is."""
    labels = [each.network for each in results]
    return {
        pair.name: {
            **{
                label: images.read(out / "pictures" / label / pictures.name / f"{pair.name}.png").pixels
                for label in labels
            },
            "HR": crop_to_multiple(images.read(pair.hr).pixels, SCALE),
        }
        for pair in pictures.pairs
    }


def _show(done: Demo, shown: Mapping[str, Mapping[str, Pixels]], seconds: float) -> None:
    """Write the figure and the page."""
    (name,) = done.results[0].sets
    made = {each.network: shown[SHOWN][each.network] for each in done.results}
    scores = {each.network: each.sets[name].images[SHOWN] for each in done.results}
    figure = draw_crops(shown[SHOWN]["HR"], made, scores=scores)
    images.write(done.figure, np.asarray(figure))
    write_report(
        done.report,
        title="Acutance: L1 against L1 + PCL",
        runs={label: run.folder for label, run in done.runs.items()},
        results=done.results,
        figures={f"{SHOWN}, enlarged {SCALE} times": figure},
        commands=["make demo"],
        facts={
            "Start": f"{START}, a network that ships",
            "Trained on": "11 photographs that ship with Acutance (src/acutance/photos/LICENCES.md)",
            "Measured on": f"{len(shown)} photographs kept out of training",
            "Time": f"{seconds:.0f} s",
        },
        sliders={SHOWN: shown[SHOWN]},
        drawn=[spectra(shown.values(), border=SCALE)],
    )
