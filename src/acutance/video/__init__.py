"""Films: decoded, upscaled and encoded as a stream, with everything else in the file copied."""

from acutance.video.film import SUFFIXES, Film, upscale_film
from acutance.video.unused import unused

__all__ = ["SUFFIXES", "Film", "unused", "upscale_film"]
