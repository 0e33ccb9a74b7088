"""Pictures on many machines: the work of `acutance upscale` and `acutance evaluate` shared out by Ray."""

from acutance.cluster.request import Request
from acutance.cluster.scoring import scored_on_cluster
from acutance.cluster.sharing import upscale_on_cluster

__all__ = ["Request", "scored_on_cluster", "upscale_on_cluster"]
