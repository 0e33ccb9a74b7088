"""Whatever colours libvips decodes to grey or RGB, with straight alpha where there is any."""

from dataclasses import dataclass
from typing import Any

from acutance.images.raster import DTYPES

PROFILE_SPACE = slice(16, 20)
"""Where a profile says which colours it is for."""
SPACES = {b"RGB ": "RGB", b"GRAY": "grey", b"CMYK": "CMYK", b"Lab ": "LAB"}
DEEP = ("ushort", "short", "uint")
OTHER_SPACES = {"lab": "LAB", "labq": "LAB", "labs": "LAB", "lch": "LCh", "xyz": "XYZ", "yxy": "Yxy", "hsv": "HSV"}


@dataclass(frozen=True)
class Colours:
    """An image of 1 to 4 bands, the profile that fits them, and what was done to get there."""

    image: Any
    icc: bytes | None
    notes: tuple[str, ...] = ()
    converted: bool = False


def to_rgb(image: Any, icc: bytes | None) -> Colours:
    """Return an image of libvips in grey or RGB of 8 or 16 bits or floats.

    CMYK goes to sRGB by its profile, or by libvips' where it has none that fits; LAB and its kin by their definition.
    A profile for other colours than the pixels' is left out.

    Raises:
        ValueError: its samples are of a type that is not taken.
    """
    if image.interpretation == "cmyk":
        return _from_cmyk(image, icc)
    if image.interpretation in OTHER_SPACES:
        space = "rgb16" if image.interpretation == "labs" or image.format == "float" else "srgb"
        note = f"{OTHER_SPACES[image.interpretation]} became sRGB"
        return Colours(image.colourspace(space), None, (note,), converted=True)
    if image.format not in DTYPES:
        raise ValueError(f"its samples are of type {image.format}; unsigned ones of 8 and 16 bits and floats are read")
    if icc is None or fits(icc, grey=image.bands < 3):
        return Colours(image, icc)
    space = SPACES.get(icc[PROFILE_SPACE], "other colours")
    own = "grey" if image.bands < 3 else "RGB"
    return Colours(
        image, None, (f"its colour profile is one for {space}, does not fit its {own} pixels and is left out",)
    )


def fits(icc: bytes, *, grey: bool) -> bool:
    """Tell whether a colour profile is one for grey, or for RGB."""
    return icc[PROFILE_SPACE] == (b"GRAY" if grey else b"RGB ")


def _from_cmyk(image: Any, icc: bytes | None) -> Colours:
    own = icc is not None and icc[PROFILE_SPACE] == b"CMYK"
    depth = 16 if image.format in DEEP else 8
    inks = image[0:4]
    alpha = image[4] if image.bands > 4 else None
    if own:
        rgb = inks.icc_transform("srgb", embedded=True, intent="relative", depth=depth)
    else:
        rgb = inks.icc_transform("srgb", input_profile="cmyk", intent="relative", depth=depth)
    made = rgb if alpha is None else rgb.bandjoin(alpha)
    by = "its profile" if own else "a profile of libvips, as it has none"
    return Colours(made, None, (f"CMYK became sRGB by {by}",), converted=True)
