"""Jigsaw: -log softmax(v)[label], where v tells which of 24 permutations four features of a 2x2 grid stand in.

Eq. 13 of SPSR (arXiv 2109.12530). The features come from one image in its own order; only they are permuted, so that no
border of a piece gives the order away.
"""

from itertools import permutations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError
from acutance.pretext.choice import Choice
from acutance.pretext.contrastive import take

ORDERS = tuple(permutations(range(4)))
"""The permutations in lexicographic order; the label of one is its place here."""
GRID = ((0, 0), (0, 1), (1, 0), (1, 1))
HIDDEN = 256


class Jigsaw(nn.Module):
    """The classifier of permutations, and the questions it is asked.

    Args:
        offset: cells between neighbours of the grid; two cells so far apart share no pixel.
        anchors: grids drawn in each map.
        channels: of the features.
    """

    def __init__(self, offset: int, anchors: int = 32, channels: int = 32) -> None:
        super().__init__()
        self.offset, self.anchors = offset, anchors
        self.classify = nn.Sequential(
            nn.Linear(4 * channels, HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, len(ORDERS)),
        )

    def forward(self, features: Float[Tensor, "b c h w"]) -> Choice:
        """Draw grids and their orders, with torch's random generator, and ask for each order.

        Raises:
            RequestError: the maps are too small for a grid.
        """
        pieces = self._draw(features)
        answers = torch.randint(len(ORDERS), pieces.shape[:2], device=features.device)
        orders = torch.tensor(ORDERS, device=features.device)[answers]
        shuffled = pieces.take_along_dim(orders[..., None], 2)
        return Choice(self.classify(shuffled.flatten(2)).flatten(0, 1), answers.flatten())

    def _draw(self, features: Tensor) -> Float[Tensor, "b anchors 4 c"]:
        height, width = features.shape[-2:]
        if min(height, width) <= self.offset:
            least = self.offset + 1
            raise RequestError(
                f"a map of {height}x{width} cells is too small for a jigsaw, which needs {least} a side."
            )
        size, device = (len(features), self.anchors, 1), features.device
        tops = torch.randint(height - self.offset, size, device=device)
        lefts = torch.randint(width - self.offset, size, device=device)
        rows, columns = (self.offset * torch.tensor(GRID, device=device)).T
        return take(features.flatten(2), (tops + rows) * width + lefts + columns)
