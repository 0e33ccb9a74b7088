"""Which engine and how many bits: what is asked for, and what is there for it."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import torch

from acutance.engines.conversion import REASONS
from acutance.engines.openvino_session import has_bf16
from acutance.engines.session import demand_library, installed
from acutance.errors import RequestError, unknown
from acutance.hub import on_hub
from acutance.networks import Network

ENGINES = ("auto", "torch", "openvino", "onnxruntime")
PRECISIONS = ("auto", "32", "16", "int8")
FILES = {".onnx": ("openvino", "onnxruntime"), ".xml": ("openvino",)}
"""Suffixes of files that hold whole models, and what reads them, the fastest first."""
WORTH = 200_000
"""LR pixels from which on it pays to write a network for OpenVINO and load that: about a second of one core.

On a core with AMX OpenVINO takes 0.29 s for 62,500 pixels with `default-x4` and PyTorch 0.92 s; without, it is 0.62.
"""


LITTLE_LOST = frozenset({"rlfn-x2", "rlfn-x3", "rlfn-x4", "real-x4", "edsr-light-x4"})
"""Networks that ship: OpenVINO's 16 bits cost 0.005 dB at most on Set5 and Set14 (docs/results/engines.md).

Not among them are `real-x2`, which loses 0.0064 dB on clean Set5, and `sharp-x4`, which was not measured so."""


@dataclass(frozen=True)
class Way:
    """An engine and a precision; "auto" for the fastest that is installed and keeps PSNR within 0.005 dB of 32 bits.

    Raises:
        RequestError: there is no such engine or precision.
    """

    engine: str = "auto"
    precision: str = "auto"

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise unknown("engine", self.engine, ENGINES)
        if self.precision not in PRECISIONS:
            raise unknown("precision", self.precision, PRECISIONS)

    def of_network(self, network: Network, device: torch.device, *, measured: bool, pixels: float, side: bool) -> "Way":
        """Return the way that a network is to go; both of its words are then other than auto.

        Args:
            network: what is to work.
            device: where.
            measured: whether its loss in 16 bits is known to be small (`LITTLE_LOST`).
            pixels: of LR there are for it to do.
            side: whether what it predicts beside SR is asked for, which PyTorch alone makes.

        Raises:
            RequestError: what is asked for cannot be, or is not installed.
        """
        engine = self.engine if self.engine != "auto" else self._engine(network, device, pixels=pixels, side=side)
        if engine != "torch" and side:
            raise RequestError(f"a gradient map is made by PyTorch, not by {engine}: leave out --engine {engine}.")
        if engine == "openvino":
            return Way(engine, self._openvino_precision(device, known=measured))
        return self._checked(engine, device)

    def of_file(self, path: Path, device: torch.device) -> "Way":
        """Return the way that a model in a file is to go; both of its words are then other than auto.

        Raises:
            RequestError: what is asked for cannot be, or is not installed.
        """
        able = FILES[path.suffix.lower()]
        engine = self.engine if self.engine != "auto" else _installed(able, device, path)
        if engine not in able:
            raise RequestError(f"{path} is read by {' and '.join(able)}, not by {engine}.")
        demand_library(engine, str(path))
        if self.precision == "int8":
            raise RequestError(f"{path} computes as it was written; int8 is for networks, or for acutance export.")
        return (
            Way(engine, self._openvino_precision(device, known=False))
            if engine == "openvino"
            else self._checked(engine, device)
        )

    def _engine(self, network: Network, device: torch.device, *, pixels: float, side: bool) -> str:
        if self.precision == "int8":
            return _installed(("openvino", "onnxruntime"), device, "int8")
        ours = type(network).__module__.startswith("acutance.networks.") and network.name not in REASONS
        able = ours and not side and device.type == "cpu" and installed("openvino") and installed("onnx")
        return "openvino" if able and pixels >= WORTH else "torch"

    def _openvino_precision(self, device: torch.device, *, known: bool) -> str:
        demand_library("openvino", "the engine openvino")
        if device.type != "cpu":
            raise RequestError(f"the engine openvino computes on the CPU, not on {device}; say --device cpu.")
        if self.precision == "auto":
            return "16" if known and has_bf16() else "32"
        if self.precision == "16" and not has_bf16():
            raise RequestError("this machine has no units for 16 bits (bf16), with which OpenVINO would be faster.")
        return self.precision

    def _checked(self, engine: str, device: torch.device) -> "Way":
        precision = "32" if self.precision == "auto" else self.precision
        if engine == "torch" and precision == "int8":
            raise RequestError("PyTorch computes in 32 and 16 bits; for int8 say --engine openvino or onnxruntime.")
        if engine == "onnxruntime":
            demand_library(engine, "the engine onnxruntime")
            if precision == "16":
                raise RequestError("ONNX Runtime computes in 32 bits and int8; for 16 say --engine openvino or torch.")
        return Way(engine, precision)


def is_file(source: object) -> bool:
    """Tell whether a network is asked for by a file that holds a whole model, which Acutance need not know."""
    if not isinstance(source, str | Path) or on_hub(source):
        return False
    return Path(source).suffix.lower() in FILES and not Path(source).is_dir()


def _installed(engines: Collection[str], device: torch.device, what: object) -> str:
    able = [engine for engine in engines if engine != "openvino" or device.type == "cpu"]
    found = [engine for engine in able if installed(engine)]
    if not found:
        demand_library(able[-1], str(what))
    return found[0]
