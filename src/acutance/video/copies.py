"""What of a film goes along as it is: sound, subtitles and their fonts, chapters, and the words about all of these."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from acutance.errors import RequestError

COPIED = ("audio", "subtitle")
MATROSKA = ".mkv"
"""What holds nearly everything; and what holds fonts."""
OF_A_CONTAINER = (
    "encoder", "duration", "major_brand", "minor_version", "compatible_brands", "bps", "number_of_frames",
    "number_of_bytes", "_statistics_writing_app", "_statistics_writing_date_utc", "_statistics_tags",
)  # fmt: skip
"""Words that a container says of itself, and another would say wrongly."""


def pictures_of(opened: Any) -> Any:
    """Return the stream of moving pictures, None where there is none; a cover is no such stream."""
    return next((each for each in opened.streams.video if not int(each.disposition) & COVER), None)


COVER = 0x400
"""FFmpeg's AV_DISPOSITION_ATTACHED_PIC."""


def demand_room(av: Any, opened: Any, target: Path) -> None:
    """Raise RequestError where the container of `target` has no room for sound or subtitles of a film."""
    with TemporaryDirectory(prefix="acutance-") as folder, av.open(f"{folder}/x{target.suffix}", "w") as out:
        for each in _streams(opened):
            try:
                out.add_stream_from_template(each)
            except ValueError as error:
                kind = {"audio": "sound", "subtitle": "subtitles"}[each.type]
                known = each.codec_context.name if each.codec_context else "a form that is not known"
                raise RequestError(
                    f"{target.suffix} files hold no {kind} in {known}, which are copied as they are: "
                    f"name a {MATROSKA} file."
                ) from error


def added(out: Any, opened: Any, pictures: Any, video: Any) -> dict[int, Any]:
    """Add to a film that is written what is copied, and return the streams that take it, by their number in the source.

    `pictures` is the stream of moving pictures in the source, `video` that which is written in its place.
    """
    out.metadata.update(_words(opened.metadata))
    video.metadata.update(_words(pictures.metadata))
    copies: dict[int, Any] = {}
    for each in _streams(opened):
        copies[each.index] = copy = out.add_stream_from_template(each)
        copy.metadata.update(_words(each.metadata))
        copy.disposition = each.disposition
    for each in opened.streams.attachments if Path(out.name).suffix == MATROSKA else ():
        out.add_attachment(each.name, each.mimetype, each.data)
    if chapters := opened.chapters():
        out.set_chapters(chapters)
    return copies


def copied(opened: Any, copies: Mapping[int, Any]) -> Iterator[tuple[Fraction, str, Any]]:
    """Yield the packets of what is copied, each with the time by which they are in order, and "copy"."""
    last = Fraction(0)
    for packet in opened.demux(_streams(opened)) if copies else ():
        if packet.dts is None and packet.pts is None:
            continue  # the end
        when = packet.dts if packet.dts is not None else packet.pts
        last = max(last, when * packet.time_base)
        packet.stream = copies[packet.stream.index]
        yield last, "copy", packet


def _streams(opened: Any) -> list[Any]:
    return [each for each in opened.streams if each.type in COPIED]


def _words(metadata: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in metadata.items() if name.lower() not in OF_A_CONTAINER}
