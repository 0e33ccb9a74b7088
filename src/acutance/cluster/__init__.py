"""Pictures on many machines: the work of `acutance upscale` and `acutance evaluate` shared out by Ray.

Scoring (`acutance.cluster.scoring`) is not imported here: who upscales would wait for metrics and data.
"""

from acutance.cluster.request import Request
from acutance.cluster.sharing import upscale_on_cluster

__all__ = ["Request", "upscale_on_cluster"]
