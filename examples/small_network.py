"""A network of your own in a recipe file: acutance train examples/small_network.py:small --data photos/ --out x."""

from dataclasses import replace

from torch import nn

from acutance.recipes import pcl, pixel


class Small(nn.Sequential):
    """Two convolutions at LR's size. All that Acutance asks for: `forward(lr)`, a scale, and `Small(scale)` again."""

    def __init__(self, scale=4):
        super().__init__(
            nn.Conv2d(3, 32, 5, padding=2), nn.ReLU(), nn.Conv2d(32, 3 * scale**2, 3, padding=1), nn.PixelShuffle(scale)
        )
        self.scale = scale


def small(scale=4):
    """L1, with the budget and the optimizer of the light EDSR."""
    return replace(pixel.edsr_light(scale), network=Small(scale))


def small_pcl(scale=4):
    """The same with PCL."""
    return pcl.with_pcl(small(scale))
