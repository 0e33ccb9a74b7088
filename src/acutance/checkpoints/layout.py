"""Our own file: safetensors, whose header holds a JSON that rebuilds the network. No code runs on reading one."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch

from acutance.errors import RequestError
from acutance.files import atomic
from acutance.networks import Network, create

FORMAT = 1
KEY = "acutance"


def save(path: str | Path, network: Network, card: Mapping[str, object] | None = None) -> None:
    """Write a network's weights, with what rebuilds it and a card of plain values (how it was trained, its scores).

    Raises:
        AcutanceError: the file cannot be written.
    """
    header = {"format": FORMAT, "network": network.name, "config": asdict(network.config), "card": dict(card or {})}
    weights = {key: tensor.detach().cpu().contiguous() for key, tensor in network.state_dict().items()}
    content = safetensors.torch.save(weights, metadata={KEY: json.dumps(header)})
    with atomic(path) as temporary:
        temporary.write_bytes(content)


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


def rebuild(header: Mapping[str, Any]) -> Network:
    """Return the network that a header describes, with fresh weights."""
    return create(header["network"], **header["config"])
