"""The losses of SPSR on gradient maps M (Eq. 2, `ops.gradient_map`).

    L_pix_GM = mean |M(SR) - M(HR)|      (Eq. 7, L1 in the paper; the released code takes the mean square)
    L_GB     = mean |branch - M(HR)|     (last term of Eq. 10; the branch predicts HR's map)

Eq. 8 and 9, the adversarial pair on gradient maps, are `Adversarial(critic, GradientView())`.
"""

from collections.abc import Mapping
from typing import Literal

from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import RequestError, unknown
from acutance.losses.base import Loss
from acutance.losses.distance import Distance, between, known, wide
from acutance.ops import gradient_map
from acutance.ops.gradient import PADDINGS
from acutance.types import Batch, Image, Prediction, Scalar

Padding = Literal["zeros", "zeros2", "replicate", "valid"]
SAME_SIZE: dict[str, int] = {name: width for name, (width, _) in PADDINGS.items() if width == 1}


class GradientView(nn.Module):
    """An image as its gradient map, in 32 bits or more.

    Args:
        padding: what lies beyond the edge, as in `ops.gradient_map`. "replicate" makes no false edge; the released
            losses have "zeros2", whose maps are two pixels larger and framed by two bright rings.

    Raises:
        RequestError: there is no such padding.
    """

    def __init__(self, padding: Padding = "replicate") -> None:
        super().__init__()
        if padding not in PADDINGS:
            raise unknown("padding", padding, PADDINGS)
        self.padding: Padding = padding

    def settings(self) -> Mapping[str, object]:
        """Return the padding."""
        return {"padding": self.padding}

    def forward(self, image: Image) -> Float[Tensor, "b c H W"]:
        """Return M(image), at least 1e-3."""
        return gradient_map(wide(image), self.padding)


class GradientPixel(Loss):
    """The mean distance of the gradient maps of SR and HR.

    Args:
        distance: "l1" as in the paper, or "l2", the mean of the squares, as in the released code.
        padding: as of `GradientView`; "zeros2" in the released code.

    Raises:
        RequestError: there is no such distance or padding.
    """

    def __init__(self, distance: Distance = "l1", padding: Padding = "replicate") -> None:
        super().__init__()
        self.distance: Distance = known(distance)
        self.view = GradientView(padding)

    def settings(self) -> Mapping[str, object]:
        """Return the distance, and the view with its padding."""
        return {"distance": self.distance, "view": self.view}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 7, its gradient towards SR."""
        return between(self.view(prediction.sr), self.view(batch.hr), self.distance)


class Branch(Loss):
    """The mean absolute difference of the gradient map that a network predicts on the side and that of HR.

    Args:
        padding: of HR's map, as large as HR: "zeros" as in the released code and weights, or "replicate".

    Raises:
        RequestError: there is no such padding, or its maps have another size.
    """

    def __init__(self, padding: Literal["zeros", "replicate"] = "zeros") -> None:
        super().__init__()
        if padding not in SAME_SIZE:
            raise unknown("padding that keeps the size", padding, SAME_SIZE)
        self.view = GradientView(padding)

    def settings(self) -> Mapping[str, object]:
        """Return the view, with its padding."""
        return {"view": self.view}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return the last term of Eq. 10, its gradient towards `prediction.side["gradient"]` and not SR.

        Raises:
            RequestError: the network predicts no gradient map.
        """
        return between(_predicted(prediction), self.view(batch.hr))


def _predicted(prediction: Prediction) -> Tensor:
    if "gradient" not in prediction.side:
        others = ", ".join(sorted(prediction.side)) or "nothing"
        raise RequestError(
            f"the branch loss needs a network that predicts the gradient map, as SPSR does; this one predicts {others} "
            "beside SR."
        )
    return prediction.side["gradient"]
