"""What the keys and shapes of released weights tell about the network that they belong to."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from acutance.networks.base import Config
from acutance.tensors import Weights


class Recognised(NamedTuple):
    """A network that weights belong to.

    Attributes:
        name: its name in `NETWORKS`.
        config: what it is built from.
        residual_scale_known: whether that of the config is the network's; weights do not show it.
    """

    name: str
    config: Config
    residual_scale_known: bool = True


Detector = Callable[[Weights, int | None], Recognised | None]
"""Tells whether weights are of its family; the scale decides where keys and shapes leave it open."""

FRAME = {"head.0.weight", "tail.1.weight"}
"""Keys of EDSR's head and tail, which RCAN, HAN and NLSN share; between them is what enlarges, but at scale 1."""
CHANNEL_ATTENTION = re.compile(r"body\.(\d+)\.body\.(\d+)\.body\.3\.conv_du\.0\.weight")

OF_HAN = ("la.", "csa.", "last")
"""Beginnings of keys that HAN has and RCAN has not."""


def count(pattern: str, weights: Weights) -> int:
    """Return how many keys match a regular expression as a whole."""
    return sum(re.fullmatch(pattern, key) is not None for key in weights)


def enlargement(stages: int, scale: int | None) -> int:
    """Return the scale of nearest-neighbour stages: one leaves no trace of 2 or 3, so that `scale` decides, else 2."""
    return 3 if (stages, scale) == (1, 3) else 2**stages


def frame_of(weights: Weights) -> dict[str, Any]:
    """Return scale and channels of a network with EDSR's frame, and the range of its values where the mean tells it."""
    channels, bands = weights["head.0.weight"].shape[:2]
    stages = sum(key.startswith("tail.0.") and key.endswith(".weight") for key in weights)
    scale = 3 if stages and weights["tail.0.0.weight"].shape[0] == 9 * channels else 2**stages
    frame = {"scale": scale, "channels": channels} | ({"bands": bands} if bands != 3 else {})
    if "add_mean.bias" in weights:
        frame["rgb_range"] = 255.0 if weights["add_mean.bias"].max() > 1 else 1.0
    return frame


def last_of_body(weights: Weights) -> int:
    """Return the N of the last `body.N`, the convolution behind the blocks."""
    return max(int(key.split(".")[1]) for key in weights if key.startswith("body."))


def attentive_groups(weights: Weights) -> dict[str, Any] | None:
    """Return the size of RCAN's trunk, in its frame; None where there is none."""
    found = {key: match for key in weights if (match := CHANNEL_ATTENTION.fullmatch(key))}
    if not found or not weights.keys() >= FRAME:
        return None
    frame = frame_of(weights)
    groups, blocks = (1 + max(int(match[which]) for match in found.values()) for which in (1, 2))
    reduction = frame["channels"] // weights[next(iter(found))].shape[0]
    return {**frame, "groups": groups, "blocks": blocks, "reduction": reduction}
