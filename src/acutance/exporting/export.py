"""`export`: a network to a file, in one of the layouts that there are."""

from collections.abc import Callable, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from types import MappingProxyType

from acutance.checkpoints import load, locate, save
from acutance.errors import RequestError, unknown
from acutance.exporting.models import write_onnx, write_openvino
from acutance.exporting.official import write_official
from acutance.files import check_target, text_of, write_text
from acutance.networks import Network

SUFFIX = ".safetensors"
"""Of our own files."""


def _write_own(network: Network, path: Path) -> None:
    """Write our own file, whose header rebuilds the network; beside one of somebody's own its program, as NAME.py.

    Raises:
        RequestError: the file's suffix is another, or another program lies there.
        AcutanceError: the file cannot be written.
    """
    if path.suffix != SUFFIX:
        raise RequestError(f"{path}: the layout of Acutance is a file that ends in {SUFFIX}.")
    if network.code is not None:
        program = path.with_suffix(".py")
        if program.exists() and text_of(program) != network.code.text:
            raise RequestError(
                f"{program}, where the program of {network.name} would lie, holds another; name another."
            )
        write_text(program, network.code.text)
    save(path, network)


LAYOUTS: Mapping[str, Callable[[Network, Path], None]] = MappingProxyType(
    {
        "acutance": _write_own,
        "official": write_official,
        "official-mid": partial(write_official, naming="mid"),
        "official-old": partial(write_official, naming="old"),
        "onnx": write_onnx,
        "onnx-int8": partial(write_onnx, int8=True),
        "openvino": write_openvino,
        "openvino-int8": partial(write_openvino, int8=True),
    }
)
"""Name of a layout -> what writes it; official-mid and official-old are older namings of ESRGAN's network."""
OF_SUFFIX = {SUFFIX: "acutance", ".onnx": "onnx", ".xml": "openvino"}
"""The layouts that a file's suffix stands for; any other stands for the official one."""


def export(
    network: Network | str | PathLike[str],
    path: str | Path,
    *,
    layout: str | None = None,
    residual_scale: float | None = None,
    trust: bool = False,
) -> Path:
    """Write a network so that other programs, or Acutance, read it, and return the path of the file.

    >>> import tempfile, torch
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = export("edsr-light-x4", f"{folder}/edsr.pth")
    ...     weights = torch.load(path, weights_only=True)  # as the original code reads them
    >>> path.name, len(weights)
    ('edsr.pth', 46)

    Args:
        network: a network, a run, the path of a run folder or of weights, or the name of a network that ships.
        path: the file; the official layouts end in .pth or .pt, that of Acutance in .safetensors, ONNX in .onnx, and
            OpenVINO in .xml, beside which a .bin is written.
        layout: "official" is what the network's original code reads, for RRDBNet that of BasicSR; "official-mid" and
            "official-old" are what ESRGAN's last and first code read; "acutance" holds all that rebuilds the network;
            "onnx" and "openvino" are for any program, of any height and width, and with -int8 behind it smaller and
            faster at a loss (`exporting.models`). None for what the suffix of `path` stands for (`OF_SUFFIX`).
        residual_scale: of a file of EDSR or NLSN whose weights do not show it; see `acutance.load`.
        trust: run the program of a network of somebody's own, as `acutance.load`.

    Raises:
        RequestError: there is no such network or layout, the network has no such layout, `path` has not its suffix, or
            is the file that the network is read from; or a library that ONNX or OpenVINO need is missing.
        AcutanceError: the file cannot be written, or holds another network than it should.
    """
    target = Path(path)
    layout = layout or layout_of(target)
    if layout not in LAYOUTS:
        raise unknown("layout", layout, LAYOUTS)
    check_target(target)
    LAYOUTS[layout](_made(network, target, residual_scale, trust), target)
    return target


def layout_of(path: Path) -> str:
    """Return the layout that a file's suffix stands for."""
    return OF_SUFFIX.get(path.suffix, "official")


def _made(network: Network | str | PathLike[str], target: Path, residual_scale: float | None, trust: bool) -> Network:
    if isinstance(network, Network):
        if residual_scale is not None:
            raise RequestError("a network knows its residual scale; it is told for files alone.")
        return network
    source = Path(network)
    if locate(source).resolve() == target.resolve():
        raise RequestError(f"{target} would overwrite the network that is read; choose another file.")
    return load(source, residual_scale=residual_scale, trust=trust)
