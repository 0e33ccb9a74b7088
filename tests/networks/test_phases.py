"""A trained network begins at another scale with what it learned."""

from pathlib import Path

import pytest
import torch

from acutance import checkpoints
from acutance.networks import Network, create
from acutance.networks.phases import at_scale
from acutance.ops import bicubic, image_of
from photographs import photograph


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_at_its_own_scale_it_stays_the_same(scale: int) -> None:
    kernels = torch.rand(3 * scale**2, 5, 3, 3)
    assert torch.allclose(at_scale(kernels, scale, scale), kernels)


def test_places_between_two_take_of_both_and_those_beyond_the_outermost_take_the_nearest() -> None:
    """Places of x2: -1/4 and 1/4; of x3: -1/3, 0 and 1/3; bias of one band that is 0 at the left and 6 at the right."""
    bias = torch.tensor([0.0, 6.0, 0.0, 6.0])
    assert at_scale(bias, 2, 3).tolist() == pytest.approx([0, 3, 6] * 3)


@pytest.mark.parametrize("scale", [2, 3])
def test_at_another_scale_the_default_is_ahead_of_bicubic_before_any_step(scale: int) -> None:
    network = create("rlfn", scale=scale).eval()
    start = checkpoints.start(network, "default-x4")
    assert start.sentence == (
        f"All {start.of} tensors of rlfn-x4.safetensors start the network, 2 of them interpolated from another scale."
    )
    hr = image_of(photograph(3, 48 * scale, 48 * scale))
    lr = bicubic(hr, 1 / scale)
    with torch.inference_mode():
        sr = network(lr)
    wrong, control = ((each - hr)[..., 8:-8, 8:-8].square().mean() for each in (sr, bicubic(lr, scale)))
    assert wrong < 0.9 * control


def test_the_light_swinir_too_and_the_others_give_what_fits(tmp_path: Path) -> None:
    def begun(name: str, there: int, here: int) -> checkpoints.Start:
        checkpoints.save(tmp_path / "there.safetensors", create(name, scale=there))
        return checkpoints.start(create(name, scale=here), tmp_path / "there.safetensors")

    assert (begun("swinir-light", 2, 4).interpolated, begun("swinir-light", 2, 4).fresh) == (2, 0)
    assert begun("edsr-light", 2, 3).interpolated == 0
    assert begun("rlfn", 4, 1).interpolated == 0
    assert begun("rlfn", 1, 4).interpolated == 0


def test_bands_are_kept_apart(tmp_path: Path) -> None:
    def made(scale: int) -> Network:
        return create("rlfn", scale=scale, bands=5, blocks=1, channels=8)

    there, here = made(4), made(3)
    checkpoints.save(tmp_path / "there.safetensors", there)
    assert checkpoints.start(here, tmp_path / "there.safetensors").fresh == 0
    place = "upsampler.0.weight"
    middle = there.state_dict()[place].unflatten(0, (5, 4, 4))[:, 1:3, 1:3].mean((1, 2))
    assert torch.allclose(here.state_dict()[place].unflatten(0, (5, 3, 3))[:, 1, 1], middle, atol=1e-6)
