"""Films for tests: slopes that move, with sound; and the same with all that a file may hold beside."""

import importlib
import importlib.util
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acutance.video.yuv import BT601, FULL, LIMITED, Colours

film = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed (acutance[video])")
HEIGHT, WIDTH, RATE = 36, 48, 25
SAID = ((200, 700, "Guten Tag"), (1000, 500, "Adieu"))
"""Subtitles: when, how long, in thousandths, and what."""


def picture(number: int) -> np.ndarray:
    """Return RGB (h, w, 3) in [0, 1]: slopes that move."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / 40
    return np.stack([np.sin(x + number / 20) / 2 + 0.5, np.cos(y + number / 30) / 2 + 0.5, (x + y) / 3], -1).clip(0, 1)


def put(
    path: Path,
    frames: int,
    *,
    matrix: int = BT601,
    full: bool = False,
    varied: bool = False,
    bits: int = 8,
    flags: str | None = None,
) -> list[int]:
    """Write a film with sound, `flags` being those of its MP4, and return the times of its frames in thousandths."""
    av: Any = importlib.import_module("av")

    colours = Colours(matrix, FULL if full else LIMITED, 2, 2, bits)
    times = [40 * number + (13 * (number % 3) if varied else 0) for number in range(frames)]
    with av.open(str(path), "w", options={"movflags": flags} if flags else {}) as out:
        video: Any = out.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p10le" if bits > 8 else "yuv420p"
        video.time_base = video.codec_context.time_base = Fraction(1, 1000)
        video.codec_context.colorspace, video.codec_context.color_range = matrix, colours.range
        video.codec_context.options = {"crf": "1"}
        sound: Any = out.add_stream("aac", rate=8000, layout="mono")
        for number, time in enumerate(times):
            numbers = colours.numbers_of(picture(number))
            frame: Any = av.VideoFrame.from_ndarray(numbers, format=colours.between)
            frame.colorspace, frame.color_range = matrix, colours.range
            frame = frame.reformat(format=video.pix_fmt)
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


def with_more(source: Path, target: Path) -> None:
    """Write a film again: with subtitles in German, chapters, a title, where there is room a font, and turned."""
    av: Any = importlib.import_module("av")

    matroska, unit = target.suffix == ".mkv", Fraction(1, 1000)
    with av.open(str(source)) as given, av.open(str(target), "w") as out:
        copies = {each.index: out.add_stream_from_template(each) for each in given.streams}
        out.streams.video[0].set_display_rotation(90)
        out.metadata["title"] = "A film"
        words = out.add_mux_stream("subrip" if matroska else "mov_text")
        words.metadata["language"] = "deu"
        words.disposition = av.stream.Disposition.forced
        if matroska:
            out.add_attachment("font.ttf", "application/x-truetype-font", b"no font at all")
        chapter = {"id": 1, "start": 0, "end": 900, "time_base": unit, "metadata": {"title": "Beginning"}}
        out.set_chapters([chapter])
        for packet in given.demux():
            if packet.dts is not None or packet.pts is not None:
                packet.stream = copies[packet.stream.index]
                out.mux(packet)
        for when, lasting, said in SAID:
            text = said.encode()
            packet = av.Packet(text if matroska else struct.pack(">H", len(text)) + text)
            packet.pts, packet.dts, packet.duration, packet.time_base = when, when, lasting, unit
            packet.stream = words
            out.mux(packet)
