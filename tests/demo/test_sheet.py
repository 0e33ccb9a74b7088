"""The figure and the page of the demo, of small pictures."""

from pathlib import Path

import numpy as np
import pytest

from acutance import images
from acutance.data import find_set
from acutance.demo import Demo
from acutance.demo.equal_sharpness import sharpened
from acutance.demo.findings import FILTER, L1, PCL
from acutance.demo.sheet import CHANGED, TIMES, amplified, write_sheet
from acutance.report.panels import Pixels
from acutance.runs import Run
from acutance.scores.results import Results, SetResult
from pages import Elements
from photographs import photograph

LABELS = ("bicubic", "default-x4", L1, PCL, FILTER)


def scored(label: str, names: list[str]) -> Results:
    scores = {"psnr": 28.0, "ssim": 0.8, "sharpness": 5.0 + LABELS.index(label), "spectrum": 6.0, "grid": 0.1}
    return Results(label, 4, "pcl", {"test": SetResult(dict.fromkeys(names, scores), {}, len(names))})


@pytest.fixture
def made(tmp_path: Path) -> dict[str, dict[str, Pixels]]:
    """What each network made: the second picture differs more."""
    found: dict[str, dict[str, Pixels]] = {label: {} for label in LABELS}
    for number, name in enumerate(("city", "coffee")):
        hr = photograph(number, 96, 128)
        images.write(tmp_path / "test" / f"{name}.png", hr)
        for place, label in enumerate(LABELS):
            found[label][name] = sharpened(hr, 1 + 0.1 * place * (1 + number))
    return found


def test_page_shows_the_picture_on_which_the_runs_differ_most_and_says_how_sure(
    tmp_path: Path, made: dict[str, dict[str, Pixels]]
) -> None:
    runs = {label: Run(tmp_path / label) for label in (L1, PCL)}
    results = [scored(label, ["city", "coffee"]) for label in LABELS]
    done = Demo(runs, results, 1.3, tmp_path / "comparison.png", tmp_path / "report.html")
    write_sheet(done, made, find_set(None, str(tmp_path / "test"), 4), {"Start": "default-x4"})
    page = done.report.read_text(encoding="utf-8")
    text = " ".join(page.split())
    assert len(Elements(page).images("png")) == 1 + 2 * (len(LABELS) + 1)
    assert "coffee is the photograph on which L1 + PCL and L1 differ most, of 2." in text
    assert "sharpened by 1.30, nothing trained" in text
    assert "minutes of training decide nothing" in text
    assert ">Spectrum of Y, less that of HR<" in text
    figure = images.read(done.figure).pixels
    assert figure.shape[1] > 1200
    assert np.ptp(figure) > 200


def test_difference_is_amplified_around_grey() -> None:
    first = np.full((2, 2, 3), 101, np.uint8)
    assert np.array_equal(amplified(first, first), np.full((2, 2, 3), 128, np.uint8))
    assert amplified(first + 1, first)[0, 0, 0] == 128 + TIMES
    assert amplified(first, first + 100)[0, 0, 0] == 0
    assert CHANGED.endswith(f"x{TIMES}")
