"""ONNX Runtime, on the CPU, or by CUDA where it was built with it."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import torch

from acutance.engines.onnx_metadata import metadata_of
from acutance.engines.session import Array, Unfit, demand_library, image_sides

TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class OnnxRuntimeSession:
    """A model of an .onnx file, or the bytes of one.

    Raises:
        Unfit: it cannot be read, or takes no RGB picture.
        RequestError: ONNX Runtime is missing.
    """

    def __init__(self, model: Path | bytes, device: torch.device) -> None:
        content = model if isinstance(model, bytes) else model.read_bytes()
        self._session = _session(str(model) if isinstance(model, Path) else content, device)
        self.words = metadata_of(content)
        given = self._session.get_inputs()
        if len(given) != 1:
            raise Unfit("it does not take one image as NCHW, RGB")
        self.sides = image_sides([_length(side) for side in given[0].shape])
        if given[0].type not in TYPES:
            raise Unfit(f"it takes {given[0].type}, not 16 or 32-bit floating-point numbers")
        self._input, self._kind = given[0].name, TYPES[given[0].type]

    def __call__(self, image: Array) -> np.ndarray:
        """Return what the model makes."""
        try:
            return self._session.run(None, {self._input: image.astype(self._kind)})[0].astype(np.float32)
        except Exception as error:  # onnxruntime has a class of errors for each of its codes, and no base of them
            raise RuntimeError(str(error)) from error


def _session(model: str | bytes, device: torch.device) -> Any:
    demand_library("onnxruntime", "the engine onnxruntime")
    runtime: Any = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    wanted = ["CUDAExecutionProvider"] * (device.type == "cuda") + ["CPUExecutionProvider"]
    providers = [name for name in wanted if name in runtime.get_available_providers()]
    try:
        return runtime.InferenceSession(model, options, providers=providers)
    except Exception as error:
        raise Unfit(f"it cannot be read as ONNX: {str(error).splitlines()[0].rstrip('.')}") from error


def _length(side: object) -> int | None:
    """Return a length in a shape; None where it is left open, for which ONNX has a name, or nothing."""
    return side if isinstance(side, int) and side > 0 else None
