"""OpenVINO on the CPU."""

import importlib
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from acutance.engines.in_levels import WHITE, take_levels
from acutance.engines.onnx_metadata import metadata_of
from acutance.engines.session import Array, Unfit, demand_library, image_sides

HINTS = {"32": "f32", "16": "bf16", "int8": "f32"}
"""Precisions by OpenVINO's names; a model that is quantised computes in int8 where it says so."""
TYPES = {"f32": np.float32, "f16": np.float16}
SHAPES = 4
"""How many models of one size are kept beside that of any size."""


def has_bf16() -> bool:
    """Tell whether OpenVINO computes in bf16 on this machine."""
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class OpenVinoSession:
    """A model of an .onnx or .xml file, or the bytes of an .onnx file.

    In 16 bits one that says that it takes 0 to 1 is given levels, which bf16 holds exactly (`in_levels`).

    A size that comes a second time gets a model of its own: with the sizes fixed OpenVINO lays out memory beforehand,
    and bf16 takes three quarters of the time.

    Raises:
        Unfit: it cannot be read, or takes no RGB picture.
        RequestError: OpenVINO is missing.
    """

    def __init__(self, model: Path | bytes, precision: str) -> None:
        self._read = _read(model)
        self.words = _words(self._read, model)
        in_levels = precision == "16" and self.words.get("acutance.range") == "0..1"
        if in_levels:
            take_levels(self._read)
        self._white = np.float32(WHITE if in_levels else 1)
        self._settings = {"INFERENCE_PRECISION_HINT": HINTS[precision]}
        self._settings |= {"INFERENCE_NUM_THREADS": str(torch.get_num_threads()), "NUM_STREAMS": "1"}
        if len(self._read.inputs) != 1 or len(self._read.outputs) < 1:
            raise Unfit("it does not take one image as NCHW, RGB")
        given = self._read.input(0)
        kind = given.get_element_type().get_type_name()
        self.sides = image_sides([None if side.is_dynamic else side.get_length() for side in given.get_partial_shape()])
        if kind not in TYPES:
            raise Unfit(f"it takes {kind}, not 16 or 32-bit floating-point numbers")
        self._kind = TYPES[kind]
        self._any = self._compiled(self._read)
        self._seen: set[tuple[int, ...]] = set()
        self._lock = threading.Lock()
        self._fixed: dict[tuple[int, ...], Any] = {}

    def __call__(self, image: Array) -> np.ndarray:
        """Return what the model makes."""
        # The result lies in memory that the next call uses again, and a call that comes meanwhile would be refused.
        with self._lock:
            return self._for(image.shape)(np.ascontiguousarray(image * self._white, self._kind))[0].astype(np.float32)

    def _for(self, shape: tuple[int, ...]) -> Any:
        if None not in self.sides:
            return self._any
        if shape in self._seen and shape not in self._fixed:
            fixed = self._read.clone()
            fixed.reshape(list(shape))
            self._fixed = dict(list(self._fixed.items())[1 - SHAPES :]) | {shape: self._compiled(fixed)}
        self._seen.add(shape)
        return self._fixed.get(shape, self._any)

    def _compiled(self, model: Any) -> Any:
        return _core().compile_model(model, "CPU", self._settings)


@cache
def _core() -> Any:
    demand_library("openvino", "the engine openvino")
    runtime: Any = importlib.import_module("openvino")
    return runtime.Core()


def _read(model: Path | bytes) -> Any:
    try:
        return _core().read_model(model)
    except RuntimeError as error:
        lines = [line.strip().rstrip(".:") for line in str(error).splitlines() if line.strip()]
        raise Unfit(f"OpenVINO cannot read it: {lines[-1] if lines else 'it does not say why'}") from error


def _words(read: Any, model: Path | bytes) -> dict[str, str]:
    if isinstance(model, Path) and model.suffix.lower() != ".onnx":
        known = read.get_rt_info("acutance").value if read.has_rt_info("acutance") else {}
        return {f"acutance.{key}": str(getattr(value, "value", value)) for key, value in known.items()}
    return metadata_of(model if isinstance(model, bytes) else model.read_bytes())
