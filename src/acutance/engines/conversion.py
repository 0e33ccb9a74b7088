"""A network as an ONNX model of any size."""

import contextlib
import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any, TextIO, cast

import torch

from acutance.engines.pytorch import home
from acutance.engines.session import demand_library
from acutance.errors import RequestError
from acutance.networks import Network

INPUT, OUTPUT = "lr", "sr"
SIDES = (19, 23)
"""Of the picture with which the network is traced: prime, so that nothing divides them by chance."""
OPSET = 17
"""Version of ONNX's operators, of 2022: what reads less is rare, and nothing here needs more."""
REASONS = {
    "nlsn": "its attention sorts positions into buckets whose number depends on the picture, for which there is no "
    "operator",
}
"""Why a design has no form in ONNX."""


def onnx_of(network: Network) -> bytes:
    """Return a network as an ONNX model that takes `lr` (1, 3, height, width), RGB in [0, 1], and makes `sr`.

    Raises:
        RequestError: it cannot be done, with the reason; or the library onnx is missing.
    """
    if network.name in REASONS:
        raise RequestError(f"{network.name} cannot be written as ONNX: {REASONS[network.name]}.")
    demand_library("onnx", f"{network.name} as ONNX")
    free = {INPUT: {2: "height", 3: "width"}, OUTPUT: {2: "sr_height", 3: "sr_width"}}
    try:
        with tempfile.TemporaryDirectory() as folder, _in_silence(), torch.no_grad():
            written = Path(folder) / "network.onnx"
            torch.onnx.export(
                network,
                (torch.full((1, 3, *SIDES), 0.5, device=home(network)),),
                str(written),
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_axes=free,
                opset_version=OPSET,
                # The newer exporter takes 20 times as long, and needs onnxscript.
                dynamo=False,
            )
            return written.read_bytes()
    # What the tracer, the exporter and a network of somebody's own raise where there is no operator for something.
    except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
        raise RequestError(f"{network.name} cannot be written as ONNX: {_first_words(error)}.") from error


def _first_words(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].partition(". ")[0].rstrip(".")


@contextlib.contextmanager
def _in_silence() -> Generator[None]:
    """Without warnings of a tracer to users who asked for none, and the dump of the graph where it fails."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    with (
        warnings.catch_warnings(),
        open(os.devnull, "w", encoding="utf-8") as nothing,  # noqa: PTH123
        contextlib.redirect_stdout(cast(TextIO, _ButThisThread(sys.stdout, nothing))),
    ):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.setLevel(level)


class _ButThisThread:
    """Standard output for every thread but the one that made it, which writes into nothing."""

    def __init__(self, stream: Any, nothing: TextIO) -> None:
        self._stream, self._nothing, self._thread = stream, nothing, threading.get_ident()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._nothing if threading.get_ident() == self._thread else self._stream, name)
