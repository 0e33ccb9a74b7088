"""SwinIR: "SwinIR: Image Restoration Using Swin Transformer" (Liang et al., 2021).

A head convolution, groups of transformer blocks that attend within shifted windows, each group with a convolution and
a skip, a skip over all of them, and a pixel-shuffle tail. The classical network has a tail as EDSR's, the light one
makes SR in one step. At scale 1 one convolution makes what is added to the input, as released for noise.
"""

from dataclasses import dataclass
from math import isqrt
from typing import ClassVar

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from acutance.errors import RequestError
from acutance.networks.base import Network
from acutance.networks.blocks import RESTORING, Features, Upsampler, convolution, demand, mean_of, to_image
from acutance.networks.keys import Recognised
from acutance.networks.windows import Length, Map, Mask, WindowAttention, cut, joined, shift_mask
from acutance.tensors import Weights
from acutance.types import HighRes, Image, LowRes

TAIL_CHANNELS = 64
"""Of the classical network, whatever the width of its body."""
LARGEST_MASK = 4096
"""Product of the sides of patch and window; the mask holds its square."""
OF_JPEG = 7
"""The side of the windows of the released networks for JPEG."""
FIRST_GROUP = "layers.0.residual_group.blocks"


@dataclass(frozen=True)
class SwinIRConfig:
    """The classical network by default; the light one has 4 groups of 60 channels and makes SR in one step.

    `patch` is the side of the LR patches that the released network was trained on. It decides nothing but the shape of
    the masks that its checkpoint carries. `bands` are those of its images.
    """

    scale: int = 4
    groups: int = 6
    blocks: int = 6
    channels: int = 180
    heads: int = 6
    window: int = 8
    mlp_ratio: float = 2.0
    one_step: bool = False
    patch: int = 48
    bands: int = 3

    def __post_init__(self) -> None:
        counts = {"groups": self.groups, "blocks": self.blocks, "heads": self.heads}
        demand("SwinIR", self.scale, RESTORING, channels=self.channels, bands=self.bands, **counts)
        if self.channels % self.heads:
            raise RequestError(f"SwinIR cannot share {self.channels} channels among {self.heads} heads.")
        if self.window < 2 or self.patch < 1 or self.patch % self.window or self.patch * self.window > LARGEST_MASK:
            raise RequestError(f"SwinIR cannot cut patches of {self.patch} into windows of {self.window}.")


class MLP(nn.Module):
    """Two layers that look at one position at a time."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, hidden)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, channels)

    def forward(self, x: Map) -> Map:
        """Return a map of the same shape."""
        return self.fc2(self.act(self.fc1(x)))


class SwinBlock(nn.Module):
    """Attention within windows and an MLP, each normalised before and with a skip."""

    def __init__(self, config: SwinIRConfig, *, shifted: bool) -> None:
        super().__init__()
        self.window = config.window
        self.shift = config.window // 2 if shifted else 0
        if shifted:
            # Constant, and only kept because released checkpoints hold it; the mask of the size at hand is passed in.
            self.register_buffer("attn_mask", shift_mask(config.patch, config.patch, config.window))
        self.norm1 = nn.LayerNorm(config.channels)
        self.attn = WindowAttention(config.channels, config.heads, config.window)
        self.norm2 = nn.LayerNorm(config.channels)
        self.mlp = MLP(config.channels, round(config.channels * config.mlp_ratio))

    def forward(self, x: Map, mask: Mask) -> Map:
        """Return a map of the same shape; `mask` is for the shifted windows of its size."""
        x = x + self._attended(self.norm1(x), mask)
        return x + self.mlp(self.norm2(x))

    def _attended(self, x: Map, mask: Mask) -> Map:
        _, height, width, _ = x.shape
        shifted = x.roll((-self.shift, -self.shift), (1, 2))
        windows = self.attn(cut(shifted, self.window), mask if self.shift else None)
        return joined(windows, height, width, self.window).roll((self.shift, self.shift), (1, 2))


class BlockSequence(nn.Module):
    """The blocks of a group, every second one shifted; a module of its own for the sake of the released names."""

    def __init__(self, config: SwinIRConfig) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(SwinBlock(config, shifted=number % 2 == 1) for number in range(config.blocks))

    def forward(self, x: Map, mask: Mask) -> Map:
        """Return a map of the same shape."""
        for block in self.blocks:
            x = block(x, mask)
        return x


class SwinGroup(nn.Module):
    """x + conv(blocks(x))."""

    def __init__(self, config: SwinIRConfig) -> None:
        super().__init__()
        self.residual_group = BlockSequence(config)
        self.conv = convolution(config.channels, config.channels)

    def forward(self, x: Map, mask: Mask) -> Map:
        """Return a map of the same shape."""
        return x + _channels_last(self.conv(_channels_first(self.residual_group(x, mask))))


class PatchEmbedding(nn.Module):
    """The normalisation ahead of the groups; a module of its own for the sake of the released names."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Map) -> Map:
        """Return a map of the same shape."""
        return self.norm(x)


class SwinIR(Network[SwinIRConfig]):
    """SwinIR, classical and light; state-dict keys as in the released code.

    LR is reflected at its right and bottom to a multiple of the window, and SR cut to size. Stochastic depth, which
    the released training used, is left out, so that training is repeatable.
    """

    paper: ClassVar[str] = "SwinIR: Image Restoration Using Swin Transformer (Liang et al., 2021)"
    mean: Tensor

    def __init__(self, config: SwinIRConfig | None = None) -> None:
        super().__init__()
        self.name = "swinir"
        self.config = config = config or SwinIRConfig()
        self.window = config.window
        self.register_buffer("mean", mean_of(config.bands).view(-1, 1, 1), persistent=False)
        self.conv_first = convolution(config.bands, config.channels)
        self.patch_embed = PatchEmbedding(config.channels)
        self.layers = nn.ModuleList(SwinGroup(config) for _ in range(config.groups))
        self.norm = nn.LayerNorm(config.channels)
        self.conv_after_body = convolution(config.channels, config.channels)
        self._add_tail(config)
        self.apply(_initialise)

    def _add_tail(self, config: SwinIRConfig) -> None:
        made = config.bands * config.scale**2
        if config.scale == 1:
            self.conv_last = to_image(config.channels, config.bands)
        elif config.one_step:
            self.upsample = nn.Sequential(to_image(config.channels, made), nn.PixelShuffle(config.scale))
        else:
            self.conv_before_upsample = nn.Sequential(convolution(config.channels, TAIL_CHANNELS), nn.LeakyReLU())
            self.upsample = Upsampler(config.scale, TAIL_CHANNELS)
            self.conv_last = to_image(TAIL_CHANNELS, config.bands)

    @property
    def phase_convolution(self) -> str | None:
        """The last one of the light network."""
        return "upsample.0" if self.scale > 1 and self.config.one_step else None

    @property
    def receptive_radius(self) -> None:
        """None: an SR pixel depends on how the windows lie, which is counted from the picture's corner."""
        return

    def forward(self, lr: LowRes) -> HighRes:
        """Return SR, `scale` times as high and wide as `lr`."""
        height, width = lr.shape[-2:]
        first = self.conv_first(reflected(lr, self.window) - self.mean)
        sr = self._enlarged(self.conv_after_body(self._body(first)) + first)
        sr = (sr if self.scale == 1 else sr + self.mean)[..., : height * self.scale, : width * self.scale]
        return sr + lr if self.scale == 1 else sr

    def _body(self, features: Features) -> Features:
        height, width = features.shape[-2:]
        mask = shift_mask(height, width, self.window, device=features.device).to(features.dtype)
        x = self.patch_embed(_channels_last(features))
        for layer in self.layers:
            x = layer(x, mask)
        return _channels_first(self.norm(x))

    def _enlarged(self, features: Features) -> HighRes:
        config = self.config
        if config.scale == 1:
            return self.conv_last(features)
        if config.one_step:
            return self.upsample(features)
        return self.conv_last(self.upsample(self.conv_before_upsample(features)))


def reflected(image: Image, multiple: int) -> Float[Tensor, "b c H W"]:
    """Return an image reflected at its right and bottom to the next multiple, back and forth where it is smaller."""
    height, width = image.shape[-2:]
    if height % multiple == width % multiple == 0:
        return image
    rows, columns = (_to_and_fro(length, multiple, image.device) for length in (height, width))
    return image[..., rows[:, None], columns]


def _to_and_fro(length: Length, multiple: int, device: torch.device) -> Int64[Tensor, " places"]:
    """Return 0, 1, ..., length - 1, length - 2, ... up to a multiple of places; without a branch, for `exporting`."""
    period = 2 * (length - 1) + 2 * (1 // length)
    place = torch.arange((length + multiple - 1) // multiple * multiple, device=device) % period
    return torch.minimum(place, period - place).clamp(max=length - 1)


def _channels_last(features: Features) -> Map:
    return features.permute(0, 2, 3, 1)


def _channels_first(x: Float[Tensor, "b h w c"]) -> Features:
    return x.permute(0, 3, 1, 2)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.02)
        nn.init.zeros_(module.bias)


def recognise_swinir(weights: Weights, scale: int | None) -> Recognised | None:
    """SwinIR: groups of blocks with a table of relative positions; the light one has no `conv_last`, those for noise
    nothing else of a tail.

    Those for JPEG are left out: their windows of 7 and their range of 255 are no others'.
    """
    table = weights.get(f"{FIRST_GROUP}.0.attn.relative_position_bias_table")
    needed = {"conv_first.weight", f"{FIRST_GROUP}.0.mlp.fc1.weight"}
    tail = {"upsample.0.weight", "conv_last.weight"} & weights.keys()
    if table is None or not needed <= weights.keys() or not tail:
        return None
    hidden, channels = weights[f"{FIRST_GROUP}.0.mlp.fc1.weight"].shape
    window = (isqrt(table.shape[0]) + 1) // 2
    if "upsample.0.weight" not in weights and (window == OF_JPEG or "conv_before_upsample.0.weight" in weights):
        return None
    mask = weights.get(f"{FIRST_GROUP}.1.attn_mask")
    one_step = "conv_last.weight" not in weights
    config = SwinIRConfig(
        scale=_scale(weights, one_step=one_step) if "upsample.0.weight" in weights else 1,
        groups=len({key.split(".")[1] for key in weights if key.startswith("layers.")}),
        blocks=len({key.split(".")[4] for key in weights if key.startswith(FIRST_GROUP)}),
        channels=channels,
        heads=table.shape[1],
        window=window,
        mlp_ratio=hidden / channels,
        one_step=one_step,
        bands=weights["conv_first.weight"].shape[1],
        patch=window if mask is None else isqrt(mask.shape[0]) * window,
    )
    return Recognised("swinir-light" if one_step else "swinir", config)


def _scale(weights: Weights, *, one_step: bool) -> int:
    outputs, inputs, *_ = weights["upsample.0.weight"].shape
    if one_step:
        return isqrt(outputs // weights["conv_first.weight"].shape[1])
    stages = sum(key.startswith("upsample.") and key.endswith(".weight") for key in weights)
    return 3 if outputs == 9 * inputs else 2**stages
