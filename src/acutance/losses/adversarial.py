"""Relativistic average adversarial loss, SPSR Eq. 5 and 6; on gradient maps Eq. 8, 9, on structure features Eq. 15, 16.

With r and f the critic's logits of HR and SR, and softplus(x) = log(1 + exp(x)):

    L_D   = 1/2 ( mean softplus(-(r - mean f)) + mean softplus(f - mean r) )       (Eq. 5)
    L_adv = 1/2 ( mean softplus(r - mean f) + mean softplus(-(f - mean r)) )       (Eq. 6)

that is, binary cross-entropies of how much more real an HR is than SR is on average, and of how much more real an SR is
than HR. The equations are lost in the text of the journal and read from the released code; both its halves are halved.
"""

from collections.abc import Mapping
from math import log

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import softplus

from acutance import processes
from acutance.critics import View, frozen
from acutance.critics.views import as_module
from acutance.losses.base import LearnedLoss
from acutance.losses.distance import wide
from acutance.losses.look import look_once
from acutance.types import Batch, Prediction, Scalar

Maps = Float[Tensor, "b c h w"]
"""Images, or what a view makes of them."""


def relativistic_losses(real_logits: Float[Tensor, "..."], fake_logits: Float[Tensor, "..."]) -> tuple[Scalar, Scalar]:
    """Return Eq. 5, the critic's loss, and Eq. 6, the network's; the means are over all logits given.

    Logits of any shape and number, high where the critic takes an image for real. Equal ones give log 2 twice. Where
    several processes train together the means are over the logits of all.
    """
    real, fake = wide(real_logits), wide(fake_logits)
    realer, faker = real - processes.mean(fake), fake - processes.mean(real)
    critic = processes.mean(softplus(-realer)) + processes.mean(softplus(faker))
    network = processes.mean(softplus(realer)) + processes.mean(softplus(-faker))
    return critic / 2, network / 2


def network_loss(critic: nn.Module, real: Maps, fake: Maps) -> Scalar:
    """Return Eq. 6 on the logits of a critic that does not learn from it: its gradient reaches `fake` alone."""
    with frozen(critic, batch_statistics=True):
        with torch.no_grad():
            real_logits = critic(real).logits
        return relativistic_losses(real_logits, critic(fake).logits)[1]


def critic_loss(critic: nn.Module, real: Maps, fake: Maps) -> Scalar:
    """Return Eq. 5. Real and fake go through the critic one after the other, as their statistics differ."""
    return relativistic_losses(critic(real).logits, critic(fake).logits)[0]


class Adversarial(LearnedLoss[nn.Module]):
    """A critic that learns to tell HR from SR, and SR that is to pass for HR.

    Args:
        critic: map -> `CriticOutput`: `critics.VGGStyleDiscriminator`, or a module of yours. It uses the statistics of
            the batch, and learns its running ones in its own step alone.
        view: what the critic sees of an image: the image itself by default, `GradientView()`, `StructureView(...)`,
            "haar", "fourier", or any function or module that returns one (b, c, h, w) tensor or a list of one. A module
            is frozen, and runs in evaluation mode.

    Raises:
        RequestError: there is no view of that name.
    """

    def __init__(self, critic: nn.Module, view: str | View | None = None) -> None:
        super().__init__()
        self.critic = critic
        self.view = nn.Identity() if view is None else as_module(view)

    def settings(self) -> Mapping[str, object]:
        """Return the critic and what it sees."""
        return {"critic": self.critic, "view": self.view}

    def forward(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 6. Its gradient reaches SR, and neither HR, the view nor the critic."""
        with torch.no_grad():
            real = look_once(self.view, batch.hr)
        return network_loss(self.critic, real, look_once(self.view, prediction.sr))

    def critic_loss(self, prediction: Prediction, batch: Batch) -> Scalar:
        """Return Eq. 5, whose gradient reaches the critic through HR and SR alike."""
        return critic_loss(self.critic, look_once(self.view, batch.hr), look_once(self.view, prediction.sr))

    def chance(self, batch: int) -> float:
        """Return log 2: Eq. 5 of equal logits."""
        return log(2)
