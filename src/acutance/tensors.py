"""Tensors in and out of files: safetensors with a JSON header of ours, and the .pth files of others. No code runs."""

import json
import pickle
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from acutance.errors import RequestError
from acutance.files import atomic

Weights = Mapping[str, Tensor]
WRAPPERS = ("params_ema", "params", "state_dict", "model")
KEY = "acutance"


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """Return the tensors of a .safetensors, .pth or .pt file, without wrappers and `module.` prefixes.

    Raises:
        RequestError: there is no such file, it holds something else, or could only be read by running the code in it.
    """
    path = Path(path)
    if not path.is_file():
        raise RequestError(f"there is no file {path}.")
    content = _safetensors(path) if path.suffix == ".safetensors" else _pickled(path)
    return {str(key).removeprefix("module."): value for key, value in content.items()}


def read_header(path: str | Path) -> dict[str, Any] | None:
    """Return the JSON header of a file of ours, None for somebody else's safetensors.

    Raises:
        RequestError: the file is no safetensors file.
    """
    try:
        with safetensors.safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
    except (safetensors.SafetensorError, OSError) as error:
        raise RequestError(f"{path} is no safetensors file: {error}.") from error
    return json.loads(metadata[KEY]) if KEY in metadata else None


def write_weights(path: str | Path, weights: Weights, header: Mapping[str, object]) -> None:
    """Write tensors as safetensors, with a header of plain values.

    Raises:
        AcutanceError: the file cannot be written.
    """
    plain = {key: tensor.detach().cpu().contiguous() for key, tensor in weights.items()}
    content = safetensors.torch.save(plain, metadata={KEY: json.dumps(header)})
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def fill(module: nn.Module, weights: Weights, *, name: str, path: str | Path) -> None:
    """Load weights into `module`, all of them or none.

    Raises:
        RequestError: some are missing, unexpected or misshapen; it says that `path` does not fit `name`, and which.
    """
    own = module.state_dict()
    missing, unexpected = own.keys() - weights.keys(), weights.keys() - own.keys()
    misshapen = {key for key in own.keys() & weights.keys() if own[key].shape != weights[key].shape}
    for what, keys in (("lacks", missing), ("has besides", unexpected), ("has in another shape", misshapen)):
        if keys:
            raise RequestError(f"{path} does not fit {name}: it {what} {some(keys)}.")
    module.load_state_dict(weights)


def some(keys: Iterable[str]) -> str:
    """Return the first three keys, and how many more there are."""
    names = sorted(keys)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load_file(path)
    except (safetensors.SafetensorError, OSError) as error:
        raise RequestError(f"{path} is no safetensors file: {error}.") from error


def _pickled(path: Path) -> dict[str, Tensor]:
    try:
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        raise RequestError(f"{path} holds no weights that can be read without running code from it.") from error
    for wrapper in WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise RequestError(f"{path} holds no state dict of tensors.")
    return content
