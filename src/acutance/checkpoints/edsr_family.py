"""The networks with EDSR's head and tail, told apart by their bodies, and their size by the shapes.

Residual scales, chunks and hashes leave no trace in the weights: those of the released networks are taken.
"""

import re
from typing import Any

from acutance.networks import Network, create
from acutance.tensors import Weights

FRAME = {"head.0.weight", "tail.0.0.weight", "tail.1.weight"}
CHANNEL_ATTENTION = re.compile(r"body\.(\d+)\.body\.(\d+)\.body\.3\.conv_du\.0\.weight")
SPARSE_ATTENTION = re.compile(r"body\.(\d+)\.conv_match\.0\.weight")


def edsr(weights: Weights, scale: int | None) -> Network | None:
    """EDSR: a body of `body.N.body.0` and `body.N.body.2`, and a plain `body.N` at its end."""
    strange = any(".conv_" in key for key in weights) or "body.0.body.1.weight" in weights
    if strange or not FRAME | {"body.0.body.2.weight"} <= weights.keys():
        return None
    frame, blocks = _frame(weights), _last(weights)
    channels = frame["channels"]
    name = {(16, 64): "edsr-s", (32, 256): "edsr-l", (8, 32): "edsr-light"}.get((blocks, channels), "edsr")
    # The released wide networks use 0.1, the narrow ones 1.
    return create(name, **frame, blocks=blocks, residual_scale=0.1 if channels >= 256 else 1.0)


def rcan(weights: Weights, scale: int | None) -> Network | None:
    """RCAN: groups of blocks with `conv_du`; with layers attended to (`la`, `csa`, `last`), HAN."""
    found = {key: match for key in weights if (match := CHANNEL_ATTENTION.fullmatch(key))}
    if not found or not weights.keys() >= FRAME:
        return None
    frame = _frame(weights)
    groups, blocks = (1 + max(int(match[which]) for match in found.values()) for which in (1, 2))
    reduction = frame["channels"] // weights[next(iter(found))].shape[0]
    name = "han" if any(key.startswith(("la.", "csa.", "last")) for key in weights) else "rcan"
    return create(name, **frame, groups=groups, blocks=blocks, reduction=reduction)


def nlsn(weights: Weights, scale: int | None) -> Network | None:
    """NLSN: EDSR's blocks, with `body.N.conv_match` first and after every so many of them."""
    places = sorted(int(match[1]) for key in weights if (match := SPARSE_ATTENTION.fullmatch(key)))
    if places[:1] != [0] or not weights.keys() >= FRAME:
        return None
    frame, blocks = _frame(weights), _last(weights) - len(places)
    every = places[1] - 1 if len(places) > 1 else max(8, blocks + 1)
    reduction = frame["channels"] // weights["body.0.conv_match.0.weight"].shape[0]
    return create("nlsn", **frame, blocks=blocks, every=every, reduction=reduction)


def _frame(weights: Weights) -> dict[str, Any]:
    """Return scale, channels and, where the colour mean tells it, the range of the values."""
    channels = weights["head.0.weight"].shape[0]
    stages = sum(key.startswith("tail.0.") and key.endswith(".weight") for key in weights)
    scale = 3 if weights["tail.0.0.weight"].shape[0] == 9 * channels else 2**stages
    frame = {"scale": scale, "channels": channels}
    if "add_mean.bias" in weights:
        frame["rgb_range"] = 255.0 if weights["add_mean.bias"].max() > 1 else 1.0
    return frame


def _last(weights: Weights) -> int:
    return max(int(key.split(".")[1]) for key in weights if key.startswith("body."))
