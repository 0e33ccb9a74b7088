"""State dicts in what a file holds: out of their wrappers, without the prefixes that training put before their keys.

Who trains keeps more than the network: its average, an optimizer, a discriminator, losses, counters. Names tell what
is what; where they leave it open, all that may be meant is returned, and the caller decides by the keys.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from torch import Tensor

DEEPEST, MOST = 6, 64
"""Wrappers around each other, and views of one file, beyond which nobody has put weights."""
INSIDE_KEYS = re.compile(r"(?<![^.])(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.")
"""What torch.compile and its like put before the keys of what they wrap, at any depth."""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
AVERAGES = {"ema", "average", "averaged", "avg", "shadow", "swa"}
"""Words in the names of a network's average, which is what its authors score."""
NETWORKS = {
    *("model", "models", "module", "net", "netg", "network", "networks", "g", "gen", "generator", "params", "weights"),
    *("state", "dict", "online", "student", "sr", "upscaler"),
}
"""Words in the names of the network that upscales."""
OTHERS = {
    *("d", "netd", "dnet", "dis", "disc", "discriminator", "discriminators", "critic", "critics", "adversary"),
    *(
        "loss",
        "losses",
        "criterion",
        "criterions",
        "criteria",
        "cri",
        "vgg",
        "lpips",
        "perceptual",
        "percep",
        "extractor",
    ),
    *("metric", "metrics", "psnr", "ssim", "fid", "optim", "optimizer", "optimizers", "optimiser", "scheduler"),
    *("schedulers", "sched", "scaler", "scalers", "callback", "callbacks", "loops", "rng", "degradation", "teacher"),
}
"""Words in the names of what is trained or kept beside it."""


@dataclass(frozen=True)
class View:
    """Weights as they may be meant.

    Attributes:
        name: where they stand in the file: wrappers and prefixes, "" for the file itself.
        weights: the tensors.
    """

    name: str
    weights: dict[str, Tensor]

    @property
    def rank(self) -> int:
        """0 for the average of a network, 1 for a network, 2 for what is named as something else."""
        words = _words(self.name)
        return 2 if words & OTHERS else int(not words & AVERAGES)

    @property
    def size(self) -> int:
        """Numbers in the tensors."""
        return sum(tensor.numel() for tensor in self.weights.values())


def views(content: object) -> list[View]:
    """Return the state dicts in what a file holds, each also without its prefixes; what is likelier meant first."""
    dicts = [View(name, _cleaned(weights)) for name, weights in _state_dicts(content, "", 0)]
    found = [view for each in dicts for view in _unprefixed(each, 0)]
    return sorted(islice(found, MOST), key=lambda view: view.rank)


def _state_dicts(content: object, name: str, depth: int) -> Iterator[tuple[str, dict[str, Tensor]]]:
    """Walk the wrappers; optimizers keep tensors too, under numbers or under names that say so."""
    if not isinstance(content, Mapping) or depth > DEEPEST:
        return
    tensors = {key: value for key, value in content.items() if isinstance(key, str) and isinstance(value, Tensor)}
    if any(tensor.dim() for tensor in tensors.values()):
        yield name, tensors
    for key, value in content.items():
        if isinstance(key, str) and isinstance(value, Mapping):
            yield from _state_dicts(value, f"{name}.{key}" if name else key, depth + 1)


def _cleaned(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Drop counters, and what DataParallel and torch.compile put before keys, unless two keys would become one."""
    kept = {key: tensor for key, tensor in weights.items() if "." in key or not _counts(tensor)}
    short = {INSIDE_KEYS.sub("", key).removeprefix("module."): tensor for key, tensor in kept.items()}
    return short if len(short) == len(kept) else kept


def _counts(tensor: Tensor) -> bool:
    """Tell a step or a decay by its size: a single number, not in a layer of its own."""
    return tensor.dim() == 0 or (tensor.numel() == 1 and not tensor.is_floating_point())


def _unprefixed(view: View, depth: int) -> Iterator[View]:
    """Return weights as they are; then without the prefix of all, or those behind each prefix that names a network."""
    yield view
    if depth == DEEPEST:
        return
    groups, loose = _groups(view.weights)
    meant = {name: group for name, group in groups.items() if not _words(name) & OTHERS}
    # Where something stands beside a network that is not known for another thing, it may be a part of it.
    whole = not loose and (len(meant) == 1 or all(_words(name) & (NETWORKS | AVERAGES) for name in meant))
    for name, group in meant.items():
        if whole or _words(name) & AVERAGES:
            inner = View(f"{view.name}.{name}" if view.name else name, _cleaned(group))
            yield from _unprefixed(inner, depth + 1)


def _groups(weights: Mapping[str, Tensor]) -> tuple[dict[str, dict[str, Tensor]], bool]:
    """Return the weights behind each first part of a key, and whether there are keys of one part."""
    groups: dict[str, dict[str, Tensor]] = {}
    for key, tensor in weights.items():
        first, dot, rest = key.partition(".")
        if dot:
            groups.setdefault(first, {})[rest] = tensor
    return groups, any("." not in key for key in weights)


def _words(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(name)}
