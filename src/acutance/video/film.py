"""One film: every frame through the network, at its own time."""

import heapq
import importlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

from acutance.errors import AcutanceError, PictureError, RequestError
from acutance.files import atomic
from acutance.images.source import broken
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger
from acutance.video.copies import added, copied, demand_room, pictures_of
from acutance.video.segments import Packet, Segments
from acutance.video.whole import demand_whole
from acutance.video.yuv import Colours

SUFFIXES = (".mp4", ".mkv", ".mov", ".m4v", ".webm")
SEGMENT = 120
"""Frames of a segment, at whose beginning a player can start too."""
BEST, STEP = 10, 0.3
"""Constant rate factor of quality 100, and what each unit below adds; 80, the default, is 16."""


@dataclass(frozen=True)
class Film:
    """What became of a film: frames, of which some may be of an earlier start, and sizes (width, height)."""

    frames: int
    resumed: int
    size: tuple[int, int]
    upscaled: tuple[int, int]


def upscale_film(
    source: Path,
    target: Path,
    enlarger: Enlarger,
    *,
    asked: dict[str, object] | None = None,
    quality: int | None = None,
    overwrite: bool = False,
    note: Callable[[int, int], None] | None = None,
) -> Film:
    """Upscale a film into `target`: as many frames, each at its time, and audio and subtitles as they are.

    Matrix, range and depth of colours stay, and so do rotation, chapters, titles, languages and, in .mkv, fonts of
    subtitles. H.264 and whatever is not named here becomes H.264, HEVC HEVC, and in .webm all becomes VP9. It is
    resumed by segments: what an interrupted start has encoded lies in a hidden folder beside `target`, and is taken
    where `asked`, the words of the request, is the same.

    Args:
        note: called with frames done and their number, 0 where the file does not say it.

    Raises:
        RequestError: PyAV is not installed, `target` is the source, is there already, or has no suffix of a film.
        PictureError: the film cannot be read, is cut off, holds no pictures, or what cannot be written in that kind of
            file: sound, subtitles, colours of more bits, an odd size.
        AcutanceError: the film cannot be written.
    """
    if target.suffix.lower() not in SUFFIXES:
        raise RequestError(f"{target} has no suffix of a film: {', '.join(SUFFIXES)}.")
    if target.exists() and target.samefile(source):
        raise RequestError(f"{target} would overwrite the input; choose another name.")
    if target.exists() and not overwrite:
        raise RequestError(f"{target} is there already; --overwrite makes it again.")
    av = _library()
    status = source.stat() if source.is_file() else None
    if status is None:
        raise PictureError(source, "there is no such file.")
    demand_whole(source)
    words = {**(asked or {}), "quality": quality, "bytes": status.st_size, "changed": status.st_mtime_ns}
    segments = Segments(target, words)
    with _reported(av, source), av.open(str(source)) as opened:
        if pictures_of(opened) is None:
            raise PictureError(source, "there are no moving pictures in it.")
        demand_room(av, opened, target)
        work = _Work(av, opened, enlarger, segments, target, quality)
        work.encode(note)
    with _reported(av, source), av.open(str(source)) as opened:
        film = work.put_together(opened)
    segments.remove()
    return film


class _Work:
    def __init__(
        self, av: Any, opened: Any, enlarger: Enlarger, segments: Segments, target: Path, quality: int | None
    ) -> None:
        self._av, self._opened, self._segments, self._target = av, opened, segments, target
        self._enlarger, self._stream, self._quality = enlarger, pictures_of(opened), quality
        self._stream.thread_type = "AUTO"
        # Taken while the file is open: what belongs to it is gone when it is closed.
        self._unit, self._rate = self._stream.time_base, self._stream.average_rate or Fraction(25)
        self._aspect, self._hevc = self._stream.sample_aspect_ratio or Fraction(1), self._stream.codec.name == "hevc"
        self._said = self._stream.frames
        self._resumed = 0
        self._first: Any = next(iter(opened.decode(self._stream)), None)
        if self._first is None:
            raise PictureError(Path(opened.name), "there are no moving pictures in it.")
        self.colours = Colours.of(self._first)
        self.size = self._first.width, self._first.height
        plan = enlarger.plan(*self.size)
        self.upscaled = plan.width, plan.height
        self._form = self._written_form()
        opened.seek(0)

    def encode(self, note: Callable[[int, int], None] | None) -> None:
        """Encode what no segment has yet."""
        done = [packet for number in range(self._segments.count) for packet in self._segments.read(number)]
        self._resumed = len(done)
        frames = self._frames(max((packet.pts for packet in done), default=None))
        count = self._resumed
        while taken := list(islice(frames, 1)):
            encoder, packets, lasting = self._encoder(), list[Packet](), dict[int, int]()
            for frame in chain(taken, islice(frames, SEGMENT - 1)):
                packets += self._encoded(encoder, frame, lasting)
                count += 1
                if note:
                    note(count, self._said)
            packets += self._flushed(encoder, lasting)
            self._segments.add(packets)

    def put_together(self, opened: Any) -> Film:
        """Write the film: the segments, and every other stream as it is."""
        with atomic(self._target) as temporary, self._av.open(str(temporary), "w") as out:
            video = out.add_stream(self._codec)
            self._settle(video.codec_context)
            video.time_base = self._unit
            copies = added(out, opened, pictures_of(opened), video)
            if self._first.rotation:
                video.set_display_rotation(self._first.rotation)
            frames = 0
            for _, which, packet in heapq.merge(
                self._video_packets(video), copied(opened, copies), key=lambda each: each[0]
            ):
                frames += which == "video"
                out.mux(packet)
        return Film(frames, self._resumed, self.size, self.upscaled)

    def _frames(self, behind: int | None) -> Iterator[Any]:
        """Yield the frames whose time is behind that of the last one that is done."""
        if behind is not None:
            self._opened.seek(behind, stream=self._stream, backward=True)
        for frame in self._opened.decode(self._stream):
            if frame.pts is None:
                raise AcutanceError("a frame of the film has no time.")
            if behind is None or frame.pts > behind:
                yield frame

    def _encoded(self, encoder: Any, frame: Any, lasting: dict[int, int]) -> list[Packet]:
        numbers = frame.reformat(format=self.colours.between).to_ndarray()
        sr = enlarged_planes(self.colours.rgb_of(numbers), self._enlarger)[0]
        made = self._av.VideoFrame.from_ndarray(self.colours.numbers_of(sr), format=self.colours.between)
        made.colorspace, made.color_range = self.colours.matrix, self.colours.range
        made = made.reformat(format=encoder.pix_fmt)
        made.pts, made.time_base = frame.pts, self._unit
        lasting[frame.pts] = int(frame.duration or 0)
        return [_kept(packet, lasting) for packet in encoder.encode(made)]

    def _flushed(self, encoder: Any, lasting: dict[int, int]) -> list[Packet]:
        return [_kept(packet, lasting) for packet in encoder.encode(None)]

    @property
    def _codec(self) -> str:
        if self._target.suffix.lower() == ".webm":
            return "libvpx-vp9"
        return "libx265" if self._hevc else "libx264"

    def _encoder(self) -> Any:
        encoder = self._av.CodecContext.create(self._codec, "w")
        self._settle(encoder)
        encoder.time_base = self._unit
        return encoder

    def _written_form(self) -> str:
        """Return how samples are written: as in the source, or where the codec cannot, 8 bits as 4:2:0."""
        said, bits = self._first.format.name.replace("yuvj", "yuv"), self.colours.bits
        known = [each.name for each in self._av.Codec(self._codec, "w").video_formats or ()]
        if said not in known and bits > 8:
            raise RequestError(
                f"its colours have {bits} bits ({said}), which {self._codec} does not write: name another kind of file."
            )
        form = said if said in known else "yuv420p"
        width, height = self.upscaled
        across, down = (each(2) == 1 for each in _chroma(self._av, form))
        if (across and width % 2) or (down and height % 2):
            raise RequestError(
                f"it would be {width}x{height}, and films in {form} have even sides: ask for another size."
            )
        return form

    def _settle(self, encoder: Any) -> None:
        encoder.width, encoder.height = self.upscaled
        encoder.pix_fmt = self._form
        encoder.framerate = self._rate
        encoder.sample_aspect_ratio = self._aspect
        encoder.gop_size = SEGMENT
        encoder.colorspace, encoder.color_range = self.colours.matrix, self.colours.range
        encoder.color_primaries, encoder.color_trc = self.colours.primaries, self.colours.transfer
        encoder.flags |= int(self._av.codec.context.Flags.global_header)
        rate = BEST + STEP * (100 - (80 if self._quality is None else self._quality))
        more = {"libvpx-vp9": {"b": "0"}, "libx265": {"x265-params": "log-level=none"}}
        encoder.options = {"crf": f"{rate:.0f}"} | more.get(self._codec, {})

    def _video_packets(self, stream: Any) -> Iterator[tuple[Fraction, str, Any]]:
        times = [packet.pts for number in range(self._segments.count) for packet in self._segments.read(number)]
        decoding = decoding_times(times)
        place = 0
        for number in range(self._segments.count):
            for kept in self._segments.read(number):
                packet = self._av.Packet(kept.data)
                packet.pts, packet.dts, packet.duration = kept.pts, decoding[place], kept.duration
                packet.time_base, packet.stream, packet.is_keyframe = self._unit, stream, kept.keyframe
                yield decoding[place] * self._unit, "video", packet
                place += 1


def decoding_times(times: Sequence[int]) -> list[int]:
    """Return when each frame is to be decoded, given when each is to be shown, both in the order of decoding.

    They rise, and none is behind its frame's own; as late as may be.

    >>> decoding_times([0, 30, 10, 20, 40])
    [-10, 0, 10, 20, 30]
    """
    shown = sorted(times)
    rank = {time: place for place, time in enumerate(shown)}
    delay = max((place - rank[time] for place, time in enumerate(times)), default=0)
    step = min((after - before for before, after in pairwise(shown)), default=1)
    early = [shown[0] - step * count for count in range(delay, 0, -1)] if shown else []
    return [*early, *shown][: len(times)]


def _kept(packet: Any, lasting: dict[int, int]) -> Packet:
    return Packet(packet.pts, lasting.pop(packet.pts, 0), bool(packet.is_keyframe), bytes(packet))


def _chroma(av: Any, form: str) -> tuple[Callable[[int], int], Callable[[int], int]]:
    """Return how many samples of chroma stand for so many of luma, across and down."""
    known = av.VideoFormat(form)
    return known.chroma_width, known.chroma_height


def _library() -> Any:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise RequestError("films need PyAV: python -m pip install 'acutance[video]'.") from error


@contextmanager
def _reported(av: Any, source: Path) -> Generator[None]:
    try:
        yield
    except RequestError as error:
        raise PictureError(source, str(error)) from error
    except av.FFmpegError as error:
        raise broken(source, error) from error
