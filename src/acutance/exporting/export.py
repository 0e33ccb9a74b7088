"""`export`: a network to a file, in one of the layouts that there are."""

from collections.abc import Callable, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from types import MappingProxyType

from acutance.checkpoints import load, locate
from acutance.errors import RequestError, unknown
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


def export(network: Network | str | PathLike[str], path: str | Path, *, layout: str = "official") -> Path:
    """Write a network so that other programs read it, and return the path of the file.

    >>> import tempfile, torch
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = export("edsr-light-x4", f"{folder}/edsr.pth")
    ...     weights = torch.load(path, weights_only=True)  # as the original code reads them
    >>> path.name, len(weights)
    ('edsr.pth', 46)

    Args:
        network: a network, a run, the path of a run folder or of weights, or the name of a network that ships.
        path: the file; the official layouts end in .pth or .pt.
        layout: "official" is what the network's original code reads, for RRDBNet that of BasicSR; "official-mid" and
            "official-old" are what ESRGAN's last and first code read.

    Raises:
        RequestError: there is no such network or layout, the network has no such layout, `path` has not its suffix, or
            is the file that the network is read from.
        AcutanceError: the file cannot be written.
    """
    if layout not in LAYOUTS:
        raise unknown("layout", layout, LAYOUTS)
    target = Path(path)
    LAYOUTS[layout](network if isinstance(network, Network) else _loaded(Path(network), target), target)
    return target


def _loaded(source: Path, target: Path) -> Network:
    if locate(source).resolve() == target.resolve():
        raise RequestError(f"{target} would overwrite the network that is read; choose another file.")
    return load(source)
