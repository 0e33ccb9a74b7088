"""Pictures on many machines: the work of `acutance upscale` shared out by Ray."""

from acutance.cluster.request import Request
from acutance.cluster.sharing import upscale_on_cluster

__all__ = ["Request", "upscale_on_cluster"]
