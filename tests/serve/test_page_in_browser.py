"""The page in headless Chromium, with a server that really runs: on a desk and a phone, by mouse and by keyboard."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import acutance
from acutance.run_folder import RunFolder
from photographs import photograph
from serve_pictures import bomb, png
from serving import Server, serving, until

pytest.importorskip("starlette")
PATIENCE = 120_000
"""Milliseconds."""
SMALL, OTHER, LARGE = photograph(1, 40, 56), photograph(2, 48, 48), photograph(3, 400, 400)
ENDLESS = photograph(4, 2000, 2000)
"""At work for longer than a browser on a busy machine takes to draw what waits behind it."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Server]:
    runs = tmp_path_factory.mktemp("runs")
    run = RunFolder(runs / "mine")
    run.sample("baby", 40).parent.mkdir(parents=True)
    Image.fromarray(SMALL).save(run.sample("baby", 40))
    for step in range(1, 41):
        run.append({"step": step, "loss/pixel": 1 / step, "validation/Set5/psnr": 20 + step / 10})
    with serving(tmp_path_factory.mktemp("served"), runs=str(runs)) as server:
        yield server


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Any, server: Server) -> Iterator[Any]:
    """The page, at its start; whatever is asked of another address, or goes wrong in its script, fails the test."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, has_touch=request.param < 500)
    page = opened(context.new_page(), server)
    yield page
    assert not page.faults
    assert {address for address in page.asked if not address.startswith((server.address, "blob:"))} == set()
    context.close()


@pytest.fixture
def desk(browser: Any, server: Server) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = opened(context.new_page(), server)
    yield page
    assert not page.faults
    context.close()


def opened(page: Any, server: Server) -> Any:
    page.faults, page.asked = [], []
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(server.address + "/")
    page.wait_for_selector("#network-words:not(:empty)")
    page.get_by_label("Engine").select_option("torch")
    return page


def picture(pixels: np.ndarray, name: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/png", "buffer": png(pixels)}


def soon(page: Any, expression: str) -> None:
    """Wait for something to be so; the page's own policy forbids what Playwright has for that."""
    until(lambda: page.evaluate(expression) or None)


def row(page: Any, name: str, state: str = "") -> Any:
    return page.locator(f"#pictures li{state and '.' + state}", has_text=name)


def done(page: Any, *names: str) -> None:
    for name in names:
        row(page, name, "done").first.wait_for()


def shown(page: Any, size: tuple[int, int]) -> np.ndarray:
    """What stands in the slider's place, in the size of the result."""
    whole = Image.open(io.BytesIO(page.locator("#slider").screenshot()))
    return np.asarray(whole.convert("RGB").resize(size), dtype=float)


def test_two_pictures_go_in_and_are_looked_at_and_come_back_as_a_zip(page: Any) -> None:
    page.set_input_files("#files", [picture(SMALL, "first.png"), picture(OTHER, "second.png")])
    done(page, "first.png", "second.png")
    assert "2 of 2 done" in page.locator("#told").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all as zip").click()
    archive = zipfile.ZipFile(download.value.path())
    assert sorted(archive.namelist()) == ["first_x4.png", "second_x4.png"]
    result = np.asarray(Image.open(archive.open("first_x4.png")))
    assert np.array_equal(result, acutance.upscale(SMALL, scale=4))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download: second.png").click()
    assert download.value.suggested_filename == "second_x4.png"

    page.get_by_role("button", name="Look: first.png").click()
    assert page.locator("#viewer-size").inner_text() == "56 x 40 to 224 x 160 pixels"
    soon(page, "[...document.querySelectorAll('#slider img')].every((image) => image.naturalWidth)")
    handle = page.locator("#slider input")
    handle.focus()
    page.keyboard.press("Home")
    all_after = shown(page, (224, 160))
    page.keyboard.press("End")
    all_before = shown(page, (224, 160))
    large = np.asarray(Image.fromarray(SMALL).resize((224, 160), Image.Resampling.BICUBIC), dtype=float)
    assert np.abs(all_after - result)[:, 10:-30].mean() < np.abs(all_before - result)[:, 10:-30].mean()
    assert np.abs(all_before - large)[:, 30:-10].mean() < 6
    for mode, what in (("Loupe, 100 %", ".panes"), ("Side by side", ".side"), ("Slider", "#slider")):
        page.get_by_role("button", name=mode).click()
        assert page.locator(what).is_visible()
    assert page.evaluate("document.querySelector('#viewer').scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Remove what is done").click()
    page.wait_for_selector("#empty:visible")


def test_a_letter_and_a_bomb_are_refused_in_a_sentence_and_the_rest_goes_on(desk: Any) -> None:
    letter = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"Dear reader,"}
    huge = {"name": "bomb.png", "mimeType": "image/png", "buffer": bomb()}
    desk.set_input_files("#files", [letter, huge, picture(SMALL, "good.png")])
    row(desk, "letter.txt", "failed").wait_for()
    assert "not a picture" in row(desk, "letter.txt").inner_text()
    row(desk, "bomb.png", "failed").wait_for()
    assert "900 million" in row(desk, "bomb.png").inner_text()
    done(desk, "good.png")
    desk.get_by_role("button", name="Remove: letter.txt").click()
    assert row(desk, "letter.txt").count() == 0


def test_progress_is_told_and_a_reload_in_mid_work_finds_the_queue_again(desk: Any) -> None:
    desk.set_input_files("#files", [picture(LARGE, "large.png"), picture(SMALL, "small.png")])
    row(desk, "large.png").wait_for()
    soon(desk, "[...document.querySelectorAll('#pictures li')].filter((each) => each.className).length === 2")
    desk.reload()
    row(desk, "large.png").wait_for()
    row(desk, "small.png").wait_for()
    soon(
        desk,
        "[...document.querySelectorAll('#pictures progress')].some((bar) => bar.value > 0 && bar.value < 1)"
        " || document.querySelectorAll('#pictures li.done').length == 2",
    )
    done(desk, "large.png", "small.png")
    assert "2 of 2 done" in desk.locator("#told").inner_text()


def test_a_picture_is_cancelled_and_tried_again(desk: Any) -> None:
    desk.set_input_files("#files", [picture(ENDLESS, "large.png")])
    row(desk, "large.png", "working").wait_for()  # two are sent at once, and the first to arrive is the first at work
    desk.set_input_files("#files", [picture(SMALL, "next.png")])
    row(desk, "next.png", "waiting").wait_for()
    desk.get_by_role("button", name="Cancel: next.png").click()
    row(desk, "next.png", "cancelled").wait_for()
    desk.get_by_role("button", name="Try again: next.png").click()
    desk.get_by_role("button", name="Cancel: next.png").click()
    desk.get_by_role("button", name="Cancel: large.png").click()
    row(desk, "large.png", "cancelled").wait_for()
    desk.get_by_role("button", name="Remove: large.png").click()
    row(desk, "large.png").wait_for(state="detached")
    assert row(desk, "next.png", "cancelled").count() == 1


def test_the_keyboard_alone_is_enough(desk: Any) -> None:
    def go_to(name: str) -> None:
        for _ in range(60):
            desk.keyboard.press("Tab")
            at = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
            if desk.evaluate(at).strip() == name:
                return
        raise AssertionError(f"no way to {name}")

    # Playwright asks the browser to hand over its dialogues when the first listener comes, and does not wait for it.
    desk.on("filechooser", lambda _: None)
    go_to("Choose pictures")
    with desk.expect_file_chooser() as chooser:
        desk.keyboard.press("Enter")
    chooser.value.set_files([picture(SMALL, "keys.png")])
    done(desk, "keys.png")
    go_to("Look: keys.png")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#viewer[open]")
    go_to("Loupe, 100 %")
    desk.keyboard.press("Space")
    go_to("Where the loupe is")
    before = desk.locator(".pane.after").evaluate("(pane) => pane.style.backgroundPosition")
    desk.keyboard.press("ArrowRight")
    assert desk.locator(".pane.after").evaluate("(pane) => pane.style.backgroundPosition") != before
    desk.keyboard.press("Escape")
    assert desk.locator("#viewer[open]").count() == 0
    at = "document.activeElement.getAttribute('aria-label')"
    assert desk.evaluate(at) == "Look: keys.png"
    desk.locator("#tab-upscale").focus()
    desk.keyboard.press("ArrowRight")
    assert desk.locator("#panel-compare").is_visible()
    go_to("Where the crop is: arrow keys move it")


def test_pictures_are_dropped_and_pasted(desk: Any) -> None:
    give = """(bytes, name, kind) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
        const named = kind === "paste" ? { clipboardData: data } : { dataTransfer: data };
        const Event = kind === "paste" ? ClipboardEvent : DragEvent;
        document.dispatchEvent(new Event(kind, { ...named, bubbles: true, cancelable: true }));
    }"""
    content = list(picture(SMALL, "")["buffer"])
    for kind, name in (("drop", "dropped.png"), ("paste", "pasted.png")):
        desk.evaluate(f"([bytes, name, kind]) => ({give})(bytes, name, kind)", [content, name, kind])
    done(desk, "dropped.png", "pasted.png")


def test_options_are_remembered_and_what_cannot_be_is_not_sent(desk: Any) -> None:
    desk.locator("select[name=network]").first.select_option("default-x2")
    assert "Set5 38.08 dB" in desk.locator("#network-words").inner_text()
    desk.get_by_label("Size").select_option("fit")
    desk.get_by_label("Width").fill("100")
    desk.get_by_label("Format").select_option("webp")
    desk.reload()
    desk.wait_for_selector("#network-words:not(:empty)")
    assert desk.locator("select[name=network]").first.input_value() == "default-x2"
    assert desk.get_by_label("Width").input_value() == "100"
    desk.set_input_files("#files", [picture(SMALL, "fitted.png")])
    done(desk, "fitted.png")
    link = desk.get_by_role("link", name="Download: fitted.png")
    with desk.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "fitted_100x2160.webp"
    assert Image.open(download.value.path()).size == (100, 71)
    desk.get_by_label("Width").fill("0")
    desk.set_input_files("#files", [picture(SMALL, "never.png")])
    assert row(desk, "never.png").count() == 0


def test_networks_are_compared_on_one_crop(page: Any) -> None:
    page.set_input_files("#files", [picture(OTHER, "compared.png")])
    done(page, "compared.png")
    page.get_by_role("tab", name="Compare networks").click()
    page.get_by_label("Side").select_option("48")
    boxes = page.locator("#compare-networks input[type=checkbox]")
    assert boxes.count() > 2  # what else ships is offered too, whatever that may come to be
    for box in boxes.all():
        box.set_checked(box.get_attribute("value") in {"bicubic", "default-x4"})
    page.get_by_role("button", name="Compare", exact=True).click()
    page.locator("#compared figure").nth(1).wait_for()
    assert page.locator("#compared img").evaluate_all("(all) => all.map((image) => image.alt)") == [
        "bicubic",
        "default-x4",
    ]
    soon(page, "[...document.querySelectorAll('#compared img')].every((i) => i.naturalWidth === 192)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_runs_are_shown_with_curves_and_pictures(page: Any, server: Server) -> None:
    page.get_by_role("tab", name="Runs").click()
    page.wait_for_selector("#run-charts svg")
    assert page.get_by_role("img", name="PSNR on the validation set, from 20.1 to 24 over 40 steps").is_visible()
    page.wait_for_selector("#run-samples img[alt='baby after 40 steps']")
    RunFolder(next(_runs(server))).append({"step": 41, "validation/Set5/psnr": 30.0})
    page.get_by_role("img", name="from 20.1 to 30 over 41 steps").wait_for()  # without a reload
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    metrics = RunFolder(next(_runs(server))).metrics
    metrics.write_text("".join(metrics.read_text().splitlines(keepends=True)[:40]))


def _runs(server: Server) -> Iterator[Path]:
    options = json.loads(server.process.args[-1])[1]  # type: ignore[index]
    return (path.parent for path in Path(options["runs"]).rglob("metrics.jsonl"))


def test_everything_has_a_name_that_can_be_read_aloud(desk: Any) -> None:
    desk.set_input_files("#files", [picture(SMALL, "named.png")])
    done(desk, "named.png")
    nameless = desk.evaluate("""() => [...document.querySelectorAll("button, a, input, select, progress, [role]")]
        .filter((each) => each.checkVisibility())
        .filter((each) => !(each.ariaLabel || each.textContent.trim() || each.labels?.length || each.role === "status"
            || each.getAttribute("aria-labelledby") || each.id === "said"))
        .map((each) => each.outerHTML)""")
    assert nameless == []
    assert desk.locator("html").get_attribute("lang") == "en"
    assert desk.locator("#said").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: Any, server: Server, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page = opened(context.new_page(), server)
    ratios = page.evaluate("""() => {
        const light = (colour) => {
            const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
            const [r, g, b] = parts.map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
        };
        const ground = (each) => {
            for (; each; each = each.parentElement) {
                const colour = getComputedStyle(each).backgroundColor;
                if (!colour.startsWith("rgba") || !colour.endsWith(" 0)")) return colour;
            }
        };
        const texts = document.querySelectorAll("p, h1, h2, button, label, select, a");
        return [...texts].filter((each) => each.checkVisibility())
            .map((each) => {
                const [one, two] = [light(getComputedStyle(each).color), light(ground(each))].sort((a, b) => b - a);
                return [each.textContent.trim().slice(0, 30), (one + .05) / (two + .05)];
            });
    }""")
    context.close()
    assert len(ratios) > 10
    assert [each for each in ratios if each[1] < 4.5] == []
