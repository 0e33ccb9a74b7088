"""`acutance figure`: what it draws, where it writes, and how it refuses."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from acutance import checkpoints
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.networks import SPSR, create
from acutance.report import write_figure
from photographs import photograph


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of two pictures, and two networks of which one predicts gradient maps."""
    folder = tmp_path_factory.mktemp("figure")
    (folder / "sets" / "Pair").mkdir(parents=True)
    for seed, name in enumerate(("one", "two")):
        cv2.imwrite(str(folder / "sets" / "Pair" / f"{name}.png"), photograph(seed, 96, 130))
    torch.manual_seed(3)
    checkpoints.save(folder / "edsr.safetensors", create("edsr", scale=2, blocks=1, channels=4), {})
    checkpoints.save(folder / "spsr.safetensors", create("spsr", scale=2, blocks=1, channels=4, growth=2), {})
    return folder


def draw(place: Path, *arguments: str | Path) -> int:
    return main(["figure", *map(str, arguments), "--data", str(place / "sets"), "--scale", "2", "--device", "cpu"])


def test_a_picture_of_a_set_and_a_file_are_drawn_alike(place: Path, tmp_path: Path) -> None:
    network = f"ours={place / 'edsr.safetensors'}"
    assert draw(place, "pair/one", network, "-o", tmp_path / "a.png") == 0
    assert draw(place, place / "sets" / "Pair" / "one.png", network, "-o", tmp_path / "b.png") == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert draw(place, "Pair/one", network, "--crop", "3,4,32", "-o", tmp_path / "c.png") == 0
    crop = np.asarray(Image.open(place / "sets" / "Pair" / "one.png"))[4:36, 3:35].repeat(10, 0).repeat(10, 1)
    assert Image.open(tmp_path / "c.png").width > 3 * 320
    sheet = np.asarray(Image.open(tmp_path / "c.png"))
    assert any(np.array_equal(sheet[20:340, left : left + 320], crop) for left in range(sheet.shape[1] - 320))


def test_gradients_spectra_and_a_page(place: Path, tmp_path: Path) -> None:
    assert draw(place, "Pair/one", place / "spsr.safetensors", "--gradients", "-o", tmp_path / "g.png") == 0
    assert Image.open(tmp_path / "g.png").width == 2 * 20 + 2 * 14 + 3 * 520
    assert draw(place, "Pair", place / "edsr.safetensors", "--spectrum", "-o", tmp_path / "s.svg") == 0
    assert "cycles a pixel" in (tmp_path / "s.svg").read_text()
    assert draw(place, "Pair/two", place / "edsr.safetensors", "-o", tmp_path / "p.html") == 0
    assert 'type="range"' in (tmp_path / "p.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Pair/on", "NET"), "no picture in Pair 'on'; did you mean 'one'?"),
        (("Pear/one", "NET"), "did you mean 'Pair'?"),
        (("Pair", "NET"), "Pair is a set: name one picture of it, such as Pair/one"),
        (("Pair/one", "NET", "--gradients"), "edsr predicts no gradient map"),
        (("Pair/one", "NET", "--crop", "1,2"), "--crop takes LEFT,TOP,SIDE"),
        (("Pair/one", "NET", "--crop", "1,2,97"), "is not inside a picture of 130x96"),
        (("Pair/one", "HR=NET"), "two pictures would be labelled 'HR'"),
        (("Pair/one", "NET", "--spectrum"), "a spectrum is drawn as .svg, not .png"),
        (("Pair/one", "NET", "--protocol", "pcll"), "did you mean 'pcl'?"),
        (("Pair/one", "NET", "-o", "figure.jxl"), "cannot write .jxl"),
        (("Pair/one", "NET", "--gradients", "-o", "figure.html"), "cannot write .html"),
        (("Pair/one", "NET", "--gradients", "--spectrum", "-o", "figure.svg"), "not both"),
    ],
)
def test_wrong_requests(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    given = [each.replace("NET", str(place / "edsr.safetensors")) for each in arguments]
    out = () if "-o" in given else ("-o", tmp_path / "x.png")
    assert draw(place, *given, *out) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("shown", [(), ("--gradients",)])
def test_a_crop_outside_is_refused_before_anything_is_upscaled(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: tuple[str, ...]
) -> None:
    upscaled: list[object] = []
    monkeypatch.setattr(SPSR, "predict", lambda network, lr: upscaled.append(lr))
    crop = ("--crop", "90,90,32", "-o", tmp_path / "x.png")
    assert draw(place, "Pair/one", place / "spsr.safetensors", *shown, *crop) == 2
    assert not upscaled


def test_networks_by_their_labels_in_python(place: Path, tmp_path: Path) -> None:
    network = checkpoints.load(place / "edsr.safetensors")
    given = {"scale": 2, "device": "cpu"}
    picture = place / "sets" / "Pair" / "one.png"
    assert write_figure(picture, {"ours": network}, tmp_path / "a.png", **given) == tmp_path / "a.png"
    write_figure(picture, f"ours={place / 'edsr.safetensors'}", tmp_path / "b.png", **given)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with pytest.raises(RequestError, match="two pictures would be labelled 'bicubic'"):
        write_figure(picture, {"bicubic": network}, tmp_path / "c.png")
