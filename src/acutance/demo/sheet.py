"""What the demo draws: crops where the runs differ most, what PCL changed, spectra, and the page with all of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from acutance import images
from acutance.data import PictureSet
from acutance.degrade import crop_to_multiple
from acutance.demo.findings import FILTER, L1, PCL, difference_rows
from acutance.report.crops import draw_crops, most_different
from acutance.report.page import write_report
from acutance.report.page_tables import Table
from acutance.report.panels import Box, Pixels
from acutance.report.spectra import less, spectra

if TYPE_CHECKING:
    from acutance.demo.course import Demo

TIMES = 8
"""By which the picture of what PCL changed is amplified."""
CHANGED = f"{PCL} less {L1}, x{TIMES}"
HR = "HR"
CAPTIONED = ("psnr", "ssim", "sharpness")


def write_sheet(
    done: "Demo", made: Mapping[str, Mapping[str, Pixels]], pictures: PictureSet, facts: Mapping[str, str]
) -> None:
    """Write the figure and the page.

    Args:
        done: the demo, with the paths of both.
        made: by the label of each network, what it made, by the names of the pictures.
        pictures: the set that was scored.
        facts: what belongs at the top of the page besides.
    """
    scale = done.results[0].scale
    hr = {pair.name: crop_to_multiple(images.read(pair.hr).pixels, scale) for pair in pictures.pairs}
    name = max(hr, key=lambda each: _apart(made[PCL][each], made[L1][each]))
    of = {label: each[name] for label, each in made.items()}
    box = most_different(hr[name], {label: of[label] for label in (L1, PCL)})
    figure = _figure(done, hr[name], of, box, name)
    images.write(done.figure, np.asarray(figure))
    order = [label for label in (L1, PCL, FILTER) if label in made]
    order += [label for label in made if label not in order]
    shown = {label: made[label] for label in order} | {HR: hr}
    table = Table("Less L1 alone", difference_rows(done.results, pictures.name), (), done.findings)
    lines = spectra(({label: each[key] for label, each in shown.items()} for key in hr), border=scale)
    write_report(
        done.report,
        title="Acutance: L1 against L1 + PCL, and against a filter",
        runs={label: run.folder for label, run in done.runs.items()},
        results=done.results,
        figures={f"{name}, where {PCL} and {L1} differ most, enlarged": figure},
        commands=["make demo"],
        facts={
            "Trained on": "11 photographs that ship with Acutance (src/acutance/photos/LICENCES.md)",
            "Measured on": f"{len(hr)} photographs kept out of training",
            **facts,
        },
        sliders={
            f"{name}, the part of the figure": {label: box.of(each[name]) for label, each in shown.items()},
            name: {label: each[name] for label, each in shown.items()},
        },
        drawn=[less(lines, HR)],
        verdict=table,
        choice=f"{name} is the photograph on which {PCL} and {L1} differ most, of {len(hr)}.",
    )


def _figure(done: "Demo", hr: Pixels, of: Mapping[str, Pixels], box: Box, name: str) -> Image.Image:
    """Draw the crop of HR, of both runs, of bicubic and the filter, and the amplified difference of the runs."""
    (set_name,) = done.results[0].sets
    scores = {each.network: each.sets[set_name].images[name] for each in done.results}
    told = {label: {key: each[key] for key in CAPTIONED} for label, each in scores.items()}
    labels = [L1, PCL, "bicubic", *([FILTER] if FILTER in of else [])]
    panels = {label: of[label] for label in labels} | {CHANGED: amplified(of[PCL], of[L1])}
    return draw_crops(hr, panels, crop=box, scores=told)


def amplified(first: Pixels, second: Pixels) -> Pixels:
    """Return grey plus the difference of two pictures, so many times."""
    difference = first.astype(np.int16) - second.astype(np.int16)
    return np.clip(128 + TIMES * difference, 0, 255).astype(np.uint8)


def _apart(first: Pixels, second: Pixels) -> float:
    return float(np.abs(first.astype(np.int16) - second.astype(np.int16)).mean())
