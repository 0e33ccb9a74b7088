"""A batch that goes through the network in parts, for machines whose memory does not hold it whole.

The losses see the whole batch, as they would without: a critic's batch normalisation, the contrast of all logits
(PCL-SR, Eq. 7), relativistic means (SPSR, Eq. 5) and the samples that are drawn are those of the batch. So

    for each part    predict, without a graph
    losses of the whole prediction, and their gradient at it
    for each part    predict again, and carry that part's rows of the gradient back into the weights

gives the gradient of the whole batch to rounding, at the cost of one more forward of the network. What the network
computes across pictures, as batch normalisation of its own does, it computes within each part.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from acutance.types import LowRes, Prediction

Predict = Callable[[LowRes], Prediction]


class Accumulation:
    """Predicts in parts, and carries gradients back in parts.

    Args:
        predict: of the network.
        parts: how many, of equal size.
    """

    def __init__(self, predict: Predict, parts: int) -> None:
        self.predict, self.parts = predict, parts

    def __call__(self, lr: LowRes) -> Prediction:
        """Return what the network predicts of the whole batch, without a graph behind it, but with a gradient."""
        with torch.no_grad():
            found = [self.predict(part) for part in lr.chunk(self.parts)]
        side = {name: _leaf([each.side[name] for each in found]) for name in found[0].side}
        return Prediction(_leaf([each.sr for each in found]), side)

    def carry_back(self, lr: LowRes, prediction: Prediction) -> None:
        """Add the gradient at a prediction to those of the weights."""
        whole = [prediction.sr, *prediction.side.values()]
        rows = [None if each.grad is None else each.grad.chunk(self.parts) for each in whole]
        for number, part in enumerate(lr.chunk(self.parts)):
            again = self.predict(part)
            outputs = [again.sr, *(again.side[name] for name in prediction.side)]
            pairs = [(out, row[number]) for out, row in zip(outputs, rows, strict=True) if row and out.requires_grad]
            if pairs:
                outs, gradients = zip(*pairs, strict=True)
                torch.autograd.backward(outs, gradients)


def _leaf(parts: list[Tensor]) -> Tensor:
    return torch.cat(parts).requires_grad_()
