"""An end in 32 bits at a small rate, which takes away the darkening of 16: how `rlfn-x3` was finished.

`rlfn_rounded` goes on with kernels that are rounded to bf16 where they compute, so that 16 bits have less to round; the
gradient goes to what they were before. `python studies/finished.py SOURCE OUT` rounds them for good.
"""

import sys
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from acutance import checkpoints
from acutance.experiment import Adam, Experiment
from acutance.networks import Network
from acutance.recipes import pixel


class Rounded(nn.Conv2d):
    """A convolution whose kernels are rounded to bf16 before it computes."""

    def forward(self, input: Tensor) -> Tensor:
        """Return what the rounded kernels make."""
        off = (self.weight.bfloat16().float() - self.weight).detach()
        return self._conv_forward(input, self.weight + off, self.bias)


def rlfn(scale: int = 3) -> Experiment:
    """RLFN as in `pixel:rlfn` at a tenth of its rate, followed by a short average."""
    return replace(pixel.rlfn(scale), optimizer=Adam(learning_rate=5e-5), average=0.99)


def rlfn_rounded(scale: int = 3) -> Experiment:
    """The same with rounded kernels."""
    return with_rounded_kernels(rlfn(scale))


def with_rounded_kernels(experiment: Experiment) -> Experiment:
    """Return an experiment whose network computes with kernels rounded to bf16."""
    for convolution in convolutions(experiment.network):
        convolution.__class__ = Rounded
    return experiment


def convolutions(network: Network) -> list[nn.Conv2d]:
    """Return the convolutions of a network."""
    return [module for module in network.modules() if isinstance(module, nn.Conv2d)]


if __name__ == "__main__":
    source, out = map(Path, sys.argv[1:])
    network = checkpoints.load(source)
    for each in convolutions(network):
        each.weight.data = each.weight.data.bfloat16().to(torch.float32)
    checkpoints.save(out, network, {"rounded": "studies/finished.py"})
