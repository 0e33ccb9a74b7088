"""What an encoder is told."""

from dataclasses import dataclass

from acutance.images.formats import AVIF, JPEG, JPEG2000, WEBP, Format
from acutance.images.output import Output
from acutance.images.source import Source

QUALITIES = {JPEG.name: 95, WEBP.name: 90, AVIF.name: 80, JPEG2000.name: 95}
"""At which an enlarged picture shows no loss, seen at its own size."""


@dataclass(frozen=True)
class Settings:
    """Quality from 1 to 100, whether nothing may be lost, milliseconds of each frame, and how often they play."""

    quality: int
    lossless: bool
    delays: tuple[int, ...] = ()
    loop: int = 0

    @staticmethod
    def of(known: Format, output: Output, like: Source | None) -> "Settings":
        """Return what a format is told: WebP loses nothing unless its input had, or a quality is named."""
        quality = output.quality or QUALITIES.get(known.name, 95)
        exact = known.name in (WEBP.name, JPEG2000.name) and output.quality is None and not (like and like.lossy)
        return Settings(quality, exact, like.delays if like else (), like.loop if like else 0)
