"""One of each of your own, a few lines a piece: a loss, a critic, samples for PCL, a degradation, a metric:

acutance train examples/own_parts.py:own_loss --data photos/ --out runs/own
acutance evaluate runs/own --trust --data benchmarks/ --metrics psnr,examples/own_parts.py:edge_error
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import nn

from acutance.degrade import Classical
from acutance.experiment import Experiment, Term
from acutance.losses import Adversarial, Contrastive, Loss
from acutance.losses.samples import Samples
from acutance.recipes import pixel
from acutance.recipes.pcl import with_pcl
from acutance.types import CriticOutput


class Edges(Loss):
    """A loss: L1 between the differences of neighbouring columns."""

    def forward(self, prediction, batch):
        """Return one number."""
        return (prediction.sr.diff(dim=-1) - batch.hr.diff(dim=-1)).abs().mean()


class Judge(nn.Module):
    """A critic: says how real each place of an image looks, and shows the features it looked at."""

    def __init__(self):
        super().__init__()
        self.look, self.judge = nn.Conv2d(3, 16, 4, stride=4), nn.Conv2d(16, 1, 1)

    def forward(self, image):
        """Return logits, high where an image looks real, and features."""
        features = torch.relu(self.look(image))
        return CriticOutput(self.judge(features), [features])


@dataclass(frozen=True)
class Blocky(Samples):
    """Samples: PCL's negatives are HR in squares of 2 to 4 pixels instead of blurred HR; its positives stay."""

    def draw_negatives(self, batch, generator):
        """Return (number, batch, channels, height, width), drawn by the generator alone."""
        sizes = torch.randint(2, 5, (self.negatives,), generator=generator).tolist()
        shrunk = [nn.functional.interpolate(batch.hr, scale_factor=1 / size, mode="area") for size in sizes]
        return torch.stack([nn.functional.interpolate(each, size=batch.hr.shape[-2:]) for each in shrunk])


@dataclass(frozen=True)
class Stripes:
    """A degradation's step: every second row a little darker, as interlaced video has it."""

    depth: float = 0.1

    def __call__(self, picture, random):
        """Return the worse picture, (h, w, c) in [0, 1]."""
        darker = picture.copy()
        darker[random.integers(2) :: 2] *= np.float32(1 - self.depth)
        return darker


def edge_error(sr, hr):
    """A metric of two pictures in uint8: the mean error of what neighbours differ by. Less is better, says its name."""
    across = (np.diff(each.astype(float), axis=1) for each in (sr, hr))
    return float(np.abs(np.subtract(*across)).mean())


def own_loss(scale: int = 4) -> Experiment:
    """L1 and a loss of one's own."""
    control = pixel.edsr_light(scale)
    return replace(control, objective={**control.objective, "edges": Term(0.5, Edges())})


def own_critic(scale: int = 4) -> Experiment:
    """L1 and an adversarial loss by a critic of one's own."""
    control = pixel.edsr_light(scale)
    return replace(control, objective={**control.objective, "judge": Term(1e-3, Adversarial(Judge()))})


def own_samples(scale: int = 4) -> Experiment:
    """L1 and PCL with negatives of one's own."""
    return with_pcl(pixel.edsr_light(scale), contrastive=Contrastive(samples=Blocky()))


def own_degradation(scale: int = 4) -> Experiment:
    """L1 on LR that is made by a step of one's own and bicubic reduction."""
    return replace(pixel.edsr_light(scale), degradation=Classical(scale, noise=Stripes()))
