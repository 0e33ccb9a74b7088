"""The report in headless Chromium (on Debian the package chromium), on a desk and a phone: the slider, the tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from acutance.report.page import write_report
from acutance.scores.results import Results, SetResult
from photographs import photograph

SCORES = {"a": (9.5, 0.8), "b": (30.0, 0.9), "c": (27.0, 0.7)}
HR = photograph(1, 96, 120)


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Any, tmp_path: Path) -> Iterator[Any]:
    pictures = {name: {"psnr": psnr, "ssim": ssim} for name, (psnr, ssim) in SCORES.items()}
    write_report(
        tmp_path / "report.html",
        title="A report",
        runs={},
        results=[Results("net", 4, "pcl", {"Set": SetResult(pictures, {}, 3)})],
        figures={"a wide figure": Image.new("RGB", (1400, 300))},
        commands=["acutance figure " + "a" * 300],
        facts={},
        sliders={"photograph": {"bicubic": HR // 2, "net": HR, "HR": 255 - HR}},
    )
    context = browser.new_context(viewport={"width": request.param, "height": 800}, has_touch=request.param < 500)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    assert not faults
    context.close()


def colours(page: Any, tmp_path: Path) -> np.ndarray:
    """What stands in the slider's place, as large as HR."""
    page.locator(".slider").screenshot(path=tmp_path / "slider.png")
    return np.asarray(Image.open(tmp_path / "slider.png").convert("RGB").resize((120, 96)), dtype=float)


def is_like(shown: np.ndarray, picture: np.ndarray, columns: slice) -> bool:
    return bool(np.abs(shown[:, columns] - picture[:, columns]).mean() < 12)


def test_the_slider_uncovers_one_picture_and_then_the_other(page: Any, tmp_path: Path) -> None:
    left, right = slice(5, 45), slice(75, 115)
    half = colours(page, tmp_path)
    assert is_like(half, HR // 2, left)
    assert is_like(half, HR, right)
    handle = page.locator(".slider input")
    handle.focus()
    page.keyboard.press("End")
    assert is_like(colours(page, tmp_path), HR // 2, right)
    box = page.locator(".slider").bounding_box()
    page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 3)
    assert float(handle.input_value()) < 5
    assert is_like(colours(page, tmp_path), HR, left)


def test_another_picture_is_chosen_for_a_side(page: Any, tmp_path: Path) -> None:
    assert page.locator(".compared img:visible").count() == 2
    page.get_by_label("right", exact=True).select_option("HR")
    assert is_like(colours(page, tmp_path), 255 - HR, slice(75, 115))


def test_a_table_sorts_by_numbers_both_ways_and_the_mean_stays_last(page: Any) -> None:
    page.locator("summary").first.click()
    table = page.locator("details table").first
    ways = (("PSNR", "acb", "ascending"), ("PSNR", "bca", "descending"), ("SSIM", "cab", "ascending"))
    for metric, expected, said in ways:
        table.get_by_role("button", name=f"net {metric}").click()
        rows = table.locator("tr > th[scope=row]").all_inner_texts()
        assert rows == [*expected, "mean"]
        assert table.locator("th", has_text=f"net {metric}").get_attribute("aria-sort") == said
        assert table.locator("th[aria-sort]").count() == 1


def test_nothing_is_wider_than_the_window(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
