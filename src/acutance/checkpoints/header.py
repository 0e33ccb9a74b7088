"""Our own file: safetensors, whose header holds a JSON that rebuilds the network. No code runs on reading one."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from acutance.errors import RequestError
from acutance.networks import Network, OwnConfig, Recognised, described
from acutance.networks.own import Own, is_own_name
from acutance.tensors import some, write_weights

FORMAT = 1
CODE = ("class", "module", "config", "file", "sha256")
"""What a header says of the program of a network of somebody's own."""


def save(path: str | Path, network: Network, card: Mapping[str, object] | None = None) -> None:
    """Write a network's weights, with what rebuilds it and a card of plain values (how it was trained, its scores).

    Raises:
        AcutanceError: the file cannot be written.
    """
    told = {"network": network.name, "config": asdict(network.config), **_program(network)}
    write_weights(path, network.state_dict(), {"format": FORMAT, **told, "card": dict(card or {})})


def _program(network: Network) -> dict[str, object]:
    """Return where a network of one's own comes from; nothing where that is not known, or it is no such network."""
    if network.code is None:
        return {}
    kind = type(network.model) if isinstance(network, Own) else type(network)
    words = (kind.__qualname__, kind.__module__, type(network.config).__name__, network.code.file, network.code.sha256)
    return {"code": dict(zip(CODE, words, strict=True))}


def describes_own(header: Mapping[str, Any], path: str | Path) -> tuple[Recognised, Mapping[str, str] | None]:
    """Return what a header says of a network of somebody's own, and of its program, which may be unsaid.

    Raises:
        RequestError: it says too little.
    """
    config, code = header["config"], header.get("code")
    scale = config.get("scale")
    texts = isinstance(code, dict) and all(isinstance(code.get(key), str) for key in CODE)
    if type(scale) is not int or not (code is None or texts):
        raise RequestError(f"{path} has a header without the scale or the program of its network: it is damaged.")
    plain = is_own_name(header["network"])
    settings = config.get("settings") if plain else config
    if not isinstance(settings, dict):
        raise RequestError(f"{path} has a header without the settings of its network: it is damaged.")
    return Recognised(header["network"], OwnConfig(scale, settings)), code


def of_header(header: Mapping[str, Any], path: str | Path) -> Recognised:
    """Return what network a header describes.

    Raises:
        RequestError: the file at `path` holds something of ours that is no network, one that cannot be, or was written
            by a newer Acutance.
    """
    demand_network(header, path)
    try:
        return described(header["network"], header["config"])
    except RequestError as error:
        raise RequestError(f"{path} holds a network that Acutance cannot build: {error}") from error


def demand_network(header: Mapping[str, Any], path: str | Path) -> None:
    """Raise RequestError unless a header has the form of a network's."""
    number = header.get("format", FORMAT)
    if isinstance(number, int) and number > FORMAT:
        raise RequestError(f"{path} was written by a newer Acutance (format {number}); update this one to read it.")
    if "network" not in header:
        raise RequestError(f"{path} holds no super-resolution network but {some(header.keys() - {'format', 'card'})}.")
    if not isinstance(header["network"], str) or not isinstance(header.get("config"), dict):
        raise RequestError(f"{path} has a header that names no network with its config: it is damaged.")
