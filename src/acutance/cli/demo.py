"""`acutance demo`: the main job on the photographs that ship, in a few minutes, from training to a picture."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.runs.train import Budget, Hardware, run_recipe
from acutance.scores.candidate import load_upscaler

if TYPE_CHECKING:
    from acutance.data import PictureSet
    from acutance.scores.results import Results
    from acutance.scores.scorer import Upscaler

PHOTOS = Path(__file__).parents[1] / "photos"
START = "edsr-light-x4"
SCALE = 4
RECIPES = {"L1": "quickstart:pixel", "L1 + PCL": "quickstart:pcl"}
SHOWN = "coffee"
"""The photograph of the figure."""


def demo(
    out: Annotated[Path, typer.Option(help="Folder for everything that is made.")] = Path("demo"),
    steps: Annotated[int | None, typer.Option(help="Updates of each run; 150 by default.")] = None,
    seed: Annotated[int, typer.Option(help="Decides the patches and the samples.")] = 1,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")] = "auto",
) -> None:
    """Train on with and without PCL, compare on photographs kept out of training, and draw the result.

    Example: acutance demo

    The network that ships is trained on for a moment on eleven photographs, once with L1 alone and once with L1 + PCL,
    same seed, same budget, and measured on four others. Writes demo/comparison.png and demo/report.html.
    """
    from acutance.data import find_set
    from acutance.report.table import notes, plain, set_rows
    from acutance.scores.benchmark import bicubic_upscaler

    started = time.monotonic()
    runs = _train(out, Budget(scale=SCALE, steps=steps, seed=seed), Hardware(device))
    pictures = find_set(None, str(PHOTOS / "test"), SCALE)
    upscalers = {"bicubic": bicubic_upscaler(SCALE)}
    for label, run in runs.items():
        upscalers[label], _ = load_upscaler(run, scale=SCALE, tile=None, device=device)
    results = _score(upscalers, pictures, out)
    print(plain(set_rows(results)), *notes(results), *_told(results), sep="\n")
    _show(out, runs, results, pictures, time.monotonic() - started)
    print(f"{out / 'comparison.png'} and {out / 'report.html'} are written.")


def _train(out: Path, budget: Budget, hardware: Hardware) -> dict[str, Path]:
    """Train each recipe from the network that ships; a demo that was interrupted goes on where it stopped."""
    runs: dict[str, Path] = {}
    for label, recipe in RECIPES.items():
        print(f"{label}: training on {len(list((PHOTOS / 'train').iterdir()))} photographs", flush=True)
        folder = out / "runs" / recipe.replace(":", "-")
        runs[label] = run_recipe(
            recipe,
            data=[PHOTOS / "train"],
            out=folder,
            budget=budget,
            hardware=hardware,
            init=START,
            resume=True,
            cache=out / "store",
        )
    return runs


def _score(upscalers: "dict[str, Upscaler]", pictures: "PictureSet", out: Path) -> "list[Results]":
    from acutance.scores.benchmark import benchmark

    return [
        benchmark(upscaler, [pictures], network=label, scale=SCALE, save=out / "pictures" / label)
        for label, upscaler in upscalers.items()
    ]


def _told(results: "list[Results]") -> list[str]:
    """Say what the run showed, whichever way it fell."""
    (name,) = results[0].sets
    pixel, pcl = (each.sets[name].means["psnr"] for each in results[1:])
    return [
        f"L1 + PCL is {abs(pcl - pixel):.3f} dB {'above' if pcl >= pixel else 'below'} L1 alone after this short run "
        "of one seed, which decides nothing; `acutance compare` with several seeds does."
    ]


def _show(out: Path, runs: dict[str, Path], results: "list[Results]", pictures: "PictureSet", seconds: float) -> None:
    import numpy as np

    from acutance import images
    from acutance.degrade import crop_to_multiple
    from acutance.report.figure import comparison
    from acutance.report.page import write_report
    from acutance.report.spectra import spectra

    (name,) = results[0].sets
    labels = [each.network for each in results]
    shown = {
        pair.name: {label: images.read(out / "pictures" / label / name / f"{pair.name}.png").pixels for label in labels}
        | {"HR": crop_to_multiple(images.read(pair.hr).pixels, SCALE)}
        for pair in pictures.pairs
    }
    hr, made = shown[SHOWN]["HR"], {label: shown[SHOWN][label] for label in labels}
    scores = {each.network: each.sets[name].images[SHOWN] for each in results}
    figure = comparison(hr, made, scores=scores)
    images.write(out / "comparison.png", np.asarray(figure))
    write_report(
        out / "report.html",
        title="Acutance: L1 against L1 + PCL",
        runs=runs,
        results=results,
        figures={f"{SHOWN}, enlarged {SCALE} times": figure},
        commands=["make demo"],
        facts={
            "Start": f"{START}, a network that ships",
            "Trained on": "11 photographs that ship with Acutance (src/acutance/photos/LICENCES.md)",
            "Measured on": f"{len(pictures.pairs)} photographs kept out of training",
            "Time": f"{seconds:.0f} s",
        },
        sliders={SHOWN: shown[SHOWN]},
        drawn=[spectra(shown.values(), border=SCALE)],
    )
