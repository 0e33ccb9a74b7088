"""ESRGAN, the baseline of SPSR: L = L_per + 0.01 L_pix + 0.005 L_adv, on a network that pixel loss has trained.

SPSR's tables train it with the setting of their own networks: patches of 128 HR pixels, Adam at 1e-4, half of it after
50, 100, 200 and 300 of about 400 thousand updates (docs/papers/spsr.md), and the critics after the network.
"""

from dataclasses import dataclass, replace
from math import ceil

from torch import nn

from acutance.critics import VGGStyleDiscriminator
from acutance.experiment import Adam, Experiment, Halving, Term
from acutance.losses import Adversarial, Perceptual, Pixel
from acutance.networks import create

Objective = dict[str, Term]


@dataclass(frozen=True)
class Design:
    """The networks of a row and their budget.

    Attributes:
        guided: the network with a gradient branch.
        plain: the one without.
        steps, batch, patch, learning_rate: as in `Experiment`.
        critic_width: channels of the first stage of each discriminator.
    """

    guided: str = "spsr"
    plain: str = "rrdb"
    steps: int = 400_000
    batch: int = 15
    patch: int = 128
    learning_rate: float = 1e-4
    critic_width: int = 64


PAPER = Design()
EDSR, SRRESNET = Design(plain="edsr-s"), Design(plain="srresnet")
LIGHT = Design("spsr-light", "rrdb-light", steps=2_000, batch=4, patch=64, critic_width=32)
"""What stands for the paper's networks where there is no GPU, from `pixel:spsr_light` or `pixel:rrdb_light`."""
EDSR_LIGHT = replace(LIGHT, plain="edsr-light", learning_rate=4e-4)
RLFN = replace(LIGHT, plain="rlfn", batch=8, patch=128)
"""From the default that ships, `--init default-x4`."""


def gan(scale: int = 4, perceptual: nn.Module | None = None, *, design: Design = PAPER) -> Experiment:
    """Table II, ESRGAN. Published x4, Set14: LPIPS 0.133, PSNR 26.28, SSIM 0.778. Starts from RRDB (`--init`)."""
    return experiment(design, scale, perceptual, image_adversarial(design))


def experiment(
    design: Design, scale: int, perceptual: nn.Module | None, terms: Objective, *, guided: bool = False
) -> Experiment:
    """Return the perceptual loss, where there are features for it, the pixel loss and `terms` on a network."""
    features = {} if perceptual is None else {"perceptual": Term(1.0, Perceptual(perceptual))}
    return Experiment(
        network=create(design.guided if guided else design.plain, scale=scale),
        objective={**features, "pixel": Term(0.01, Pixel()), **terms},
        steps=design.steps,
        batch=design.batch,
        patch=scale * ceil(design.patch / scale),
        optimizer=Adam(learning_rate=design.learning_rate),
        schedule=Halving(at=(1 / 8, 1 / 4, 1 / 2, 3 / 4)),
        critic_optimizer=Adam(learning_rate=design.learning_rate),
        critic_schedule=Halving(at=(1 / 8, 1 / 4, 1 / 2, 3 / 4)),
        critics_first=False,
        initialised_from=f"trained weights of {design.plain}" + (f" or {design.guided}" if guided else ""),
    )


def image_adversarial(design: Design) -> Objective:
    """Return the relativistic GAN on images."""
    return {"adversarial": Term(0.005, Adversarial(critic(design)))}


def critic(design: Design, channels: int = 3, stride: int = 1) -> VGGStyleDiscriminator:
    """Return a fresh discriminator of maps with so many channels, at a `stride`-th of the patch."""
    return VGGStyleDiscriminator(channels, design.critic_width, design.patch // stride)
