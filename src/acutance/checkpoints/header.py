"""Our own file: safetensors, whose header holds a JSON that rebuilds the network. No code runs on reading one."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from acutance.errors import RequestError
from acutance.networks import Network, create
from acutance.tensors import some, write_weights

FORMAT = 1


def save(path: str | Path, network: Network, card: Mapping[str, object] | None = None) -> None:
    """Write a network's weights, with what rebuilds it and a card of plain values (how it was trained, its scores).

    Raises:
        AcutanceError: the file cannot be written.
    """
    header = {"format": FORMAT, "network": network.name, "config": asdict(network.config), "card": dict(card or {})}
    write_weights(path, network.state_dict(), header)


def rebuild(header: Mapping[str, Any], path: str | Path) -> Network:
    """Return the network that a header describes, with fresh weights.

    Raises:
        RequestError: the file at `path` holds something of ours that is no network.
    """
    if "network" not in header:
        raise RequestError(f"{path} holds no super-resolution network but {some(header.keys() - {'format', 'card'})}.")
    return create(header["network"], **header["config"])
