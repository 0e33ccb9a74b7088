"""Weights that others released, read without running code, their wrappers taken off."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from acutance.errors import RequestError

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
