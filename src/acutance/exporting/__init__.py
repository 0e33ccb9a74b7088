"""Networks in the forms that other programs read."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from acutance.errors import unknown
from acutance.exporting.official import write_official
from acutance.networks import Network

LAYOUTS: Mapping[str, Callable[[Network, Path], None]] = MappingProxyType(
    {
        "official": write_official,
        "official-mid": partial(write_official, naming="mid"),
        "official-old": partial(write_official, naming="old"),
    }
)
"""Name of a layout -> what writes it; the last two are older namings of ESRGAN's network."""


def export(network: Network, path: str | Path, *, layout: str = "official") -> None:
    """Write a network in one of `LAYOUTS`.

    Raises:
        RequestError: there is no such layout, or `path` has not its suffix.
        AcutanceError: the file cannot be written.
    """
    if layout not in LAYOUTS:
        raise unknown("layout", layout, LAYOUTS)
    LAYOUTS[layout](network, Path(path))


__all__ = ["LAYOUTS", "export"]
