"""LR to SR. One table of names; each network is one file."""

from dataclasses import fields
from typing import Any

from acutance.errors import unknown
from acutance.networks.base import Network
from acutance.networks.edsr import EDSR, EDSRConfig

NETWORKS: dict[str, tuple[type[EDSR], type[EDSRConfig], dict[str, Any]]] = {
    "edsr": (EDSR, EDSRConfig, {}),
    "edsr-light": (EDSR, EDSRConfig, {"blocks": 8, "channels": 32}),
    "edsr-s": (EDSR, EDSRConfig, {"blocks": 16, "channels": 64}),
    "edsr-l": (EDSR, EDSRConfig, {"blocks": 32, "channels": 256, "residual_scale": 0.1}),
}
"""Name -> class, its config, and what the name stands for."""


def create(name: str, *, scale: int = 4, **config: Any) -> Network:
    """Return a network with fresh weights.

    Args:
        name: a key of `NETWORKS`, such as "edsr-s".
        scale: how many times higher and wider SR is than LR.
        config: fields of the network's config that differ from what the name stands for.

    Raises:
        RequestError: there is no such network, or no such field; the nearest is named.
    """
    if name not in NETWORKS:
        raise unknown("network", name, NETWORKS)
    network_class, config_class, defaults = NETWORKS[name]
    known = {field.name for field in fields(config_class)}
    for key in config:
        if key not in known:
            raise unknown(f"field of {name}", key, known)
    network = network_class(config_class(**{**defaults, **config, "scale": scale}))
    network.name = name
    return network


__all__ = ["EDSR", "NETWORKS", "EDSRConfig", "Network", "create"]
