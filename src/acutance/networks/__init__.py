"""LR to SR. One table of names; each network is one file, which also tells how its released weights are recognised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from acutance.errors import RequestError, unknown
from acutance.networks.base import Config, Network
from acutance.networks.basicsr_files import edsr_names, rcan_names
from acutance.networks.edsr import EDSR, EDSRConfig, recognise_edsr
from acutance.networks.guided import Guided, GuidedConfig, recognise_guided, trunk_names, without_branch
from acutance.networks.han import HAN, HANConfig, recognise_han
from acutance.networks.keys import Detector, Recognised
from acutance.networks.nlsn import NLSN, NLSNConfig, recognise_nlsn
from acutance.networks.own import Code, Own, OwnConfig, network_of
from acutance.networks.rcan import RCAN, RCANConfig, recognise_rcan
from acutance.networks.rlfn import RLFN, RLFNConfig, recognise_rlfn
from acutance.networks.rrdb import RRDBConfig, RRDBNet
from acutance.networks.rrdb_files import new_names, recognise_rrdb
from acutance.networks.spsr import SPSR, SPSRConfig
from acutance.networks.spsr_files import own_tensors, recognise_spsr
from acutance.networks.srresnet import SRResNet, SRResNetConfig, recognise_srresnet
from acutance.networks.strangers import stranger
from acutance.networks.swinir import SwinIR, SwinIRConfig, recognise_swinir
from acutance.networks.typed import demand_fields
from acutance.tensors import Weights

C = TypeVar("C", bound=Config)


@dataclass(frozen=True)
class Design(Generic[C]):
    """What a name stands for.

    Args:
        build: the class of networks.
        config: what one is built from.
        recognise: tells weights of the whole family, in the first row of its names.
        ours: brings released weights under our names, where they have others or more of them; any others it leaves.
    """

    build: Callable[[C], Network]
    config: C
    recognise: Detector | None = None
    ours: Callable[[Weights], Weights] | None = None


NETWORKS: dict[str, Design[Any]] = {
    "edsr": Design(EDSR, EDSRConfig(), recognise_edsr, edsr_names),
    "edsr-light": Design(EDSR, EDSRConfig(blocks=8, channels=32)),
    "edsr-s": Design(EDSR, EDSRConfig(blocks=16, channels=64)),
    "edsr-l": Design(EDSR, EDSRConfig(blocks=32, channels=256, residual_scale=0.1)),
    "rcan": Design(RCAN, RCANConfig(), recognise_rcan, rcan_names),
    "han": Design(HAN, HANConfig(), recognise_han),
    "nlsn": Design(NLSN, NLSNConfig(), recognise_nlsn),
    "rlfn": Design(RLFN, RLFNConfig(), recognise_rlfn),
    "srresnet": Design(SRResNet, SRResNetConfig(), recognise_srresnet),
    "rrdb": Design(RRDBNet, RRDBConfig(), recognise_rrdb, new_names),
    "rrdb-light": Design(RRDBNet, RRDBConfig(channels=32, growth=16, blocks=4)),
    "spsr": Design(SPSR, SPSRConfig(), recognise_spsr, own_tensors),
    "spsr-light": Design(SPSR, SPSRConfig(channels=32, growth=16, blocks=4)),
    "edsr-s-guided": Design(Guided, GuidedConfig(), recognise_guided),
    "edsr-light-guided": Design(Guided, GuidedConfig(blocks=8, channels=32, growth=16)),
    "srresnet-guided": Design(Guided, GuidedConfig(trunk="srresnet")),
    "swinir": Design(SwinIR, SwinIRConfig(), recognise_swinir),
    "swinir-light": Design(SwinIR, SwinIRConfig(groups=4, channels=60, one_step=True, patch=64)),
}
"""Every network by its name. Weights of others are shown to the rows from top to bottom, and belong to the first that
recognises them."""


def described(name: str, config: Mapping[str, Any]) -> Recognised:
    """Return what a network of this name and these fields of its config would be, without making it.

    Raises:
        RequestError: as `create`.
    """
    if name not in NETWORKS:
        raise unknown("network", str(name)[:80], NETWORKS)
    usual = NETWORKS[name].config
    demand_fields(name, usual, config)
    return Recognised(name, replace(usual, **config))


def create(name: str, *, scale: int = 4, **config: Any) -> Network:
    """Return a network with fresh weights.

    Args:
        name: a key of `NETWORKS`, such as "edsr-s".
        scale: how many times higher and wider SR is than LR.
        config: fields of the network's config that differ from what the name stands for.

    Raises:
        RequestError: there is no such network, or no such field (the nearest is named), or a value is not of its type.
    """
    return build(described(name, {"scale": scale, **config}))


def identified(weights: Weights, scale: int | None = None) -> Recognised | None:
    """Return what network weights belong to, by their keys and shapes; None where no one knows them.

    Args:
        weights: under our names (`ours`).
        scale: decides where keys and shapes leave it open.

    Raises:
        RequestError: it cannot be built.
    """
    detectors = (design.recognise for design in NETWORKS.values() if design.recognise is not None)
    try:
        return next((found for detect in detectors if (found := detect(weights, scale)) is not None), None)
    except RequestError:
        raise
    except (TypeError, ValueError, LookupError, ArithmeticError, RuntimeError) as error:  # the last is torch's
        raise RequestError("its tensors have shapes that no network has.") from error


def recognise(weights: Weights, scale: int | None = None) -> Network | None:
    """Return the network that `identified` names, with fresh weights; None where there is none."""
    found = identified(weights, scale)
    return None if found is None else build(found)


def build(found: Recognised) -> Network:
    """Return a network with fresh weights."""
    network = NETWORKS[found.name].build(found.config)
    network.name = found.name
    return network


def is_own(network: Network) -> bool:
    """Tell a network of one's own: a module, or a class that no row of the table stands for."""
    return network.name not in NETWORKS or NETWORKS[network.name].build is not type(network)


def ours(weights: Weights) -> Weights:
    """Return weights under the names that our networks use, where released ones have others or more of them."""
    for design in NETWORKS.values():
        weights = weights if design.ours is None else design.ours(weights)
    return weights


__all__ = [
    "EDSR",
    "HAN",
    "NETWORKS",
    "NLSN",
    "RCAN",
    "RLFN",
    "SPSR",
    "Code",
    "Design",
    "EDSRConfig",
    "Guided",
    "GuidedConfig",
    "HANConfig",
    "NLSNConfig",
    "Network",
    "Own",
    "OwnConfig",
    "RCANConfig",
    "RLFNConfig",
    "RRDBConfig",
    "RRDBNet",
    "Recognised",
    "SPSRConfig",
    "SRResNet",
    "SRResNetConfig",
    "SwinIR",
    "SwinIRConfig",
    "build",
    "create",
    "described",
    "identified",
    "is_own",
    "network_of",
    "ours",
    "recognise",
    "stranger",
    "trunk_names",
    "without_branch",
]
