"""Contrastive prediction: -log exp(s(f_t, p)) / (exp(s(f_t, p)) + sum over N of exp(s(f_n, p))), p = g(features of C).

Eq. 11 of SPSR (arXiv 2109.12530) with Eq. 12, s(a, b) = 64 * cosine(a, b). The feature of a target t is predicted from
its context C, and told apart from the negatives N: all cells of the same map that share no pixel with t or with C.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn.functional import normalize

from acutance.errors import RequestError, unknown
from acutance.pretext.choice import Choice

SAMPLINGS = {
    "h": ((0, -1), (0, 1)),
    "v": ((-1, 0), (1, 0)),
    "c": ((-1, 0), (1, 0), (0, -1), (0, 1)),
}
"""Where the context lies around its target: rows down and columns right, in offsets."""
SHARPNESS = 64.0
HIDDEN = 128


class Contrastive(nn.Module):
    """The predictor g, and the questions it is asked.

    Args:
        offset: cells from target to context; two cells so far apart share no pixel.
        sampling: "h" looks left and right (the paper's main results), "v" above and below, "c" at all four.
        anchors: targets drawn in each map.
        channels: of the features.
    """

    def __init__(self, offset: int, sampling: str = "h", anchors: int = 32, channels: int = 32) -> None:
        super().__init__()
        if sampling not in SAMPLINGS:
            raise unknown("sampling", sampling, SAMPLINGS)
        self.offset, self.sampling, self.anchors = offset, sampling, anchors
        self.context = torch.tensor(SAMPLINGS[sampling]) * offset
        self.predict = nn.Sequential(
            nn.Linear(len(self.context) * channels, HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, channels),
        )

    def forward(self, features: Float[Tensor, "b c h w"]) -> Choice:
        """Draw targets, with torch's random generator, and ask which cell of its map each prediction means.

        Raises:
            RequestError: the maps are too small for a target with its context.
        """
        targets = self._draw(features)
        around = targets[:, :, None] + self.context.to(targets.device)
        cells, width = features.flatten(2), features.shape[-1]
        context = take(cells, around[..., 0] * width + around[..., 1])
        prediction = self.predict(context.flatten(2))
        similarity = SHARPNESS * normalize(prediction, dim=2) @ normalize(cells, dim=1)
        answers = targets[..., 0] * width + targets[..., 1]
        apart = strangers(torch.cat([targets[:, :, None], around], 2), (features.shape[-2], width), self.offset)
        offered = apart.scatter(2, answers[..., None], value=True)
        return Choice(similarity.masked_fill(~offered, float("-inf")).flatten(0, 1), answers.flatten())

    def _draw(self, features: Tensor) -> Int[Tensor, "b anchors 2"]:
        """Return rows and columns of targets whose context lies in the map too."""
        margins = self.context.abs().amax(0).tolist()
        sides = features.shape[-2:]
        if any(side <= 2 * margin for side, margin in zip(sides, margins, strict=True)):
            raise RequestError(_too_small(sides, self.sampling, margins))
        of_each_map = (len(features), self.anchors)
        drawn = [
            torch.randint(margin, side - margin, of_each_map, device=features.device)
            for side, margin in zip(sides, margins, strict=True)
        ]
        return torch.stack(drawn, -1)


def strangers(
    places: Int[Tensor, "b anchors q 2"], sides: tuple[int, int], offset: int
) -> Bool[Tensor, "b anchors cells"]:
    """Return which cells of maps with these sides lie `offset` or more rows or columns away from every place."""
    near = [
        (places[..., axis, None] - torch.arange(side, device=places.device)).abs() < offset
        for axis, side in enumerate(sides)
    ]
    overlapping = (near[0][..., :, None] & near[1][..., None, :]).any(2)
    return ~overlapping.flatten(2)


def take(cells: Float[Tensor, "b c n"], places: Int[Tensor, "b anchors q"]) -> Float[Tensor, "b anchors q c"]:
    """Return the features at numbered places of each map, with one gather."""
    batch = torch.arange(len(cells), device=cells.device)[:, None, None]
    return cells.mT[batch, places]


def _too_small(sides: torch.Size, sampling: str, margins: list[int]) -> str:
    size, least = "x".join(map(str, sides)), "x".join(str(2 * margin + 1) for margin in margins)
    return f"a map of {size} cells is too small for sampling {sampling}, which needs {least}; take larger patches."
