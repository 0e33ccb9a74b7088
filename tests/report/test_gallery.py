"""Which pictures a report shows, and how much of them."""

import math
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acutance.data import find_set
from acutance.report.gallery import HR, PIXELS, around, examples, gallery
from acutance.report.page import write_report
from acutance.report.panels import Box
from acutance.scores.benchmark import benchmark, bicubic_source, bicubic_upscaler
from acutance.scores.results import Results, SetResult
from acutance.scores.scorer import from_lr
from photographs import photograph


def results(network: str, metric: str = "psnr", **scores: float) -> Results:
    pictures = {name: {metric: score} for name, score in scores.items()}
    return Results(network, 4, "spsr", {"Set": SetResult(pictures, {}, len(pictures))})


def test_the_largest_gains_stand_first_and_the_smallest_last() -> None:
    control = results("control", "psnr", **dict.fromkeys("abcdefgh", 30.0))
    ours = results("ours", a=31.0, b=29.0, c=30.5, d=30.1, e=math.inf, f=30.2, g=30.3, h=28.0)
    shown = examples([control, ours])
    assert "".join(each.picture for each in shown) == "eacdbh"
    assert [each.gain for each in shown[1:]] == pytest.approx([1.0, 0.5, 0.1, -1.0, -2.0])


def test_a_gain_is_a_fall_where_lower_is_better() -> None:
    control, ours = results("control", "niqe", a=5.0, b=5.0), results("ours", "niqe", a=6.0, b=4.0)
    assert [each.picture for each in examples([control, ours])] == ["b", "a"]


def test_a_single_network_shows_its_best_and_worst() -> None:
    assert "".join(each.picture for each in examples([results("one", a=1.0, b=3.0, c=2.0)])) == "bca"


def test_what_one_of_the_two_has_not_scored_is_not_shown() -> None:
    control, ours = results("control", a=30.0, c=30.0), results("ours", a=31.0, b=31.0)
    assert [each.picture for each in examples([control, ours])] == ["a"]
    assert examples([results("none"), results("ours", a=1.0)]) == []


@given(st.data(), st.integers(1, 60), st.integers(1, 60), st.integers(1, 4000))
def test_the_part_around_a_crop_is_bounded_and_holds_its_middle(
    data: st.DataObject, height: int, width: int, most: int
) -> None:
    side = data.draw(st.integers(1, min(height, width)))
    left, top = data.draw(st.integers(0, width - side)), data.draw(st.integers(0, height - side))
    part = around(Box(left, top, side, side), np.zeros((height, width, 3), dtype=np.uint8), most)
    assert min(part.left, part.top) >= 0
    assert min(part.width, part.height) >= 1
    assert part.left + part.width <= width
    assert part.top + part.height <= height
    assert part.width * part.height <= max(most, height, width)
    assert part.left <= left + side / 2 <= part.left + part.width
    assert part.top <= top + side / 2 <= part.top + part.height
    if most >= height * width:
        assert part == (0, 0, width, height)


def test_large_pictures_are_cut_around_what_differs_and_the_page_stays_small(tmp_path: Path) -> None:
    folder = tmp_path / "Large"
    folder.mkdir()
    for name, seed in (("one", 1), ("two", 2)):
        cv2.imwrite(str(folder / f"{name}.png"), photograph(seed, 1200, 1600))
    pictures = find_set(tmp_path, "Large", 4)

    def spoilt(lr: np.ndarray) -> np.ndarray:
        sr = bicubic_upscaler(4)(lr)
        sr[1000:1040, 1400:1440] = 255 - sr[1000:1040, 1400:1440]
        return sr

    scored = [
        benchmark(bicubic_upscaler(4), [pictures], network="bicubic", scale=4),
        benchmark(spoilt, [pictures], network="spoilt", scale=4),
    ]
    shown = gallery(scored, {"bicubic": partial(bicubic_source, 4), "spoilt": lambda: from_lr(spoilt)}, [pictures])
    assert shown.choice == "All pictures, by their gain in PSNR of spoilt over bicubic."
    parts = [part for made in shown.sliders.values() for part in made.values()]
    assert 0.9 * PIXELS < sum(part.shape[0] * part.shape[1] for part in parts) <= PIXELS
    for caption, made in shown.sliders.items():
        bicubic, ours, hr = made.values()
        assert list(made)[2] == HR
        assert bicubic.shape == ours.shape == hr.shape
        assert f"; {hr.shape[1]} x {hr.shape[0]} of its 1600 x 1200 pixels" in caption
        assert (bicubic != ours).any(axis=2).sum() > 1500
    write_report(
        tmp_path / "r.html",
        title="T",
        runs={},
        results=scored,
        figures=shown.figures,
        commands=[],
        facts={},
        sliders=shown.sliders,
    )
    assert (tmp_path / "r.html").stat().st_size < 10_000_000
