"""What a picture file says beside its pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from acutance.images import exif


@dataclass(frozen=True)
class Metadata:
    """What goes on from a file to the one that is made of it.

    Attributes:
        icc: the colour profile of the pixels.
        exif: the EXIF block from its byte order mark on, with the orientation set to 1.
        xmp: the XMP packet.
        iptc: the IPTC records, in a resource of Photoshop as JPEG keeps them, with others that hold for any size.
        text: words under names, as PNG has them.
        resolution: pixels an inch, across and down.
        png: chunks that only PNG has and that say which colours are meant (gAMA, cHRM, sRGB, cICP), by name.
    """

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    text: tuple[tuple[str, str], ...] = ()
    resolution: tuple[float, float] | None = None
    png: Mapping[str, bytes] = field(default_factory=dict)

    def resized(self, width: int, height: int) -> "Metadata":
        """Return the same for a picture of this size, which EXIF names; pixels an inch stay as they were."""
        return replace(self, exif=self.exif and exif.sized(self.exif, width, height))

    def stripped(self) -> "Metadata":
        """Return only what the colours need: the profile, or what PNG has in its place."""
        return Metadata(icc=self.icc, png=self.png)


NOTHING = Metadata()
