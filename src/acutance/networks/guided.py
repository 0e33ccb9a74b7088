"""SPSR's gradient branch on other networks: "any architecture" (Ma et al., 2021, section 3.2), EDSR's and SRResNet's.

As SPSR: the trunk is tapped at four depths, a branch turns the gradient map of LR into that of HR with what it finds
there, and both meet at the size of HR. The paper tells of it and has no code for it; the widths are ours.
"""

from dataclasses import dataclass
from math import ceil
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu, pixel_shuffle

from acutance.errors import RequestError
from acutance.networks.base import Network
from acutance.networks.blocks import Features, MeanShift, ResidualBlock, Upsampler, convolution, demand, to_image
from acutance.networks.blocks import upsampling_stages as stages_of
from acutance.networks.dense import SLOPE, ResidualDenseBlocks, enlarged_reach, enlarging, start_small
from acutance.networks.keys import Recognised, count
from acutance.networks.spsr import MERGE_REACH, SPSR, TAPS, Enlarged, evenly
from acutance.networks.srresnet import SLOPE as SRRESNET_SLOPE
from acutance.networks.srresnet import PlainBlock
from acutance.ops import gradient_map
from acutance.tensors import Weights
from acutance.types import HighRes, LowRes, Prediction

TRUNKS = ("edsr", "srresnet")
TRUNK = "trunk."
"""How the names of its trunk's tensors begin, which go on as in the network whose trunk it is."""
NAMED = {
    ("edsr", 16, 64): "edsr-s-guided",
    ("edsr", 8, 32): "edsr-light-guided",
    ("srresnet", 16, 64): "srresnet-guided",
}
RGB_RANGE = 255.0
"""Of EDSR's trunk, as released."""


@dataclass(frozen=True)
class GuidedConfig:
    """EDSR-S with a gradient branch by default; `growth` is that of the dense blocks in the branch and the fusion."""

    scale: int = 4
    trunk: str = "edsr"
    blocks: int = 16
    channels: int = 64
    growth: int = 32

    def __post_init__(self) -> None:
        demand("a guided network", self.scale, channels=self.channels, blocks=self.blocks, growth=self.growth)
        if self.trunk not in TRUNKS:
            raise RequestError(f"a guided network has a trunk of {' or '.join(TRUNKS)}, not {self.trunk!r}.")

    @property
    def tapped(self) -> tuple[int, ...]:
        """The blocks, counted from 1, after which the branch looks at the trunk."""
        return evenly(self.blocks, min(TAPS, self.blocks))


class EDSRTrunk(nn.Module):
    """EDSR without its last convolution; names of tensors as EDSR's."""

    def __init__(self, config: GuidedConfig) -> None:
        super().__init__()
        channels = config.channels
        self.sub_mean = MeanShift(RGB_RANGE, sign=-1)
        self.head = nn.Sequential(convolution(3, channels))
        blocks = [ResidualBlock(channels, 1.0) for _ in range(config.blocks)]
        self.body = nn.Sequential(*blocks, convolution(channels, channels))
        self.tail = nn.Sequential(Upsampler(config.scale, channels))

    def forward(self, lr: LowRes) -> tuple[Enlarged, list[Features]]:
        """Return features at HR, and those behind the head and each block."""
        made = [self.head(self.sub_mean(lr * RGB_RANGE))]
        *blocks, last = self.body
        for block in blocks:
            made.append(block(made[-1]))
        # As large as those of the branch, whose gradient maps are of images in [0, 1].
        return self.tail(last(made[-1]) + made[0]) / RGB_RANGE, [each / RGB_RANGE for each in made]


class SRResNetTrunk(nn.Module):
    """SRResNet without its last convolution; names of tensors as SRResNet's."""

    def __init__(self, config: GuidedConfig) -> None:
        super().__init__()
        channels = config.channels
        self.stages = stages_of(config.scale)
        self.conv_first = convolution(3, channels)
        self.body = nn.Sequential(*(PlainBlock(channels) for _ in range(config.blocks)))
        for number, factor in enumerate(self.stages, 1):
            self.add_module(f"upconv{number}", convolution(channels, factor**2 * channels))
        self.conv_hr = convolution(channels, channels)

    def forward(self, lr: LowRes) -> tuple[Enlarged, list[Features]]:
        """Return features at HR, and those behind the first convolution and each block."""
        made = [leaky_relu(self.conv_first(lr), SRRESNET_SLOPE)]
        for block in self.body:
            made.append(block(made[-1]))
        features = made[-1]
        for number, factor in enumerate(self.stages, 1):
            larger = self.get_submodule(f"upconv{number}")(features)
            features = leaky_relu(pixel_shuffle(larger, factor), SRRESNET_SLOPE)
        return leaky_relu(self.conv_hr(features), SRRESNET_SLOPE), made


class GradientBranch(nn.Module):
    """From the gradient map of LR, and features of the trunk, to features of the gradient map at HR."""

    def __init__(self, config: GuidedConfig) -> None:
        super().__init__()
        channels = config.channels
        self.first = convolution(3, channels)
        self.merges = nn.ModuleList(_merge(channels, config.growth) for _ in config.tapped)
        self.last = convolution(channels, channels)
        end = (convolution(channels, channels), nn.LeakyReLU(SLOPE), convolution(channels, channels))
        self.enlarge = nn.Sequential(*enlarging(config.scale, channels), *end)

    def forward(self, lr: LowRes, tapped: list[Features]) -> Enlarged:
        """Return them."""
        first: Tensor = self.first(gradient_map(lr, "replicate"))
        features = first
        for merge, tap in zip(self.merges, tapped, strict=True):
            features = merge(torch.cat([features, tap], 1))
        return self.enlarge(self.last(features) + first)


class Guided(Network[GuidedConfig]):
    """EDSR or SRResNet with SPSR's gradient branch; it also predicts the gradient map of HR.

    `--init` takes weights of the network without a branch, whose names it has behind `trunk.`. SR is what the fusion
    adds to LR, enlarged bilinearly.

    Attributes:
        branch_off: the features of the gradient branch are set to zero before the fusion (SPSR, Fig. 11).
    """

    paper: ClassVar[str] = "Structure-Preserving Image Super-Resolution (Ma et al., 2021)"

    def __init__(self, config: GuidedConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or GuidedConfig()
        self.name = NAMED.get((config.trunk, config.blocks, config.channels), "edsr-s-guided")
        self.branch_off = False
        channels = config.channels
        self.trunk = EDSRTrunk(config) if config.trunk == "edsr" else SRResNetTrunk(config)
        self.structure = convolution(channels, channels)
        self.branch = GradientBranch(config)
        self.gradient = to_image(channels, 3, 1)
        self.f_merge = _merge(channels, config.growth)
        self.f_last = nn.Sequential(convolution(channels, channels), nn.LeakyReLU(SLOPE), to_image(channels, 3))
        for part in (self.structure, self.branch, self.gradient, self.f_merge, self.f_last):
            start_small(part)

    @property
    def receptive_radius(self) -> int:
        """The longer way, through the trunk or the branch; a pixel shuffle looks one further than an enlargement."""
        config = self.config
        ways = [2, *(1 + 2 * tap for tap in config.tapped)]
        merges = [len(config.tapped), *range(len(config.tapped), 0, -1)]
        branch = 1 + max(way + MERGE_REACH * left for way, left in zip(ways, merges, strict=True))
        at_hr = 2 + MERGE_REACH + 2
        return max(2 + 2 * config.blocks + 1, branch) + max(enlarged_reach(config.scale, at_hr), ceil(at_hr / 2))

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        return self.predict(lr).sr

    def predict(self, lr: LowRes) -> Prediction:
        """Return SR, and on the side `gradient`: the gradient map of HR, as large as SR, unclamped."""
        structure, made = self.trunk(lr)
        gradient = self.branch(lr, [made[tap] for tap in self.config.tapped])
        seen = torch.zeros_like(gradient) if self.branch_off else gradient
        residual = self.f_last(self.f_merge(torch.cat([seen, self.structure(structure)], 1)))
        base = interpolate(lr, scale_factor=self.scale, mode="bilinear", align_corners=False)
        return Prediction(base + residual, {"gradient": self.gradient(gradient)})


def _merge(channels: int, growth: int) -> nn.Sequential:
    return nn.Sequential(ResidualDenseBlocks(2 * channels, growth), convolution(2 * channels, channels))


def trunk_names(weights: Weights) -> Weights:
    """Return weights of EDSR or SRResNet under the names that they have in a guided network."""
    return {f"{TRUNK}{key}": tensor for key, tensor in weights.items()}


def recognise_guided(weights: Weights, scale: int | None) -> Recognised | None:
    """Guided networks: a trunk by its own names behind `trunk.`, and a branch."""
    if not {"branch.first.weight", "gradient.weight"} <= weights.keys():
        return None
    trunk = "edsr" if f"{TRUNK}head.0.weight" in weights else "srresnet"
    channels = weights["branch.first.weight"].shape[0]
    growing = r"trunk\.tail\.0\.\d\.weight" if trunk == "edsr" else r"trunk\.upconv\d\.weight"
    first = weights["trunk.tail.0.0.weight" if trunk == "edsr" else "trunk.upconv1.weight"]
    block = r"trunk\.body\.\d+\.body\.0\.weight" if trunk == "edsr" else r"trunk\.body\.\d+\.conv1\.weight"
    config = GuidedConfig(
        scale=3 if first.shape[0] == 9 * channels else 2 ** count(growing, weights),
        trunk=trunk,
        blocks=count(block, weights),
        channels=channels,
        growth=weights["branch.merges.0.0.rdb1.conv1.weight"].shape[0],
    )
    return Recognised(NAMED.get((trunk, config.blocks, channels), "edsr-s-guided"), config)


def without_branch(network: Network) -> Network:
    """Set the features of a network's gradient branch to zero from now on, as in SPSR's Fig. 11, and return it.

    Raises:
        RequestError: it has no gradient branch.
    """
    if not isinstance(network, SPSR | Guided):
        raise RequestError(f"{network.name} has no gradient branch to switch off; networks of SPSR do.")
    network.branch_off = True
    return network
