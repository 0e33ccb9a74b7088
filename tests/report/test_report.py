"""The report: one HTML file that opens offline."""

import json
import re
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from acutance.report.curves import Chart, charts, read_metrics
from acutance.report.page import write_report
from acutance.report.svg import smoothed, svg
from acutance.scores.results import Results, SetResult
from pages import Elements

EVIL = '<script>alert("&")</script>'
SLID = np.full((6, 8, 3), 90, dtype=np.uint8)
FIGURE = Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3))


def run_folder(path: Path, *, contrastive: bool) -> Path:
    path.mkdir(parents=True)
    lines = [{"step": step, "loss/pixel": 1 / step, "gradient/pixel": 1.0, "seconds": 0.1} for step in range(1, 100)]
    if contrastive:
        lines = [{**line, "loss/critic/contrastive": 3.0, "gradient/contrastive": 0.01} for line in lines]
    lines.append({"step": 99, "validation/Set5/psnr": 30.0})
    (path / "metrics.jsonl").write_text("\n".join(map(json.dumps, lines)) + '\n{"step": 100, "loss/pix')
    (path / "experiment.json").write_text(
        json.dumps({"recipe": path.name, "seed": 1, "budget": {"steps": 99}, "x": EVIL})
    )
    return path


@pytest.fixture
def page(tmp_path: Path) -> str:
    l1, pcl = (run_folder(tmp_path / name, contrastive=name == "pcl") for name in ("l1", "pcl"))
    scores = SetResult({"baby": {"psnr": 30.0, "ssim": 0.9}}, {}, 1)
    write_report(
        tmp_path / "report.html",
        title=f"Title {EVIL}",
        runs={f"L1 {EVIL}": l1, "PCL": pcl},
        results=[Results(f"net {EVIL}", 4, "pcl", {"Set5": scores})],
        figures={f"figure {EVIL}": FIGURE},
        commands=[f"acutance train {EVIL}"],
        facts={f"fact {EVIL}": EVIL},
        sliders={f"slid {EVIL}": {f"before {EVIL}": SLID, "after": 255 - SLID}},
        drawn=[Chart("Spectrum of Y", {("HR", "power"): ([0.1, 0.2], [3.0, -2.0])}, across="cycles a pixel")],
    )
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_nothing_comes_from_outside_and_everything_is_escaped(page: str) -> None:
    elements = Elements(page)
    sources = [a[key] or "" for _, a in elements.tags for key in ("src", "href") if key in a]
    assert all(source.startswith("data:image/") for source in sources)
    assert not re.search(r"url\(|@import|https?:", page)
    assert [attributes for tag, attributes in elements.tags if tag == "script"] == [{}]
    assert page.count("&lt;script&gt;alert(&#34;&amp;&#34;)&lt;/script&gt;") >= 7


def test_pictures_are_embedded_whole(page: str) -> None:
    expected = (SLID, 255 - SLID, np.asarray(FIGURE))
    for png, pixels in zip(Elements(page).images("png"), expected, strict=True):
        assert np.array_equal(np.asarray(Image.open(BytesIO(png))), pixels)


def test_curves_are_drawn_for_scores_gradients_and_losses(page: str) -> None:
    drawings = Elements(page).images("svg+xml")
    assert all(ElementTree.fromstring(drawing).tag.endswith("svg") for drawing in drawings)
    assert len(drawings) == 6
    links = re.findall(r'(?:href|src)="([^"]*)"', "".join(drawing.decode() for drawing in drawings))
    assert all(link.startswith("#") for link in links)
    for heading in (
        "Spectrum of Y",
        "PSNR on Set5, while training",
        "Pixel loss",
        "Loss of the contrastive critic, and that by chance",
    ):
        assert f"<h3>{heading}</h3>" in page


def test_tables_settings_and_commands_are_there(page: str) -> None:
    assert "<td>30.00</td><td>0.9000</td>" in page
    assert "Protocol pcl at x4" in page
    assert "Where the runs differ" in page
    assert "budget.<wbr>steps" in page
    assert "<pre>acutance train" in page


def test_a_report_of_nothing_but_a_title_is_whole(tmp_path: Path) -> None:
    write_report(tmp_path / "r.html", title="T", runs={}, results=[], figures={}, commands=[], facts={})
    assert Elements((tmp_path / "r.html").read_text()).tags


def test_curves_of_runs_meet_by_quantity_and_a_line_cut_short_is_passed_over(tmp_path: Path) -> None:
    runs = {"a": run_folder(tmp_path / "a", contrastive=False), "b": run_folder(tmp_path / "b", contrastive=True)}
    by_title = {chart.title: chart for chart in charts(runs)}
    assert len(read_metrics(runs["a"])["loss/pixel"][0]) == 99
    gradients = by_title["Norm of each loss's gradient at SR, weighted"]
    assert list(gradients.curves) == [("a", "pixel"), ("b", "pixel"), ("b", "contrastive")]
    assert gradients.logarithmic
    assert not by_title["PSNR on Set5, while training"].logarithmic


def test_a_point_is_no_curve_but_a_score(tmp_path: Path) -> None:
    lines = ('{"step": 1, "loss/pixel": 0.1}', '{"step": 1, "validation/Set5/psnr": 30}')
    (tmp_path / "metrics.jsonl").write_text("\n".join(lines))
    assert [chart.title for chart in charts({"run": tmp_path})] == ["PSNR on Set5, while training"]


def test_infinite_values_are_left_out_of_curves(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "a": Infinity, "b": 2}\n{"step": 2, "a": "inf", "b": NaN}\n')
    assert read_metrics(tmp_path) == {"b": ([1], [2.0])}


def test_smoothing_keeps_lines_straight() -> None:
    assert smoothed([1.0, 2.0, 3.0, 4.0, 5.0], 1) == [1.5, 2.0, 3.0, 4.0, 4.5]


def test_the_quantities_of_a_single_run_have_colours_of_their_own() -> None:
    names = "abcdefg"
    drawing = svg(Chart("gradients", {("run", name): ([1, 2], [1.0, 2.0]) for name in names}), ["run"])
    strokes = re.findall(r'<g id="line2d_\d+">\s*<path d="[^"]*"[^>]*style="([^"]*stroke: #[^"]*)"', drawing)
    assert len({style for style in strokes if "stroke-width: 1.7" in style}) >= len(names)


def test_curve_that_lies_upon_another_leaves_that_to_be_seen() -> None:
    same = ([1, 2], [1.0, 2.0])
    drawing = svg(Chart("loss", {("L1", "loss"): same, ("L1 + PCL", "loss"): same}), ["L1", "L1 + PCL"])
    drawn = re.findall(r"stroke: (#0b6bcb|#e8590c); stroke-width: ([\d.]+)", drawing)
    widths = {colour: float(width) for colour, width in reversed(drawn)}
    assert [colour for colour, _ in drawn][:2] == ["#0b6bcb", "#e8590c"]
    assert widths["#0b6bcb"] > 2 * widths["#e8590c"]
