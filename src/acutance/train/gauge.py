"""How hard each term of the objective pulls at SR."""

from collections.abc import Mapping

import torch
from torch import Tensor


class Gauge:
    """Measures, in the steps that are `due`, the norm of the gradient that each weighted loss sends to SR.

    A weight alone says little: the gradient of the contrastive loss does not depend on the range of the images and that
    of the pixel loss does (docs/papers/pcl.md). The share of one gradient in the other can be compared between runs.
    """

    def __init__(self) -> None:
        self.due = False
        self.norms: dict[str, float] = {}

    def read(self, losses: Mapping[str, Tensor], sr: Tensor) -> None:
        """Fill `norms` with the L2 norms if `due`, keeping the graph of the losses."""
        if self.due:
            self.norms = {name: _norm(loss, sr) for name, loss in losses.items()}

    def values(self) -> dict[str, float]:
        """Return the last norms as "gradient/NAME"."""
        return {f"gradient/{name}": norm for name, norm in self.norms.items()}


def _norm(loss: Tensor, sr: Tensor) -> float:
    (gradient,) = torch.autograd.grad(loss, sr, retain_graph=True, materialize_grads=True)
    return float(gradient.norm())
