"""What a client wants done with a picture; told apart from what nobody can do before anything is done."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from acutance.errors import RequestError, unknown
from acutance.serve.offered import AUTO, BICUBIC, ENGINES, FORMATS, Offers

LARGEST_SCALE = 16
LONGEST = 65_535
SIDES = (16, 256)
"""Pixels of a side of the crop on which networks are compared."""


@dataclass(frozen=True)
class Wish:
    """How a picture is to be upscaled.

    Attributes:
        network: the name of an `Offer`.
        scale: times as high and wide; None where a target is given.
        fit: width and height of the box that the result is to fill.
        format: in which it is written; None for the picture's own.
        quality: 1 to 100, of formats that lose detail.
        engine: what computes.
    """

    network: str = AUTO
    scale: float | None = 4.0
    fit: tuple[int, int] | None = None
    format: str | None = None
    quality: int | None = None
    engine: str = "auto"

    @staticmethod
    def of(given: Mapping[str, str], offers: Offers) -> "Wish":
        """Return the wish in the fields of a form or of an address.

        Raises:
            RequestError: a field is unknown or its value impossible, and the sentence says which.
        """
        if strange := sorted(given.keys() - {"network", "scale", "fit", "format", "quality", "engine"}):
            raise unknown("option", strange[0], ("network", "scale", "fit", "format", "quality", "engine"))
        said = {name: value.strip() for name, value in given.items() if value.strip()}
        if "fit" in said and "scale" in said:
            raise RequestError("say how large in one way: a scale, or a box to fit into.")
        fit = _box(said["fit"]) if "fit" in said else None
        return Wish(
            network=offers.named(said.get("network", AUTO)).name,
            scale=None if fit else _scale(said.get("scale", "4")),
            fit=fit,
            format=_one_of("format", said["format"], FORMATS) if said.get("format", "same") != "same" else None,
            quality=_whole("quality", said["quality"], 1, 100) if "quality" in said else None,
            engine=_one_of("engine", said.get("engine", "auto"), ENGINES),
        )

    def told(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


@dataclass(frozen=True)
class Trial:
    """On which crop of a picture networks are to be compared, and which; all make it four times as large.

    Attributes:
        x, y: the left upper corner of the crop, in pixels of the picture.
        side: of the crop.
        networks: names of offers, and `bicubic`.
    """

    x: int
    y: int
    side: int
    networks: tuple[str, ...]

    @staticmethod
    def of(given: Mapping[str, Any], offers: Offers) -> "Trial":
        """Return the trial in an object of JSON; raise RequestError where there is none."""
        names = given.get("networks", ())
        if not isinstance(names, list) or not 1 <= len(names) <= 8:
            raise RequestError("networks must be a list of one to eight names.")
        chosen = tuple(
            dict.fromkeys(name if name == BICUBIC else offers.named(str(name)).name for name in map(str, names))
        )
        x, y = (_whole(name, str(given.get(name, 0)), 0, 10**9) for name in "xy")
        return Trial(x, y, _whole("side", str(given.get("side", 96)), *SIDES), chosen)

    def told(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not 1 < scale <= LARGEST_SCALE:
        raise RequestError(f"a scale must be above 1 and at most {LARGEST_SCALE}, not {text[:20]}.")
    return scale


def _box(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        return _whole("width", width, 1, LONGEST), _whole("height", height, 1, LONGEST)
    except RequestError:
        raise RequestError(f"{text[:20]!r} is no size: write it as 3840x2160, width before height.") from None


def _whole(name: str, text: str, least: int, most: int) -> int:
    text = text.strip()
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else least - 1
    if not least <= value <= most:
        raise RequestError(f"{name} goes from {least} to {most}, not {text[:20]!r}.")
    return value


def _one_of(kind: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise unknown(kind, name[:40], known)
    return name
