"""Tables of results and the sentences below them."""

import pytest

from acutance.scores.results import Results, SetResult
from acutance.scores.score_rows import notes, picture_rows, set_rows
from acutance.scores.wording import coverage_sentence, digits_beyond, signed

FULL = SetResult({"a": {"psnr": 30.0, "ssim": 0.9}, "b": {"psnr": 31.5, "ssim": 0.8}}, {}, 2)
PART = SetResult({"b": {"psnr": float("inf"), "ssim": 1.0}}, {"a": "a.png: no picture."}, 2)
RESULTS = [Results("bicubic", 4, "pcl", {"Set5": FULL, "B|100": FULL}), Results("ours", 4, "pcl", {"Set5": PART})]


def test_networks_stand_beside_each_other_on_each_set() -> None:
    assert set_rows(RESULTS) == [
        ["network", "Set5", "B|100"],
        ["bicubic", "30.75 / 0.8500", "30.75 / 0.8500"],
        ["ours", "inf / 1.0000", "-"],
    ]


def test_pictures_of_a_set_with_one_that_failed() -> None:
    assert picture_rows(RESULTS, "Set5") == [
        ["Set5", "bicubic", "ours"],
        ["a", "30.00 / 0.9000", "-"],
        ["b", "31.50 / 0.8000", "inf / 1.0000"],
        ["mean", "30.75 / 0.8500", "inf / 1.0000"],
    ]


def test_notes_name_the_protocol_and_who_covers_fewer_pictures() -> None:
    said = " ".join(notes(RESULTS))
    assert "PSNR / SSIM" in said
    assert "Protocol pcl at x4" in said
    assert "2 of Set5" in said
    assert "ours has 1 of 2 of Set5" in said


def test_each_metric_has_its_title_and_digits_and_what_is_better_lower_is_said() -> None:
    scored = SetResult({"a": {"psnr": 30.0, "lpips_squeeze": 0.12345, "niqe": 5.4321}}, {}, 1)
    results = [Results("ours", 4, "spsr", {"Set5": scored})]
    assert set_rows(results)[1] == ["ours", "30.00 / 0.1235 / 5.432"]
    cells, lower, protocol, low, _ = notes(results)
    assert cells == "Cells: PSNR / LPIPS v0.1 (SqueezeNet) / NIQE."
    assert lower == "Lower is better: LPIPS v0.1 (SqueezeNet), NIQE."
    assert protocol.startswith("Protocol spsr at x4")
    assert low == "LR: bicubic here."
    assert not any("Lower" in note for note in notes(RESULTS))


def test_a_mean_that_nobody_takes_over_all_pictures_is_not_said_to_cover_them() -> None:
    scored = SetResult({"a": {"psnr": 30.0}}, {"b": "b is broken"}, 2)
    results = [Results(name, 4, "pcl", {"Set5": scored}) for name in ("bicubic", "net")]
    assert coverage_sentence(results) == (
        "Means over the pictures: bicubic has 1 of 2 of Set5; but net has 1 of 2 of Set5."
    )


@pytest.mark.parametrize(
    ("metric", "difference", "told"),
    [
        ("psnr", 0.0831, "+0.083"),
        ("psnr", -0.00042, "-0.00042"),
        ("psnr", 0.0, "+0.000"),
        ("psnr", 1.5, "+1.500"),
        ("ssim", 0.0000012, "+0.0000012"),
        ("psnr", 1e-9, "+0.000000"),
    ],
)
def test_a_small_difference_does_not_read_as_none(metric, difference, told):
    assert signed(metric, difference, digits_beyond(metric, difference)) == told
