"""Weights that others released: wrappers taken off, the network recognised by its keys and shapes."""

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from acutance.errors import RequestError
from acutance.networks import Network, create

Weights = Mapping[str, Tensor]
WRAPPERS = ("params_ema", "params", "state_dict", "model")


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """Return the tensors of a .safetensors, .pth or .pt file, without wrappers and `module.` prefixes.

    Raises:
        RequestError: the file holds something else, or could only be read by running the code in it.
    """
    path = Path(path)
    if path.suffix == ".safetensors":
        return safetensors.torch.load_file(path)
    try:
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        raise RequestError(f"{path} holds no weights that can be read without running code from it.") from error
    for wrapper in WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise RequestError(f"{path} holds no state dict of tensors.")
    return {str(key).removeprefix("module."): value for key, value in content.items()}


def recognise(weights: Weights, scale: int | None = None) -> Network | None:
    """Return the network that these weights belong to, with fresh weights; None where no one knows them.

    `scale` decides where keys and shapes leave it open.
    """
    found = (detect(weights, scale) for detect in DETECTORS)
    return next((network for network in found if network is not None), None)


def _edsr(weights: Weights, scale: int | None) -> Network | None:
    """EDSR: `body.N.body.0`, a plain `body.N` at the end, and pixel-shuffle convolutions in `tail.0`."""
    if not {"head.0.weight", "body.0.body.2.weight", "tail.0.0.weight", "tail.1.weight"} <= weights.keys():
        return None
    if "body.0.body.3.conv_du.0.weight" in weights or "body.0.body.1.weight" in weights:
        return None
    channels = weights["head.0.weight"].shape[0]
    blocks = max(int(key.split(".")[1]) for key in weights if key.startswith("body."))
    stages = sum(key.startswith("tail.0.") and key.endswith(".weight") for key in weights)
    found = 3 if weights["tail.0.0.weight"].shape[0] == 9 * channels else 2**stages
    name = {(16, 64): "edsr-s", (32, 256): "edsr-l", (8, 32): "edsr-light"}.get((blocks, channels), "edsr")
    # The residual scale leaves no trace in the weights; the released wide networks use 0.1, the narrow ones 1.
    return create(name, scale=found, blocks=blocks, channels=channels, residual_scale=0.1 if channels >= 256 else 1.0)


DETECTORS: tuple[Callable[[Weights, int | None], Network | None], ...] = (_edsr,)
