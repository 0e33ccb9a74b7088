"""What OpenVINO and ONNX Runtime have in common: arrays in, arrays out."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from acutance.errors import RequestError

EXTRAS = {"openvino": "openvino", "onnxruntime": "onnx", "onnx": "onnx"}
"""Libraries and the extras that bring them."""

Array = Float[np.ndarray, "b 3 h w"]


@runtime_checkable
class Session(Protocol):
    """A model loaded by a runtime."""

    @property
    def sides(self) -> tuple[int | None, int | None]:
        """The height and width that it takes; None for any."""
        ...

    @property
    def words(self) -> Mapping[str, str]:
        """What its file says of itself."""
        ...

    def __call__(self, image: Array) -> np.ndarray:
        """Return what the model makes; raise RuntimeError where the memory does not hold it."""
        ...


class Unfit(Exception):
    """A model cannot be read, or takes no RGB picture; says why, in part of a sentence."""


def installed(library: str) -> bool:
    """Tell whether a library is there, without loading it."""
    try:
        return find_spec(library) is not None
    except ValueError:  # as of one that a test has taken out of sys.modules
        return False


def demand_library(library: str, what: str) -> None:
    """Raise RequestError, with what to install, where a library is missing that something needs."""
    if not installed(library):
        raise RequestError(f"{what} needs {library}: pip install 'acutance[{EXTRAS[library]}]'.")


def image_sides(shape: list[int | None]) -> tuple[int | None, int | None]:
    """Return height and width of a shape of NCHW, RGB, None for what is free; raise Unfit where it is none such."""
    if len(shape) != 4 or shape[1] not in (3, None) or shape[0] not in (1, None):
        raise Unfit("it does not take one image as NCHW, RGB")
    return shape[2], shape[3]
