"""Losses of a line, which contain nothing of a paper's idea: what is worth having does more than they do.

L_sharpened = mean |SR - S(HR)|            S: `samples.sharpen` by one factor
L_colour    = mean |B(SR) - B(HR)|         B: the means of blocks of pixels, which see no structure
"""

from collections.abc import Mapping

from torch.nn.functional import avg_pool2d

from acutance.errors import RequestError
from acutance.losses.base import Loss
from acutance.losses.distance import between
from acutance.losses.samples import sharpen
from acutance.types import Batch, Prediction, Scalar


class SharpenedPixel(Loss):
    """The mean absolute difference of SR and sharpened HR: PCL's positives without a contrast.

    Args:
        factor: of `samples.sharpen`; 1 gives the pixel loss.

    Raises:
        RequestError: the factor is negative.
    """

    def __init__(self, factor: float = 2.0) -> None:
        super().__init__()
        if factor < 0:
            raise RequestError(f"cannot sharpen by a factor of {factor}: it must be 0 or more.")
        self.factor = factor

    def settings(self) -> Mapping[str, object]:
        """Return the factor."""
        return {"factor": self.factor}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return the distance, its gradient towards SR."""
        return between(prediction.sr, sharpen(batch.hr, self.factor))


class BlockMeans(Loss):
    """The mean absolute difference of the mean colours of blocks, which keeps colour and nothing else.

    Args:
        size: of a block in pixels; what is left at the far edges is smaller than one and is not looked at.

    Raises:
        RequestError: the size is below 1.
    """

    def __init__(self, size: int = 16) -> None:
        super().__init__()
        if size < 1:
            raise RequestError(f"blocks have 1 pixel a side or more, not {size}.")
        self.size = size

    def settings(self) -> Mapping[str, object]:
        """Return the size of a block."""
        return {"size": self.size}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return the distance, its gradient towards SR.

        Raises:
            RequestError: the images are smaller than a block.
        """
        if min(batch.hr.shape[-2:]) < self.size:
            size = f"{batch.hr.shape[-1]}x{batch.hr.shape[-2]}"
            raise RequestError(f"images of {size} pixels hold no block of {self.size}x{self.size}.")
        return between(avg_pool2d(prediction.sr, self.size), avg_pool2d(batch.hr, self.size))
