"""The pages of `acutance evaluate --report` and `acutance compare`."""

import re
import sys
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner, Result

from acutance import checkpoints, networks
from acutance.cli.compare import compare
from acutance.cli.evaluate import evaluate
from acutance.data import PictureSet
from acutance.errors import RequestError
from pages import Elements
from photographs import photograph

RECIPE = """
from pathlib import Path

from acutance.experiment import Adam, Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create


class Stopped(Pixel):
    def forward(self, prediction, batch):
        if Path({stop!r}).exists():
            raise KeyboardInterrupt
        return super().forward(prediction, batch)


def slow(scale=4):
    network = create("edsr-light", scale=scale, blocks=1, channels=4)
    return Experiment(network, {{"pixel": Term(1.0, Pixel())}}, steps=2, batch=1, patch=16, optimizer=Adam(1e-5))


def fast(scale=4):
    network = create("edsr-light", scale=scale, blocks=1, channels=4)
    return Experiment(network, {{"pixel": Term(1.0, Stopped())}}, steps=2, batch=1, patch=16, optimizer=Adam(1e-2))
"""


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(evaluate)
    app.command()(compare)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)))


@pytest.fixture
def root(pictures: PictureSet) -> Path:
    return pictures.pairs[0].hr.parents[1]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "net.safetensors"
    checkpoints.save(path, networks.create("edsr-light", scale=2, blocks=1, channels=4), {})
    return path


def is_offline(page: str) -> bool:
    sources = [a[key] or "" for _, a in Elements(page).tags for key in ("src", "href") if key in a]
    return all(source.startswith("data:image/") for source in sources) and not re.search(r"https?:|url\(", page)


def test_evaluate_tells_means_pictures_and_the_command(
    root: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["acutance", "evaluate", "my net.safetensors"])
    page = tmp_path / "page.html"
    done = run("evaluate", weights, "--data", root, "--sets", "Pair", "--device", "cpu", "--report", page)
    assert done.exit_code == 0
    assert f"{page} is written." in done.stdout
    text = page.read_text(encoding="utf-8")
    assert is_offline(text)
    for part in ("Pair, picture by picture", "Pair PSNR", "bicubic SSIM", "Protocol pcl at x2", "2 of Pair"):
        assert part in text
    assert re.search(r"All pictures, by their gain in PSNR of \S+ over bicubic\.", text)
    assert "acutance evaluate &#39;my net.safetensors&#39;" in text
    shown = [pixels(png) for png in Elements(text).images("png")]
    assert len(shown) == 2 * 3 + 2, "bicubic, network and HR of two pictures, and two figures"
    hr = cv2.imread(str(root / "Pair" / "odd.png"))[:50, :62, ::-1]
    assert any(np.array_equal(each, hr) for each in shown)


def test_published_rows_and_what_failed_are_on_the_page(root: Path, tmp_path: Path) -> None:
    (root / "Pair").rename(root / "Set5")
    (root / "Set5" / "words.png").write_text("no picture")
    page = tmp_path / "page.html"
    done = run("evaluate", "bicubic", "--data", root, "--sets", "Set5", "--report", page)
    assert done.exit_code == 1
    text = page.read_text(encoding="utf-8")
    assert '<th scope="row">Bicubic (PCL, Table II)</th><td>28.42</td><td>0.8104</td>' in text
    assert "as printed there" in text
    assert "bicubic has 2 of 3 of Set5" in text
    assert re.search(r"<dt>Not scored</dt><dd>[^<]*words\.png", text)
    assert "All pictures, by their PSNR." in text


def test_results_made_elsewhere_have_a_page_too(root: Path, tmp_path: Path) -> None:
    made, page = tmp_path / "made", tmp_path / "page.html"
    assert run("evaluate", "bicubic", "--data", root, "--sets", "Pair", "--save", made).exit_code == 0
    assert run("evaluate", "--results", made, "--data", root, "--sets", "Pair", "--report", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert is_offline(text)
    assert "Pair/even: PSNR +0.000 dB" in text


@pytest.mark.parametrize(("wrong", "said"), [(("r.pdf",), "FILE.html"), (("r.html", "--explain"), "--report")])
def test_a_page_that_cannot_be_written_is_refused_first(
    root: Path, tmp_path: Path, wrong: tuple[str, ...], said: str
) -> None:
    asked = ("--data", root, "--sets", "Pair", "--save", tmp_path / "sr")
    options = asked[:4] if "--explain" in wrong else asked
    refused = run("evaluate", "bicubic", *options, "--report", *(tmp_path / wrong[0], *wrong[1:])).exception
    assert isinstance(refused, RequestError)
    assert said in str(refused)
    assert not (tmp_path / "sr").exists()


def test_compare_writes_its_page_and_an_interrupted_one_tells_what_is_there(root: Path, tmp_path: Path) -> None:
    stop, page = tmp_path / "stop", tmp_path / "out" / "report.html"
    (tmp_path / "mine.py").write_text(RECIPE.format(stop=str(stop)))
    (root / "Train").mkdir()
    cv2.imwrite(str(root / "Train" / "a.png"), photograph(7))
    recipes = [f"{tmp_path / 'mine.py'}:{name}" for name in ("slow", "fast")]
    options = ("--data", root, "--sets", "Pair", "--seeds", "1", "--out", page.parent, "--device", "cpu")
    stop.touch()
    assert run("compare", *recipes, *options).exit_code != 0
    interrupted = page.read_text(encoding="utf-8")
    assert is_offline(interrupted)
    assert "1 of 2, seeds 1" in interrupted
    assert "All pictures, by their PSNR. By the runs of seed 1." in interrupted
    assert len(Elements(interrupted).images("png")) == 2 * 2 + 2, "one recipe and HR"
    stop.unlink()
    done = run("compare", *recipes, *options)
    assert done.exit_code == 0
    assert f"{page} is written." in done.stdout
    text = page.read_text(encoding="utf-8")
    assert is_offline(text)
    assert "2 of 2, seeds 1" in text
    assert re.search(r"<li>\S+:fast - \S+:slow on Pair, PSNR: [+-]\d\.\d+ dB \(1 seed, no spread;", text)
    assert "Pair/odd: PSNR" in text
    assert "Where the runs differ" in text
    assert len(Elements(text).images("svg+xml")) >= 2, "the curves of both runs"
    slid = [pixels(png) for png in Elements(text).images("png")]
    assert len(slid) == 2 * 3 + 2
    assert not np.array_equal(slid[0], slid[1]), "what two recipes make is not the same"
