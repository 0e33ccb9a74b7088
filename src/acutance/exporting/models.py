"""Whole networks for any program: ONNX, and OpenVINO's .xml with its .bin.

Height and width are free, colours RGB in [0, 1]. What is written is compared with PyTorch on three sizes, by the
runtime that is there, and the largest difference, before int8, stands in the file with the rest of what a program
should know of it (`engines.stated`): keys that begin with "acutance.".
"""

import importlib
from pathlib import Path
from typing import Any

from acutance.engines.checking import demand_same, open_model
from acutance.engines.conversion import onnx_of
from acutance.engines.onnx_metadata import metadata_of
from acutance.engines.quantised import quantised
from acutance.engines.session import demand_library, installed
from acutance.engines.stated import stated
from acutance.errors import RequestError
from acutance.files import atomic, passing_folder
from acutance.networks import Network

CHECKED = ((24, 32), (33, 47), (61, 40))
"""Heights and widths on which a model is compared with its network."""


def write_onnx(network: Network, path: Path, *, int8: bool = False) -> None:
    """Write a network as an .onnx file.

    Raises:
        RequestError: the file's suffix is another, the network has no such form, or a library is missing.
        AcutanceError: the file cannot be written, or the model is another network than it should be.
    """
    _demand_suffix(path, ".onnx")
    model = checked_model(network, int8=int8)
    with atomic(path) as temporary:
        temporary.write_bytes(model)


def write_openvino(network: Network, path: Path, *, int8: bool = False) -> None:
    """Write a network as an .xml file and, beside it, its weights as a .bin file of the same stem; raises as the other.

    An interruption leaves the two that were there, or no .xml: never two that do not belong together.
    """
    _demand_suffix(path, ".xml")
    demand_library("openvino", str(path))
    openvino: Any = importlib.import_module("openvino")
    written = checked_model(network, int8=int8)
    model = openvino.Core().read_model(written)
    for key, word in metadata_of(written).items():
        model.set_rt_info(word, key.split("."))
    weights = path.with_suffix(".bin")
    path.parent.mkdir(parents=True, exist_ok=True)
    with passing_folder(path.parent, path.stem) as folder:
        openvino.save_model(model, str(folder / path.name), compress_to_fp16=False)
        with atomic(weights) as temporary:
            temporary.write_bytes((folder / weights.name).read_bytes())
            path.unlink(missing_ok=True)
        with atomic(path) as temporary:
            temporary.write_bytes((folder / path.name).read_bytes())


def checked_model(network: Network, *, int8: bool = False) -> bytes:
    """Return a network as the content of an .onnx file, checked, with what it says of itself.

    Raises:
        RequestError: the network has no such form, or there is nothing to check it with.
        AcutanceError: the model is another network than it should be.
    """
    if not (installed("onnxruntime") or installed("openvino")):
        demand_library("onnxruntime", "checking what is written")
    model = onnx_of(network)
    session = open_model(model, "onnxruntime" if installed("onnxruntime") else "openvino")
    off = max(demand_same(network, session, sides) for sides in CHECKED)
    words = {
        "checked": ", ".join(f"{height}x{width}" for height, width in CHECKED),
        "largest_difference": f"{off:.3g}",
        "precision": "int8" if int8 else "32",
    }
    return stated(quantised(model) if int8 else model, network, words)


def _demand_suffix(path: Path, suffix: str) -> None:
    if path.suffix != suffix:
        raise RequestError(f"{path}: this layout is a file that ends in {suffix}.")
