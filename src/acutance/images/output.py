"""How a picture is to be written."""

from dataclasses import dataclass
from pathlib import Path

from acutance.errors import PictureError, RequestError
from acutance.images import formats
from acutance.images.formats import PNG, WRITTEN, Format

DEPTHS = (8, 16, 32)


@dataclass(frozen=True)
class Output:
    """What may be said of the files that are written; None leaves it to the input and to the format.

    Attributes:
        format: a name or a suffix ("png", "JPEG"); None goes by the name of the file.
        quality: of lossy formats, 1 to 100; by default 95 for JPEG, 90 for WebP, 80 for AVIF. WebP is written without
            loss where the input had lost nothing and no quality is named.
        depth: bits a channel, 8 or 16, or 32 for floats; by default those of the input.
        strip_metadata: write nothing beside the pixels but the colour profile.

    Raises:
        RequestError: a value is impossible.
    """

    format: str | None = None
    quality: int | None = None
    depth: int | None = None
    strip_metadata: bool = False

    def __post_init__(self) -> None:
        if self.format is not None:
            formats.named(self.format)
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise RequestError(f"a quality goes from 1 to 100, not {self.quality}.")
        if self.depth is not None and self.depth not in DEPTHS:
            raise RequestError(f"a depth is 8, 16 or 32 (floats), not {self.depth}.")

    def format_of(self, path: str | Path) -> Format:
        """Return the format that a file of this name is written in.

        Raises:
            RequestError: neither its suffix nor `format` is one that is written.
        """
        if self.format is not None:
            return formats.named(self.format)
        suffix = Path(path).suffix.lower()
        if suffix not in WRITTEN or (found := formats.by_suffix(path)) is None:
            known = ", ".join(sorted(WRITTEN))
            raise RequestError(f"{path}: cannot write {suffix or 'without a suffix'}; known are {known}.")
        return found


def check_writable(
    path: str | Path, height: int = 1, width: int = 1, output: Output = Output(), *, frames: int = 1
) -> None:
    """Raise what writing would raise of a file's name and a picture's size and frames, before any work is done.

    Raises:
        RequestError: the suffix is not that of a format that is written, or the format has no such depth.
        PictureError: the format cannot hold a picture of this size, or so many.
    """
    known, depth = output.format_of(path), output.depth
    # AVIF's 12 bits are what 16 become.
    if depth is not None and known.depth_for(depth) not in (depth, 12 if depth == 16 else depth):
        raise RequestError(f"{known.name} holds {' or '.join(map(str, known.depths))} bits a channel, not {depth}.")
    if frames > 1 and not known.frames:
        raise PictureError(path, f"{known.name} holds one picture, not {frames}; --first-frame takes the first.")
    if max(height, width) > known.longest:
        size, most = f"{width}x{height}", known.longest
        raise PictureError(path, f"{known.name} holds at most {most} pixels a side, not {size}; .png holds more.")


def nearest(path: Path, *, frames: int = 1) -> tuple[Path, str | None]:
    """Return the name under which a picture is written that came from `path`, and a sentence where it is another one.

    What no format here writes, and single pictures from GIF, which holds too few colours, become PNG.
    """
    known = formats.by_suffix(path)
    if known is not None and known.writer and (known.name != "GIF" or frames > 1):
        if path.suffix.lower() in known.suffixes:
            return path, None
        return path.with_suffix(known.suffix), f"{path.suffix} is written as {known.suffix}"
    return path.with_suffix(PNG.suffix), f"{path.suffix or 'what has no suffix'} is written as {PNG.suffix}"
