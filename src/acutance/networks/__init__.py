"""LR to SR. One table of names; each network is one file."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

from acutance.errors import unknown
from acutance.networks.base import Config, Network
from acutance.networks.edsr import EDSR, EDSRConfig
from acutance.networks.han import HAN, HANConfig
from acutance.networks.nlsn import NLSN, NLSNConfig
from acutance.networks.rcan import RCAN, RCANConfig
from acutance.networks.rlfn import RLFN, RLFNConfig
from acutance.networks.rrdb import RRDBConfig, RRDBNet
from acutance.networks.spsr import SPSR, SPSRConfig
from acutance.networks.srresnet import SRResNet, SRResNetConfig
from acutance.networks.swinir import SwinIR, SwinIRConfig

C = TypeVar("C", bound=Config)


@dataclass(frozen=True)
class Design(Generic[C]):
    """What a name stands for: a class of networks, and the config that one is built from."""

    build: Callable[[C], Network]
    config: C


NETWORKS: dict[str, Design[Any]] = {
    "edsr": Design(EDSR, EDSRConfig()),
    "edsr-light": Design(EDSR, EDSRConfig(blocks=8, channels=32)),
    "edsr-s": Design(EDSR, EDSRConfig(blocks=16, channels=64)),
    "edsr-l": Design(EDSR, EDSRConfig(blocks=32, channels=256, residual_scale=0.1)),
    "rcan": Design(RCAN, RCANConfig()),
    "han": Design(HAN, HANConfig()),
    "nlsn": Design(NLSN, NLSNConfig()),
    "rlfn": Design(RLFN, RLFNConfig()),
    "srresnet": Design(SRResNet, SRResNetConfig()),
    "rrdb": Design(RRDBNet, RRDBConfig()),
    "rrdb-light": Design(RRDBNet, RRDBConfig(channels=32, growth=16, blocks=4)),
    "spsr": Design(SPSR, SPSRConfig()),
    "spsr-light": Design(SPSR, SPSRConfig(channels=32, growth=16, blocks=4)),
    "swinir": Design(SwinIR, SwinIRConfig()),
    "swinir-light": Design(SwinIR, SwinIRConfig(groups=4, channels=60, one_step=True, patch=64)),
}


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
    design = NETWORKS[name]
    known = {field.name for field in fields(design.config)}
    for key in config:
        if key not in known:
            raise unknown(f"field of {name}", key, known)
    network = design.build(replace(design.config, scale=scale, **config))
    network.name = name
    return network


__all__ = [
    "EDSR",
    "HAN",
    "NETWORKS",
    "NLSN",
    "RCAN",
    "RLFN",
    "SPSR",
    "Design",
    "EDSRConfig",
    "HANConfig",
    "NLSNConfig",
    "Network",
    "RCANConfig",
    "RLFNConfig",
    "RRDBConfig",
    "RRDBNet",
    "SPSRConfig",
    "SRResNet",
    "SRResNetConfig",
    "SwinIR",
    "SwinIRConfig",
    "create",
]
