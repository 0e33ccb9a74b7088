"""A film that the test makes, there and back: frames, times, sound, subtitles, colours; stopped and gone on with."""

import importlib.util
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from acutance.errors import PictureError, RequestError
from acutance.networks import EDSR, EDSRConfig
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger
from acutance.video import film as made_by
from acutance.video import upscale_film
from acutance.video.film import decoding_times
from acutance.video.yuv import BT601, BT709, FULL, LIMITED, Colours

film = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed (acutance[video])")
HEIGHT, WIDTH, RATE = 36, 48, 25


@pytest.fixture(scope="module")
def enlarger() -> Enlarger:
    torch.manual_seed(3)
    return Enlarger(EDSR(EDSRConfig(scale=2, blocks=1, channels=4)))


def picture(number: int) -> np.ndarray:
    """Return RGB (h, w, 3) in [0, 1]: slopes that move."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / 40
    return np.stack([np.sin(x + number / 20) / 2 + 0.5, np.cos(y + number / 30) / 2 + 0.5, (x + y) / 3], -1).clip(0, 1)


def put(path: Path, frames: int, *, matrix: int = BT601, full: bool = False, varied: bool = False) -> list[int]:
    """Write a film with sound, and return the times of its frames in thousandths."""
    av: Any = importlib.import_module("av")

    colours = Colours(matrix, FULL if full else LIMITED, 2, 2, False)
    times = [40 * number + (13 * (number % 3) if varied else 0) for number in range(frames)]
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.time_base = video.codec_context.time_base = Fraction(1, 1000)
        video.codec_context.colorspace, video.codec_context.color_range = matrix, colours.range
        video.codec_context.options = {"crf": "1"}
        sound: Any = out.add_stream("aac", rate=8000, layout="mono")
        for number, time in enumerate(times):
            numbers = colours.numbers_of(picture(number))
            frame: Any = av.VideoFrame.from_ndarray(numbers, format="yuv444p")
            frame.colorspace, frame.color_range = matrix, colours.range
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        wave = (np.sin(np.arange(8000 * frames // RATE) / 9) * 9000).astype(np.int16)
        for start in range(0, len(wave), 1024):
            part: Any = av.AudioFrame.from_ndarray(wave[None, start : start + 1024], format="s16", layout="mono")
            part.sample_rate, part.pts = 8000, start
            out.mux(sound.encode(part))
        out.mux(sound.encode(None))
    return times


def seen(path: Path) -> tuple[list[Fraction], list[Any], list[bytes]]:
    """Return times and frames of a film, and the packets of its sound."""
    av: Any = importlib.import_module("av")

    with av.open(str(path)) as opened:
        frames = list(opened.decode(video=0))
    with av.open(str(path)) as opened:
        sound = [bytes(packet) for packet in opened.demux(audio=0) if packet.size]
    return [frame.pts * frame.time_base for frame in frames], frames, sound


@film
@pytest.mark.parametrize(
    ("matrix", "full", "varied", "suffix"),
    [(BT601, False, False, ".mp4"), (BT709, False, True, ".mkv"), (BT601, True, True, ".mp4")],
)
def test_ten_seconds_there_and_back(
    tmp_path: Path, enlarger: Enlarger, matrix: int, full: bool, varied: bool, suffix: str
) -> None:
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    put(source, 250, matrix=matrix, full=full, varied=varied)
    made = upscale_film(source, target, enlarger)
    before, lr, sound = seen(source)
    after, sr, copied = seen(target)
    assert (made.frames, len(sr), made.resumed) == (250, 250, 0)
    assert max(abs(one - other) for one, other in zip(before, after, strict=True)) < Fraction(1, 900)
    assert copied == sound
    assert (sr[0].width, sr[0].height) == (2 * WIDTH, 2 * HEIGHT)
    assert {(int(each.colorspace), int(each.color_range)) for each in sr} == {(matrix, FULL if full else LIMITED)}
    colours = Colours.of(sr[0])
    for number in (0, 125, 249):
        numbers = [each.reformat(format="yuv444p").to_ndarray() for each in (lr[number], sr[number])]
        small, large = (colours.rgb_of(each) for each in numbers)
        expected = enlarged_planes(small, enlarger)[0]
        # By fours, which half the chroma is shared by; a wrong matrix or range moves colours by 0.02 to 0.1.
        one, other = (each.reshape(HEIGHT, 2, WIDTH, 2, 3).mean((1, 3)) for each in (expected, large))
        assert np.abs(one - other).mean() < 0.01
    assert not list(tmp_path.glob(".*"))


@film
def test_it_goes_on_behind_what_is_encoded(tmp_path: Path, enlarger: Enlarger, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.mp4"
    put(source, 60, varied=True)
    monkeypatch.setattr(made_by, "SEGMENT", 16)
    upscale_film(source, tmp_path / "whole.mp4", enlarger)

    def stopping(done: int, frames: int) -> None:
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upscale_film(source, tmp_path / "out.mp4", enlarger, note=stopping)
    assert not (tmp_path / "out.mp4").exists()
    (tmp_path / "text.mp4").write_text("no film at all")
    with pytest.raises(PictureError, match="cannot be read"):
        upscale_film(tmp_path / "text.mp4", tmp_path / "x.mp4", enlarger)
    made = upscale_film(source, tmp_path / "out.mp4", enlarger)
    assert (made.frames, made.resumed) == (60, 32)
    one, other = seen(tmp_path / "whole.mp4"), seen(tmp_path / "out.mp4")
    assert one[0] == other[0]
    for left, right in zip(one[1], other[1], strict=True):
        assert np.array_equal(left.to_ndarray(), right.to_ndarray())


def test_requests_that_make_no_sense(tmp_path: Path, enlarger: Enlarger) -> None:
    (tmp_path / "in.mp4").write_bytes(b"x")
    (tmp_path / "there.mp4").write_bytes(b"y")
    ways: list[tuple[str, str]] = [("in.mp4", "overwrite the input"), ("there.mp4", "there already")]
    for name, words in [*ways, ("out.png", "no suffix of a film")]:
        with pytest.raises(RequestError, match=words):
            upscale_film(tmp_path / "in.mp4", tmp_path / name, enlarger)


@pytest.mark.parametrize("matrix", [BT601, BT709, 9])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("deep", [False, True])
def test_colours_there_and_back(matrix: int, full: bool, deep: bool) -> None:
    colours = Colours(matrix, FULL if full else LIMITED, 2, 2, deep)
    rgb = np.random.default_rng(1).random((9, 7, 3)).astype(np.float32)
    assert np.abs(colours.rgb_of(colours.numbers_of(rgb)) - rgb).max() < (3e-5 if deep else 0.008)
    white, unit = colours.numbers_of(np.ones((1, 1, 3), np.float32)), 256 if deep else 1
    assert white[:, 0, 0].tolist() == [(65535 if deep else 255) if full else 235 * unit, 128 * unit, 128 * unit]
    if not full:
        luma = 16 + 219 * {BT601: 0.299, BT709: 0.2126, 9: 0.2627}[matrix]  # of pure red, by the standards
        assert colours.numbers_of(np.array([[[1, 0, 0]]], np.float32))[0, 0, 0] == round(luma * unit)


def test_decoding_times_rise_and_come_before_showing() -> None:
    times = [0, 90, 40, 20, 60, 200, 120, 100, 150]
    decoding = decoding_times(times)
    assert decoding == sorted(set(decoding))
    assert all(early <= late for early, late in zip(decoding, times, strict=True))
