"""The formats: what reads and writes each, and what it can hold."""

from dataclasses import dataclass
from pathlib import Path

from acutance.errors import unknown

LIBVIPS, PILLOW = "libvips", "Pillow"


@dataclass(frozen=True)
class Format:
    """A format of picture files.

    Attributes:
        name: as people call it.
        suffixes: of file names, in lower case; the first is the one that is written where nobody says which.
        also: suffixes that are read, and written as the first of `suffixes`.
        reader: the library that reads it.
        writer: the library that writes it; None where none does.
        depths: bits a channel that are written; 32 are floats.
        alpha: whether it is written with transparency.
        grey: whether shades of grey stay one channel.
        keeps: what goes on beside the pixels: names of `Metadata`.
        frames: whether more than one picture is written.
        lossy: whether it loses detail at most settings.
        longest: pixels that a side can have.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: str
    writer: str | None = None
    depths: tuple[int, ...] = (8,)
    alpha: bool = False
    grey: bool = True
    keeps: frozenset[str] = frozenset()
    frames: bool = False
    lossy: bool = False
    longest: int = 2**31 - 1
    also: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """The suffix that is written."""
        return self.suffixes[0]

    def depth_for(self, bits: int) -> int:
        """Return the depth that a picture of `bits` is written in: its own, or the deepest below."""
        return max((each for each in self.depths if each <= bits), default=min(self.depths))


def _keeps(*names: str) -> frozenset[str]:
    return frozenset(names)


PNG = Format(
    "PNG",
    (".png",),
    LIBVIPS,
    LIBVIPS,
    depths=(8, 16),
    alpha=True,
    keeps=_keeps("icc", "exif", "xmp", "text", "resolution", "png"),
    frames=True,
    also=(".apng",),
)
JPEG = Format(
    "JPEG",
    (".jpg", ".jpeg"),
    LIBVIPS,
    LIBVIPS,
    keeps=_keeps("icc", "exif", "xmp", "iptc", "text", "resolution"),
    lossy=True,
    longest=65535,
    also=(".jpe", ".jfif", ".jif", ".mpo"),
)
TIFF = Format(
    "TIFF",
    (".tif", ".tiff"),
    LIBVIPS,
    LIBVIPS,
    depths=(8, 16, 32),
    alpha=True,
    keeps=_keeps("icc", "exif", "xmp", "iptc", "resolution"),
    frames=True,
)
WEBP = Format(
    "WebP",
    (".webp",),
    LIBVIPS,
    LIBVIPS,
    alpha=True,
    grey=False,
    keeps=_keeps("icc", "exif", "xmp"),
    frames=True,
    lossy=True,
    longest=16383,
)
AVIF = Format(
    "AVIF",
    (".avif",),
    LIBVIPS,
    LIBVIPS,
    depths=(8, 12),
    alpha=True,
    grey=False,
    keeps=_keeps("icc", "exif", "xmp"),
    lossy=True,
    longest=16384,
)
GIF = Format("GIF", (".gif",), LIBVIPS, LIBVIPS, alpha=True, grey=False, frames=True, longest=65535)
BMP = Format("BMP", (".bmp",), PILLOW, PILLOW, keeps=_keeps("resolution"), also=(".dib",))
PNM = Format("PNM", (".ppm", ".pgm", ".pnm"), PILLOW, PILLOW, depths=(8, 16), also=(".pbm", ".pfm"))
TGA = Format("TGA", (".tga",), PILLOW, PILLOW, alpha=True, longest=65535, also=(".icb", ".vda", ".vst"))
ICO = Format("ICO", (".ico",), PILLOW, PILLOW, alpha=True, grey=False, longest=256)
JPEG2000 = Format(
    "JPEG 2000", (".jp2",), PILLOW, PILLOW, alpha=True, also=(".j2k", ".jpx", ".j2c", ".jpf", ".jpc", ".jph")
)
QOI = Format("QOI", (".qoi",), PILLOW, PILLOW, alpha=True, grey=False)
HEIC = Format("HEIC", (".heic", ".heif", ".hif"), "pillow-heif")
OTHERS = Format(
    "PSD, DDS, ICNS, PCX, SGI, Sun raster, XBM, XPM",
    (".psd", ".dds", ".icns", ".cur", ".pcx", ".sgi", ".rgb", ".bw", ".ras", ".xbm", ".xpm"),
    PILLOW,
)
FORMATS = (PNG, JPEG, TIFF, WEBP, AVIF, GIF, BMP, PNM, TGA, ICO, JPEG2000, QOI, HEIC, OTHERS)
"""Every format that is read; HEIC where the extra `heif` is installed."""
SUFFIXES = frozenset(suffix for each in FORMATS for suffix in (*each.suffixes, *each.also))
"""File name suffixes, in lower case, of the formats that are read."""
WRITTEN = frozenset(suffix for each in FORMATS if each.writer for suffix in each.suffixes)
"""File name suffixes, in lower case, of the formats that are written."""


def by_suffix(path: str | Path) -> Format | None:
    """Return the format that a file's name stands for, None where there is none."""
    suffix = Path(path).suffix.lower()
    return next((each for each in FORMATS if suffix in (*each.suffixes, *each.also)), None)


def named(name: str) -> Format:
    """Return the format of a name or a suffix such as "jpg", ".png" or "TIFF", which has to be one that is written.

    Raises:
        RequestError: there is none such.
    """
    wanted = name.lower().lstrip(".")
    for each in FORMATS:
        if each.writer and (wanted == each.name.lower() or f".{wanted}" in (*each.suffixes, *each.also)):
            return each
    raise unknown("format that is written", name, (each.suffix.lstrip(".") for each in FORMATS if each.writer))


def table() -> list[dict[str, str]]:
    """Return the formats as rows for people."""
    return [
        {
            "format": each.name,
            "suffixes": " ".join((*each.suffixes, *each.also)),
            "read by": each.reader,
            "written by": each.writer or "not written",
            "bits": ", ".join(map(str, each.depths)) if each.writer else "",
            "alpha": "yes" if each.alpha else "",
            "frames": "yes" if each.frames else "",
            "keeps": ", ".join(sorted(each.keeps)),
        }
        for each in FORMATS
    ]
