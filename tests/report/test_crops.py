"""The figure of a picture as several networks made it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from acutance.errors import RequestError
from acutance.report.crops import Box, draw_crops, most_different
from photographs import photograph

HR = photograph(1, 240, 300)


def candidates(*labels: str, at: Box | None = None) -> dict[str, np.ndarray]:
    made = {label: HR.copy() for label in labels}
    if at:
        for grey, pixels in enumerate(made.values()):
            at.of(pixels)[:] = 40 * grey
    return made


def places_of(panel: np.ndarray, sheet: Image.Image) -> list[tuple[int, int]]:
    """Every (left, top) where the sheet shows the panel, pixel by pixel."""
    pixels, (height, width) = np.asarray(sheet), panel.shape[:2]
    corner = (pixels[: -height + 1, : -width + 1] == panel[0, 0]).all(axis=2)
    found = zip(*np.nonzero(corner), strict=True)
    return [(int(x), int(y)) for y, x in found if np.array_equal(pixels[y : y + height, x : x + width], panel)]


def test_each_panel_is_the_crop_enlarged_five_times_pixel_by_pixel_on_a_regular_grid() -> None:
    box = Box(100, 60, 64, 64)
    made = {"bicubic": 255 - HR, "L1": HR // 2, "L1 + PCL": HR // 3}
    sheet = draw_crops(HR, made, crop=box)
    panels = [box.of(pixels).repeat(5, axis=0).repeat(5, axis=1) for pixels in (HR, *made.values())]
    (a,), (b,), (c,), (d,) = (places_of(panel, sheet) for panel in panels)
    assert panels[0].shape == (320, 320, 3)
    assert a[1] == b[1]
    assert c[1] == d[1]
    assert a[0] == c[0]
    assert b[0] == d[0]
    assert b[0] - a[0] > 320
    assert c[1] - a[1] > 320


def test_the_crop_is_where_the_candidates_differ() -> None:
    box = Box(130, 90, 40, 40)
    assert most_different(HR, candidates("a", "b", "c", at=box)) == box


def test_a_single_candidate_is_held_against_the_original() -> None:
    box = Box(7, 150, 40, 40)
    ours = HR.copy()
    box.of(ours)[:] = 255 - box.of(HR)
    found = most_different(HR, {"ours": ours})
    assert abs(found.left - box.left) <= 40
    assert abs(found.top - box.top) <= 40


@given(height=st.integers(1, 90), width=st.integers(1, 90), labels=st.integers(1, 7))
def test_any_size_and_number_can_be_drawn(height: int, width: int, labels: int) -> None:
    hr = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
    made = {f"network {number}": 255 - hr for number in range(labels)}
    box = most_different(hr, made)
    assert 0 <= box.left <= width - box.width
    assert 0 <= box.top <= height - box.height
    assert draw_crops(hr, made).mode == "RGB"


def test_the_mark_does_not_leave_a_picture_at_its_edge() -> None:
    whole = np.asarray(draw_crops(HR, candidates("a", "b", "c"), crop=Box(0, 0, 64, 64)))
    orange = (whole == (240, 99, 10)).all(axis=2)
    assert orange.any()
    assert not orange[:20].any()
    assert not orange[:, :20].any()


def test_scores_are_written_below_their_label() -> None:
    made = candidates("a")
    assert draw_crops(HR, made) != draw_crops(HR, made, scores={"a": {"psnr": 28.42, "ssim": 0.8104}})


@pytest.mark.parametrize("crop", [(-1, 0, 10, 10), (0, 0, 301, 10), (0, 231, 10, 10), (0, 0, 0, 5)])
def test_a_crop_outside_the_picture_is_refused(crop: tuple[int, int, int, int]) -> None:
    with pytest.raises(RequestError, match="300x240"):
        draw_crops(HR, candidates("a"), crop=Box(*crop))


def test_a_candidate_of_another_size_is_named() -> None:
    with pytest.raises(RequestError, match="'small' is 299x240, not 300x240"):
        draw_crops(HR, {"small": HR[:, 1:]})


def test_on_real_pictures_the_crop_has_detail(shared_data: Path) -> None:
    hr = np.asarray(Image.open(shared_data / "Set5" / "baby.png").convert("RGB"))
    soft = np.asarray(Image.fromarray(hr).resize((128, 128)).resize((512, 512), Image.Resampling.BICUBIC))
    box = most_different(hr, {"soft": soft, "softer": np.roll(soft, 2, axis=0)})
    assert (box.width, box.height) == (80, 80)
    assert box.of(hr).std() > 10
