"""Weights as the code that a network was released with reads them."""

from collections.abc import Mapping

from torch import Tensor

from acutance.checkpoints.bridge import Bridged, unwrapped
from acutance.checkpoints.own_networks import own_names
from acutance.errors import RequestError, unknown
from acutance.networks import SPSR, Network, Own, RRDBNet, SRResNet
from acutance.networks.rrdb_files import NAMINGS, named
from acutance.networks.spsr_files import released_tensors
from acutance.tensors import Weights

Content = Mapping[str, Tensor] | Mapping[str, Mapping[str, Tensor]]


def released(network: Network, naming: str = "new") -> Content:
    """Return the weights of a network under the released names and in their order, on the CPU.

    Networks keep the released names themselves, so that most are only copied. An RRDBNet goes by any of three
    `naming`s ("new", "mid", "old": see `networks.rrdb_files`); SPSR gets its double name and fixed kernels back. What
    BasicSR reads stands under `params`, as it does there.

    Raises:
        RequestError: there is no such naming, or the network has but one.
    """
    if naming not in NAMINGS:
        raise unknown("naming", naming, NAMINGS)
    weights = {key: tensor.detach().cpu().contiguous() for key, tensor in network.state_dict().items()}
    if naming != "new":
        return _other(network, weights, naming)
    if isinstance(network, Bridged):
        return unwrapped(weights)
    if isinstance(network, Own):
        return own_names(weights)
    if isinstance(network, SPSR):
        return released_tensors(weights)
    return {"params": weights} if isinstance(network, RRDBNet | SRResNet) else weights


def _other(network: Network, weights: Weights, naming: str) -> Weights:
    if not isinstance(network, RRDBNet) or network.unshuffle > 1:
        what = "an RRDBNet that takes LR apart" if isinstance(network, RRDBNet) else f"{network.name}"
        raise RequestError(f"{what} has no naming {naming!r}, which is one of ESRGAN's own RRDBNet.")
    return named(weights, naming, blocks=len(network.body), stages=len(network.stages))
