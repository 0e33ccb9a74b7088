"""Pixel loss, PCL-SR Eq. 11: L_1 = mean |SR - HR|, over images, channels and pixels."""

import torch.nn.functional as F

from acutance.losses.base import Loss
from acutance.types import Batch, Prediction, Scalar


class Pixel(Loss):
    """The mean absolute difference of SR and HR, images in [0, 1]."""

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return mean |SR - HR|."""
        return F.l1_loss(prediction.sr, batch.hr)
