"""Starts what was chosen: a network or a file, in an engine."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from acutance.engines.checking import demand_same, open_model
from acutance.engines.model_runner import ModelRunner
from acutance.engines.pytorch import TorchRunner
from acutance.engines.runner import Runner
from acutance.engines.session import Unfit
from acutance.engines.ways import Way
from acutance.errors import RequestError
from acutance.networks import Network


def run_network(
    network: Network, device: torch.device, way: Way, step: Callable[[Tensor], Tensor] | None = None
) -> Runner:
    """Return a network in an engine; `network` is on its device, and `step` as of `TorchRunner`.

    Raises:
        RequestError: the network has no form that the engine reads, or what is to read or write it is missing.
        AcutanceError: in the engine it is another network.
    """
    if way.engine == "torch":
        return TorchRunner(network, device, way.precision, step)
    # What takes pictures apart to calibrate by them, and writes ONNX, takes as long to load as a picture to upscale.
    from acutance.engines.conversion import onnx_of
    from acutance.engines.stated import stated

    model = stated(onnx_of(network), network)
    demand_same(network, open_model(model, way.engine, "32", device))
    if way.precision == "int8":
        from acutance.engines.quantised import quantised

        model = quantised(model)
    return ModelRunner(open_model(model, way.engine, way.precision, device), network.name, device)


def run_file(path: Path, device: torch.device, way: Way) -> ModelRunner:
    """Return the network of an .onnx or .xml file, whatever program it comes from.

    Raises:
        RequestError: there is no such file, it cannot be read, or it is no network for super-resolution.
    """
    if not path.is_file():
        raise RequestError(f"there is no file {path}.")
    try:
        return ModelRunner(open_model(path, way.engine, way.precision, device), path.stem, device)
    except Unfit as error:
        raise RequestError(f"{path} is no network for super-resolution of RGB pictures: {error}.") from error
    except RuntimeError as error:
        first = (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
        raise RequestError(f"{path} does not work: {first}.") from error
