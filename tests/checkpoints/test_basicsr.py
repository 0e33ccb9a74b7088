"""EDSR and RCAN as BasicSR keeps them, against its forward written out."""

import pytest
import torch
from torch.nn.functional import conv2d, pixel_shuffle, relu

from acutance import checkpoints
from acutance.networks.blocks import upsampling_stages

MEAN = torch.tensor([0.4488, 0.4371, 0.4040]).view(3, 1, 1)
CHANNELS, SQUEEZED, BLOCKS, GROUPS = 64, 4, 16, 2


def layer(weights, name, outputs, inputs, size=3):
    generator = torch.Generator().manual_seed(len(weights))
    spread = (inputs * size**2) ** -0.5
    weights[f"{name}.weight"] = spread * torch.randn(outputs, inputs, size, size, generator=generator)
    weights[f"{name}.bias"] = spread * torch.randn(outputs, generator=generator)


def frame(scale):
    weights = {}
    layer(weights, "conv_first", CHANNELS, 3)
    layer(weights, "conv_after_body", CHANNELS, CHANNELS)
    for number, factor in enumerate(upsampling_stages(scale)):
        layer(weights, f"upsample.{2 * number}", factor**2 * CHANNELS, CHANNELS)
    layer(weights, "conv_last", 3, CHANNELS)
    return weights


def edsr(scale):
    weights = frame(scale)
    for block in range(BLOCKS):
        layer(weights, f"body.{block}.conv1", CHANNELS, CHANNELS)
        layer(weights, f"body.{block}.conv2", CHANNELS, CHANNELS)
    return weights


def rcan(scale):
    weights = frame(scale)
    for group in range(GROUPS):
        for block in range(3):
            name = f"body.{group}.residual_group.{block}.rcab"
            layer(weights, f"{name}.0", CHANNELS, CHANNELS)
            layer(weights, f"{name}.2", CHANNELS, CHANNELS)
            layer(weights, f"{name}.3.attention.1", SQUEEZED, CHANNELS, 1)
            layer(weights, f"{name}.3.attention.3", CHANNELS, SQUEEZED, 1)
        layer(weights, f"body.{group}.conv", CHANNELS, CHANNELS)
    return weights


def apply(weights, name, x):
    weight = weights[f"{name}.weight"]
    return conv2d(x, weight, weights[f"{name}.bias"], padding=weight.shape[-1] // 2)


def edsr_body(weights, x, residual_scale):
    for block in range(BLOCKS):
        inner = relu(apply(weights, f"body.{block}.conv1", x))
        x = x + residual_scale * apply(weights, f"body.{block}.conv2", inner)
    return x


def rcan_body(weights, x, residual_scale):
    for group in range(GROUPS):
        y = x
        for block in range(3):
            name = f"body.{group}.residual_group.{block}.rcab"
            inner = apply(weights, f"{name}.2", relu(apply(weights, f"{name}.0", y)))
            means = inner.mean(dim=(2, 3), keepdim=True)
            squeezed = relu(apply(weights, f"{name}.3.attention.1", means))
            y = y + residual_scale * inner * apply(weights, f"{name}.3.attention.3", squeezed).sigmoid()
        x = x + apply(weights, f"body.{group}.conv", y)
    return x


def theirs(weights, lr, scale, body, residual_scale):
    """BasicSR's EDSR.forward and RCAN.forward: the same frame, colours up to 255 within."""
    first = apply(weights, "conv_first", (lr - MEAN) * 255)
    x = first + apply(weights, "conv_after_body", body(weights, first, residual_scale))
    for number, factor in enumerate(upsampling_stages(scale)):
        x = pixel_shuffle(apply(weights, f"upsample.{2 * number}", x), factor)
    return apply(weights, "conv_last", x) / 255 + MEAN


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@pytest.mark.parametrize(("make", "body", "name"), [(edsr, edsr_body, "edsr-s"), (rcan, rcan_body, "rcan")])
def test_output_is_that_of_basicsr(tmp_path, make, body, name, scale):
    weights, lr = make(scale), torch.rand(1, 3, 8, 7, generator=torch.Generator().manual_seed(1))
    torch.save({"params": weights}, tmp_path / "basicsr.pth")
    found = checkpoints.load(tmp_path / "basicsr.pth")
    assert (found.name, found.scale) == (name, scale)
    with torch.inference_mode():
        expected = theirs(weights, lr, scale, body, 1.0)
        torch.testing.assert_close(found(lr), expected, rtol=1e-4, atol=1e-4)


def test_residual_scale_of_another_size_is_asked_for_and_used(tmp_path):
    weights, lr = edsr(2), torch.rand(1, 3, 6, 6)
    del weights["body.15.conv1.weight"], weights["body.15.conv1.bias"]
    del weights["body.15.conv2.weight"], weights["body.15.conv2.bias"]
    torch.save({"params": weights}, tmp_path / "basicsr.pth")
    found = checkpoints.load(tmp_path / "basicsr.pth", residual_scale=0.1)

    def body(weights, x, residual_scale):
        for block in range(BLOCKS - 1):
            inner = relu(apply(weights, f"body.{block}.conv1", x))
            x = x + residual_scale * apply(weights, f"body.{block}.conv2", inner)
        return x

    with torch.inference_mode():
        torch.testing.assert_close(found(lr), theirs(weights, lr, 2, body, 0.1), rtol=1e-4, atol=1e-4)
