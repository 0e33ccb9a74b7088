"""What of a film stays as it was: subtitles, languages, chapters, fonts, rotation, ten bits; and what is refused."""

import importlib
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acutance.errors import PictureError
from acutance.networks import EDSR, EDSRConfig
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.size import Size
from acutance.video import upscale_film
from acutance.video.yuv import BT709, Colours
from films_made import HEIGHT, SAID, WIDTH, film, put, seen, with_more
from manifests_made import tiny


def _subtitles(path: Path) -> list[tuple[Fraction, Fraction, bytes]]:
    av: Any = importlib.import_module("av")
    with av.open(str(path)) as opened:
        packets = [packet for packet in opened.demux(subtitles=0) if packet.size]
        return [(each.pts * each.time_base, each.duration * each.time_base, bytes(each)) for each in packets]


@film
@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_subtitles_and_all_that_is_beside_the_pictures(tmp_path: Path, enlarger: Enlarger, suffix: str) -> None:
    av: Any = importlib.import_module("av")
    put(tmp_path / "plain.mp4", 50)
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    with_more(tmp_path / "plain.mp4", source)
    upscale_film(source, target, enlarger)
    assert _subtitles(target) == _subtitles(source)
    said = [each for each in _subtitles(target) if each[2].strip(b"\0")]
    begins = said[0][0] - Fraction(SAID[0][0], 1000)  # Matroska begins where the sound does
    told = [(1000 * (when - begins), 1000 * lasting, words.lstrip(b"\0\5\t").decode()) for when, lasting, words in said]
    assert told == list(SAID)
    with av.open(str(source)) as before, av.open(str(target)) as after:
        assert after.metadata["title"] == "A film"
        assert after.streams.subtitles[0].metadata["language"] == "deu"
        assert after.streams.subtitles[0].disposition == before.streams.subtitles[0].disposition
        assert [each["metadata"]["title"] for each in after.chapters()] == ["Beginning"]
        assert next(after.decode(video=0)).rotation == next(before.decode(video=0)).rotation != 0
        fonts = [(each.name, each.data) for each in after.streams.attachments]
        assert fonts == ([("font.ttf", b"no font at all")] if suffix == ".mkv" else [])


@film
@pytest.mark.parametrize(("suffix", "full"), [(".mkv", False), (".mp4", True)])
def test_ten_bits_stay_ten(tmp_path: Path, enlarger: Enlarger, suffix: str, full: bool) -> None:
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    put(source, 10, matrix=BT709, full=full, bits=10)
    upscale_film(source, target, enlarger, quality=100)
    lr, sr = seen(source)[1], seen(target)[1]
    assert {each.format.name for each in sr} == {"yuv420p10le"}
    colours = Colours.of(sr[0])
    small, large = (colours.rgb_of(each.reformat(format=colours.between).to_ndarray()) for each in (lr[5], sr[5]))
    expected = enlarged_planes(small, enlarger)[0]
    one, other = (each.reshape(HEIGHT, 2, WIDTH, 2, 3).mean((1, 3)) for each in (expected, large))
    assert np.abs(one - other).mean() < 0.003
    plane = sr[5].planes[0]
    luma = np.frombuffer(bytes(plane), np.uint16).reshape(2 * HEIGHT, -1)[:, : 2 * WIDTH]
    assert (luma % 4 != 0).mean() > 0.6  # what 8 bits hold are multiples of 4


@film
def test_what_another_kind_of_file_cannot_hold_is_refused_before_any_work(tmp_path: Path, enlarger: Enlarger) -> None:
    put(tmp_path / "plain.mp4", 5)
    with_more(tmp_path / "plain.mp4", tmp_path / "subtitled.mkv")
    put(tmp_path / "deep.mkv", 5, bits=10)
    odd = Enlarger(EDSR(EDSRConfig(scale=2, blocks=1, channels=4)), Size(width=85))
    av: Any = importlib.import_module("av")
    with av.open(str(tmp_path / "deep.mkv")) as given, av.open(str(tmp_path / "silent.mkv"), "w") as out:
        copy = out.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.dts is not None or packet.pts is not None:
                packet.stream = copy
                out.mux(packet)
    for given, made, by, sentence in (
        ("subtitled.mkv", "a.mp4", enlarger, r"\.mp4 files hold no subtitles in .*: name a \.mkv file"),
        ("plain.mp4", "b.webm", enlarger, r"\.webm files hold no sound in aac"),
        (
            "silent.mkv",
            "c.webm",
            enlarger,
            r"its colours have 10 bits \(yuv420p10le\), which libvpx-vp9 does not write",
        ),
        ("plain.mp4", "d.mp4", odd, r"it would be 85x64, and films in yuv420p have even sides"),
    ):
        with pytest.raises(PictureError, match=sentence):
            upscale_film(tmp_path / given, tmp_path / made, by)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["deep.mkv", "plain.mp4", "silent.mkv", "subtitled.mkv"]


@film
@pytest.mark.slow
def test_the_command_goes_on_after_a_kill(tmp_path: Path) -> None:
    put(tmp_path / "plain.mp4", 600, varied=True)
    with_more(tmp_path / "plain.mp4", tmp_path / "film.mp4")
    network = tiny(tmp_path / "tiny.safetensors")
    words = [sys.executable, "-m", "acutance", "upscale", "film.mp4", "-o", "larger.mp4", "--network", str(network)]
    process = subprocess.Popen([*words, "--engine", "torch"], cwd=tmp_path, stderr=subprocess.PIPE)
    parts, deadline = tmp_path / ".larger.mp4.parts", time.monotonic() + 60
    while len(list(parts.glob("*.seg"))) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "larger.mp4").exists()
    done = 120 * len(list(parts.glob("*.seg")))
    again = subprocess.run([*words, "--engine", "torch"], cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert again.stdout == f"larger.mp4  600 frames, {done} of them from before  48x36 -> 96x72\n"
    before, after = seen(tmp_path / "film.mp4"), seen(tmp_path / "larger.mp4")
    assert max(abs(one - other) for one, other in zip(before[0], after[0], strict=True)) < Fraction(1, 900)
    assert before[2] == after[2]
    assert not parts.exists()
