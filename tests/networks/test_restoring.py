"""Networks without their upsampler, at the size of LR, and for images of other bands than RGB."""

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import RequestError
from acutance.experiment import Experiment, Term
from acutance.exporting import export
from acutance.losses import Pixel

SMALL = {
    "edsr": {"blocks": 2, "channels": 8},
    "rcan": {"groups": 2, "blocks": 2, "channels": 8, "reduction": 2},
    "rlfn": {"blocks": 2, "channels": 8, "attention_channels": 4},
    "swinir": {"groups": 1, "blocks": 2, "channels": 12},
}


def small(name: str, scale: int, bands: int = 3) -> networks.Network:
    torch.manual_seed(0)
    return networks.create(name, scale=scale, bands=bands, **SMALL[name]).eval()


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("bands", [1, 3, 4])
@pytest.mark.parametrize("name", SMALL)
def test_files_rebuild_it_by_their_header_and_by_their_keys(name, bands, scale, tmp_path):
    network, lr = small(name, scale, bands), torch.rand(2, bands, 17, 23)
    with torch.inference_mode():
        sr = network(lr)
    assert sr.shape == (2, bands, 17 * scale, 23 * scale)
    checkpoints.save(tmp_path / "own.safetensors", network)
    export(network, tmp_path / "theirs.pth")
    files = {"own.safetensors": None} | ({"theirs.pth": 1.0 if name == "edsr" else None} if bands == 3 else {})
    for file, residual_scale in files.items():
        again = checkpoints.load(tmp_path / file, scale=scale, residual_scale=residual_scale)
        with torch.inference_mode():
            assert torch.equal(again(lr), sr)


@pytest.mark.parametrize("name", SMALL)
def test_at_scale_one_it_adds_to_its_input(name):
    """With a last convolution of zeros nothing is added."""
    network, lr = small(name, 1), torch.rand(1, 3, 16, 16)
    last = [module for module in network.modules() if isinstance(module, torch.nn.Conv2d) and module.out_channels == 3]
    trained = [each for each in last if each.weight.requires_grad]
    with torch.no_grad():
        for parameter in trained[-1].parameters():
            parameter.zero_()
        assert torch.allclose(network(lr), lr, atol=1e-6)


def test_the_released_networks_for_noise_are_known_and_those_for_jpeg_are_not():
    """SwinIR's keys of https://github.com/JingyunLiang/SwinIR: DN has windows of 8, CAR of 7."""
    keys = dict(networks.create("swinir", scale=1, groups=1, blocks=2, channels=12).state_dict())
    found = networks.identified(keys)
    assert found is not None
    assert (found.name, found.config.scale) == ("swinir", 1)
    of_jpeg = networks.create("swinir", scale=1, groups=1, blocks=2, channels=12, window=7, patch=126).state_dict()
    assert networks.identified(dict(of_jpeg)) is None


@pytest.mark.parametrize(("name", "bands", "words"), [("edsr", 0, "1 to 512 bands, not 0"), ("rlfn", 600, "not 600")])
def test_impossible_bands_are_told(name, bands, words):
    with pytest.raises(RequestError, match=words):
        small(name, 2, bands)


def test_rgb_is_told_as_before_there_were_bands():
    objective = {"pixel": Term(1.0, Pixel())}
    told = Experiment(small("edsr", 2), objective, steps=1, patch=32).describe()["network"]
    assert "bands" not in told["config"]
    assert Experiment(small("edsr", 2, 4), objective, steps=1, patch=32).describe()["network"]["config"]["bands"] == 4
