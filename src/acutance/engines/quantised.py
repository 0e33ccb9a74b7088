"""Static quantisation to int8: ranges of features are measured on training pictures, those in the package.

Of a network only the large convolutions are quantised, in which nearly all of its arithmetic lies: 3x3 with at least
`CHANNELS` channels in, but for the last, whose result is SR itself, and the first and the last of what remains, which
alone cost `default-x4` 0.13 dB of the 0.20 that it would lose. Weights have a scale for each channel they make.
"""

import importlib
import logging
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from acutance import images
from acutance.degrade import Bicubic
from acutance.engines.onnx_metadata import metadata_of, with_metadata
from acutance.engines.session import demand_library
from acutance.errors import RequestError
from acutance.ops import image_of

PHOTOS = Path(images.__file__).parents[1] / "photos" / "train"
CHANNELS = 32
SIDE, SHRINK = 96, 4
"""LR pixels a side of a piece that ranges are measured on, and how much smaller LR is than the photograph."""


def quantised(model: bytes) -> bytes:
    """Return an ONNX model whose large convolutions compute in int8.

    Raises:
        RequestError: onnx or onnxruntime is missing, or the model has no such convolution.
    """
    demand_library("onnx", "int8")
    demand_library("onnxruntime", "int8")
    onnx: Any = importlib.import_module("onnx")
    quantization: Any = importlib.import_module("onnxruntime.quantization")
    read = onnx.load_from_string(model)
    left = _left_alone(read.graph)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "int8.onnx"
        root = logging.getLogger()
        level, root.level = root.level, logging.ERROR  # it recommends a step that its own documents call optional
        try:
            quantization.quantize_static(
                read,
                str(written),
                _Pictures(read.graph.input[0].name),
                quant_format=quantization.QuantFormat.QDQ,
                activation_type=quantization.QuantType.QInt8,
                weight_type=quantization.QuantType.QInt8,
                op_types_to_quantize=["Conv"],
                nodes_to_exclude=left,
                per_channel=True,
            )
        finally:
            root.level = level
        return with_metadata(written.read_bytes(), metadata_of(model))


def _left_alone(graph: Any) -> list[str]:
    shapes = {each.name: tuple(each.dims) for each in graph.initializer}
    convolutions = [(node.name, shapes.get(node.input[1], ())) for node in graph.node if node.op_type == "Conv"]
    large = [name for name, shape in convolutions[:-1] if shape[1:2] >= (CHANNELS,) and shape[2:] == (3, 3)]
    if not large:
        raise RequestError(f"there is nothing for int8: no convolution of 3x3 has {CHANNELS} channels or more.")
    inner = large[1:-1] or large
    return [name for name, _ in convolutions if name not in inner]


class _Pictures:
    """The pictures as ONNX Runtime asks for them, one after the other."""

    def __init__(self, name: str) -> None:
        self._name, self._left = name, iter(_pieces())

    def get_next(self) -> dict[str, np.ndarray] | None:
        piece = next(self._left, None)
        return None if piece is None else {self._name: piece}


@cache
def _pieces() -> tuple[np.ndarray, ...]:
    return tuple(piece for path in sorted(PHOTOS.iterdir()) for piece in _of(path))


def _of(path: Path) -> Iterator[np.ndarray]:
    """Yield two pieces of a photograph's LR, 1x3x96x96 or less, in [0, 1]."""
    pixels = images.read(path).pixels
    pixels = pixels[: len(pixels) // SHRINK * SHRINK, : pixels.shape[1] // SHRINK * SHRINK]
    lr = Bicubic(SHRINK)(image_of(pixels)).clamp(0, 1).numpy()
    for third in (1, 2):
        top, left = (max(0, length - SIDE) * third // 3 for length in lr.shape[2:])
        yield np.ascontiguousarray(lr[..., top : top + SIDE, left : left + SIDE], np.float32)
