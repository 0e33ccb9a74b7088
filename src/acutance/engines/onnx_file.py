"""Networks in ONNX files, whatever program they come from, as upscalers; they need onnxruntime, the extra `onnx`."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8

from acutance.errors import RequestError
from acutance.ops import image_of, pixels_of
from acutance.ops.tiles import fixed_windows, paste

PROBE = 32
"""Side of the picture by which the scale of a network for all sizes is found; SwinIR's windows divide it."""
OVERLAP = 16
"""LR pixels, a quarter of a window at most, that neighbouring windows share on each side."""
KINDS = {"tensor(float)": np.float32, "tensor(float16)": np.float16}

Image = Float[np.ndarray, "1 3 h w"]


class OnnxUpscaler:
    """Makes SR of LR by an ONNX file: its input is NCHW, RGB in [0, 1], of any size or of one; so is its output.

    Where it takes one size, larger pictures are cut into windows that overlap and smaller ones get mirrored borders.

    Attributes:
        scale: found by trying.

    Raises:
        RequestError: onnxruntime is missing, the file cannot be read, or the network is of another kind.
    """

    def __init__(self, path: Path, device: str = "cpu") -> None:
        self._path = path
        self._session = _session(path, device)
        given = self._session.get_inputs()
        shape = given[0].shape if given else []
        if len(given) != 1 or len(shape) != 4 or not (shape[1] == 3 or _is_free(shape[1])):
            raise self._refused("it does not take one image as NCHW, RGB")
        if given[0].type not in KINDS:
            raise self._refused(f"it takes {given[0].type}, not 16 or 32-bit floating-point numbers")
        self._input, self._kind = given[0].name, KINDS[given[0].type]
        self._sides = [None if _is_free(side) else side for side in shape[2:]]
        self.scale = self._probe()

    def __call__(self, lr: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "H W 3"]:
        """Return SR of LR, rounded to 8 bits."""
        height, width = lr.shape[:2]
        image = image_of(lr).numpy()
        missing = [max(0, (side or 0) - length) for side, length in zip(self._sides, lr.shape, strict=False)]
        image = np.pad(image, [(0, 0), (0, 0), (0, missing[0]), (0, missing[1])], mode="symmetric")
        sr = self._windowed(image)[0, :, : height * self.scale, : width * self.scale]
        return pixels_of(torch.from_numpy(sr[None]))

    def _windowed(self, image: Image) -> Float[np.ndarray, "1 3 H W"]:
        scale = self.scale
        sr = np.empty((1, 3, *(scale * length for length in image.shape[2:])), np.float32)
        height, width = image.shape[2:]
        sides = (self._sides[0] or height, self._sides[1] or width)
        for window in fixed_windows(height, width, sides=sides, overlap=OVERLAP):
            paste(sr, window, self._run(image[(..., *window.seen)]), scale)
        return sr

    def _run(self, image: Image) -> Float[np.ndarray, "1 3 H W"]:
        return self._session.run(None, {self._input: image.astype(self._kind)})[0].astype(np.float32)

    def _probe(self) -> int:
        height, width = (side or PROBE for side in self._sides)
        shape = self._run(np.full((1, 3, height, width), 0.5, np.float32)).shape
        scale = shape[2] // height if len(shape) == 4 else 0
        if scale < 1 or shape != (1, 3, height * scale, width * scale):
            raise self._refused(
                f"it makes {'x'.join(map(str, shape))} of 1x3x{height}x{width}, which is no enlargement"
            )
        return scale

    def _refused(self, why: str) -> RequestError:
        return RequestError(f"{self._path} is no network for super-resolution of RGB pictures: {why}.")


def _session(path: Path, device: str) -> Any:
    if not path.is_file():
        raise RequestError(f"there is no file {path}.")
    try:
        runtime: Any = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise RequestError(f"{path} needs onnxruntime: pip install 'acutance[onnx]'.") from error
    options = runtime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    wanted = ["CUDAExecutionProvider"] * device.startswith("cuda") + ["CPUExecutionProvider"]
    providers = [name for name in wanted if name in runtime.get_available_providers()]
    # onnxruntime has a class of errors for each of its codes, and no base of them.
    try:
        return runtime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:
        raise RequestError(f"{path} cannot be read as ONNX: {str(error).splitlines()[0].rstrip('.')}.") from error


def _is_free(length: object) -> bool:
    """Tell whether a length in a shape is left open: ONNX gives it a name, or nothing."""
    return not isinstance(length, int) or length < 1
