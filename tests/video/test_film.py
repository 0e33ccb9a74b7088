"""A film that the test makes, there and back: frames, times, sound, subtitles, colours; stopped and gone on with."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from acutance.errors import PictureError, RequestError
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger
from acutance.video import film as made_by
from acutance.video import upscale_film
from acutance.video.film import decoding_times
from acutance.video.whole import SEGMENT
from acutance.video.yuv import BT601, BT709, FULL, LIMITED, Colours
from films_made import HEIGHT, WIDTH, film, put, seen


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


@film
@pytest.mark.parametrize(
    ("name", "flags"), [("a.mkv", None), ("a.mp4", "faststart"), ("a.mov", "frag_keyframe+empty_moov")]
)
def test_a_film_that_is_cut_off_is_told(tmp_path: Path, enlarger: Enlarger, name: str, flags: str | None) -> None:
    put(tmp_path / name, 60, flags=flags)
    whole = (tmp_path / name).read_bytes()
    for missing in (1, len(whole) // 2):
        (tmp_path / name).write_bytes(whole[:-missing])
        with pytest.raises(PictureError, match="the film is truncated"):
            upscale_film(tmp_path / name, tmp_path / "out.mkv", enlarger)
    assert [each.name for each in tmp_path.iterdir()] == [name]


@film
def test_what_stands_behind_a_film_or_has_no_end_is_taken(tmp_path: Path, enlarger: Enlarger) -> None:
    put(tmp_path / "a.mp4", 5)
    (tmp_path / "a.mp4").write_bytes((tmp_path / "a.mp4").read_bytes() + b"\xff\xff\xff\xffand more")
    assert upscale_film(tmp_path / "a.mp4", tmp_path / "b.mkv", enlarger).frames == 5
    head, _, rest = (tmp_path / "b.mkv").read_bytes().partition(SEGMENT)
    (tmp_path / "live.mkv").write_bytes(head + SEGMENT + b"\x01" + b"\xff" * 7 + rest[8:])
    assert upscale_film(tmp_path / "live.mkv", tmp_path / "c.mkv", enlarger).frames == 5


@pytest.mark.parametrize("matrix", [BT601, BT709, 9])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_colours_there_and_back(matrix: int, full: bool, bits: int) -> None:
    """Steps of 10 bits lie at the top of 16, as swscale has them: 940 of white in the limited range is 940 * 64."""
    colours = Colours(matrix, FULL if full else LIMITED, 2, 2, bits)
    rgb = np.random.default_rng(1).random((9, 7, 3)).astype(np.float32)
    assert np.abs(colours.rgb_of(colours.numbers_of(rgb)) - rgb).max() < 2 / 2**bits
    step, unit = 2 ** (16 - bits) if bits > 8 else 1, 2 ** (bits - 8)
    white = colours.numbers_of(np.ones((1, 1, 3), np.float32)).flatten().tolist()
    assert white == [(2**bits - 1 if full else 235 * unit) * step, 128 * unit * step, 128 * unit * step]
    if not full:
        luma = 16 + 219 * {BT601: 0.299, BT709: 0.2126, 9: 0.2627}[matrix]  # of pure red, by the standards
        assert colours.numbers_of(np.array([[[1, 0, 0]]], np.float32)).flat[0] == round(luma * unit) * step


def test_decoding_times_rise_and_come_before_showing() -> None:
    times = [0, 90, 40, 20, 60, 200, 120, 100, 150]
    decoding = decoding_times(times)
    assert decoding == sorted(set(decoding))
    assert all(early <= late for early, late in zip(decoding, times, strict=True))
