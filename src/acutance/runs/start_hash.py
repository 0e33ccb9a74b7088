"""What a run started from, in hashes: runs that are held against each other can be seen to have begun alike."""

import hashlib
from collections.abc import Iterable

from torch import Tensor

from acutance.networks import Network
from acutance.types import Batch


def start_hashes(network: Network, batch: Batch) -> dict[str, str]:
    """Return SHA-256 hashes of the weights and of the first patches, and the design that the weights are of.

    Equal seeds give equal hashes whatever the objective is, as a recipe makes its network before anything else.
    """
    weights = [part for name, value in network.state_dict().items() for part in (name, value)]
    return {
        "network": f"{network.name} {network.config}",
        "weights": _hash(weights),
        "batch": _hash(vars(batch).values()),
    }


def _hash(parts: Iterable[str | Tensor]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
