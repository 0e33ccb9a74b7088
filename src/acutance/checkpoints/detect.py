"""Which network weights belong to, told by their keys and shapes."""

from collections.abc import Callable

from acutance.checkpoints.edsr_family import edsr, nlsn, rcan
from acutance.checkpoints.rlfn import rlfn
from acutance.checkpoints.rrdb import new_names, rrdb
from acutance.checkpoints.spsr import own_tensors, spsr
from acutance.checkpoints.srresnet import srresnet
from acutance.checkpoints.swinir import swinir
from acutance.networks import Network
from acutance.tensors import Weights

DETECTORS: tuple[Callable[[Weights, int | None], Network | None], ...] = (
    edsr,
    rcan,
    nlsn,
    rlfn,
    swinir,
    spsr,
    rrdb,
    srresnet,
)
"""Each returns the network of its family that the weights belong to, under our names, else None."""


def ours(weights: Weights) -> Weights:
    """Return weights under the names that our networks use, where released ones have others or more of them."""
    return new_names(own_tensors(weights))


def recognise(weights: Weights, scale: int | None = None) -> Network | None:
    """Return the network that these weights belong to, with fresh weights; None where no one knows them.

    `weights` are under our names (`ours`); `scale` decides where keys and shapes leave it open.
    """
    found = (detect(weights, scale) for detect in DETECTORS)
    return next((network for network in found if network is not None), None)
