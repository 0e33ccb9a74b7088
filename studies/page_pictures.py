"""Writes the pictures of the page in docs/guides/serve.md, from a server that runs.

    acutance serve &
    python studies/page_pictures.py --page http://127.0.0.1:8000/ --out docs/images

It needs Playwright and Chromium. The pictures that are enlarged are scikit-image's: Chelsea the cat (CC0) and an
astronaut (NASA, public domain).
"""

import argparse
import io
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

NAMES = ("chelsea.png", "astronaut.png")
WIDTH, HEIGHT, PATIENCE = 1280, 900, 300_000
COMPARED = ("edsr-light-x4", "default-x4", "real-x4")


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", default="http://127.0.0.1:8000/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    given = parser.parse_args()
    skimage = find_spec("skimage")
    assert skimage is not None
    assert skimage.origin is not None
    pictures = [Path(skimage.origin).parent / "data" / name for name in NAMES]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.browser, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(PATIENCE)
        page.goto(given.page)
        _draw(page, pictures, given.out)
        browser.close()


def _draw(page: Any, pictures: list[Path], out: Path) -> None:
    page.wait_for_selector("#network-words:not(:empty)")
    page.set_input_files("#files", pictures)
    for picture in pictures:
        page.locator("#pictures li.done", has_text=picture.name).first.wait_for()
    _save(page, out / "serve.webp")
    page.get_by_role("button", name=f"Look: {NAMES[0]}").click()
    page.wait_for_timeout(2000)
    _save(page, out / "serve-slider.webp", whole=False)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("tab", name="Compare networks").click()
    page.locator("#compare select[name=picture]").select_option(label=NAMES[0])
    for box in page.locator("#panel-compare input[type=checkbox]").all():
        box.set_checked(box.get_attribute("value") in ("bicubic", "", *COMPARED))
    page.get_by_role("button", name="Compare", exact=True).click()
    page.locator("#compared figure").nth(len(COMPARED)).wait_for()
    page.wait_for_timeout(3000)
    _save(page, out / "serve-compare.webp")


def _save(page: Any, path: Path, *, whole: bool = True) -> None:
    Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB").save(path, quality=80, method=6)


if __name__ == "__main__":
    main()
