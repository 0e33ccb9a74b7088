"""What every network promises. A new network is a row of `networks.NETWORKS` and, if it is large, of `SMALL`."""

import re

import pytest
import torch
from lightning_fabric import Fabric

from acutance import checkpoints, networks
from acutance.experiment import Experiment, Term
from acutance.losses import Pixel
from acutance.ops import tiled
from acutance.training.trainer import Trainer
from acutance.types import Batch, Prediction

SMALL = {
    "edsr": {"blocks": 2, "channels": 4},
    "edsr-l": {"blocks": 2, "channels": 8},
    "rcan": {"groups": 2, "blocks": 2, "channels": 8, "reduction": 2},
    "han": {"groups": 2, "blocks": 2, "channels": 8, "reduction": 2},
    "nlsn": {"blocks": 4, "every": 2, "channels": 8},
    "srresnet": {"blocks": 2, "channels": 8},
    "rrdb": {"blocks": 1, "channels": 8, "growth": 4},
    "rrdb-light": {"blocks": 2, "channels": 8, "growth": 4},
    "spsr": {"blocks": 1, "channels": 8, "growth": 4},
    "spsr-light": {"blocks": 4, "channels": 8, "growth": 4, "taps": (1, 3)},
    "edsr-s-guided": {"blocks": 2, "channels": 8, "growth": 4},
    "edsr-light-guided": {"blocks": 2, "channels": 8, "growth": 4},
    "srresnet-guided": {"blocks": 2, "channels": 8, "growth": 4},
    "swinir": {"groups": 1, "blocks": 2, "channels": 12},
    "swinir-light": {"groups": 2, "blocks": 2, "channels": 12, "heads": 3},
}
NAMES = sorted(networks.NETWORKS)


def small(name, scale=2):
    torch.manual_seed(0)
    return networks.create(name, scale=scale, **SMALL.get(name, {})).eval()


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("name", NAMES)
def test_sr_is_scale_times_lr_for_sizes_that_divide_nothing(name, scale):
    network = small(name, scale)
    with torch.inference_mode():
        assert network(torch.rand(2, 3, 17, 23)).shape == (2, 3, 17 * scale, 23 * scale)


@pytest.mark.parametrize("name", NAMES)
def test_it_names_its_paper(name):
    assert re.fullmatch(r"\w.+ \(.+, \d{4}\)", small(name).paper)


@pytest.mark.parametrize("name", NAMES)
def test_prediction_is_what_the_network_returns(name):
    network, lr = small(name), torch.rand(1, 3, 16, 16)
    with torch.inference_mode():
        prediction = network.predict(lr)
        assert isinstance(prediction, Prediction)
        assert torch.equal(prediction.sr, network(lr))


@pytest.mark.parametrize("name", NAMES)
def test_pictures_of_a_batch_do_not_mix(name):
    network, lr = small(name), torch.rand(3, 3, 16, 16)
    with torch.inference_mode():
        one_by_one = torch.cat([network(each[None]) for each in lr])
        assert torch.allclose(network(lr), one_by_one, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_every_trained_weight_gets_a_gradient(name):
    network = small(name).train()
    with torch.no_grad():  # some gates are shut at first, as HAN's gamma of 0
        for parameter in network.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter) * parameter.requires_grad)
    prediction = network.predict(torch.rand(1, 3, 16, 16))
    torch.stack([each.square().mean() for each in (prediction.sr, *prediction.side.values())]).sum().backward()
    idle = [key for key, p in network.named_parameters() if p.requires_grad and (p.grad is None or not p.grad.any())]
    assert idle == []


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
@pytest.mark.parametrize("name", NAMES)
def test_it_trains(name, precision):
    experiment = Experiment(small(name), {"pixel": Term(1.0, Pixel())}, steps=4, batch=2, patch=32)
    fabric = Fabric(accelerator="cpu", devices=1, precision=precision)
    trainer = Trainer(experiment, fabric)
    batch = Batch(torch.rand(2, 3, 16, 16), torch.rand(2, 3, 32, 32))
    losses: list[float] = []
    for _ in range(4):
        with fabric.autocast():
            losses.append(float(trainer.step(batch)["pixel"]))
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", NAMES)
def test_what_it_makes_is_not_rounded_to_16_bits_by_autocast(name):
    """SR of `default-x2` came in whole levels, which cost 0.01 dB."""
    network, lr = small(name), torch.rand(1, 3, 16, 16)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        prediction = network.predict(lr)
    for made in (prediction.sr, *prediction.side.values()):
        assert made.dtype == torch.float32
        assert (made != made.bfloat16()).float().mean() > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_file_rebuilds_it(name, tmp_path):
    network, lr = small(name, 3), torch.rand(1, 3, 16, 16)
    checkpoints.save(tmp_path / "network.safetensors", network, {"recipe": "test"})
    again = checkpoints.load(tmp_path / "network.safetensors")
    assert (again.name, again.scale, again.config) == (network.name, 3, network.config)
    assert not again.training
    with torch.inference_mode():
        assert torch.equal(network(lr), again(lr))


@pytest.mark.parametrize("name", NAMES)
def test_tiles_that_overlap_by_its_radius_equal_the_whole(name):
    network, lr = small(name), torch.rand(1, 3, 90, 61)
    radius = network.receptive_radius
    if radius is None:
        pytest.skip(f"{name} looks at the whole picture")
    with torch.inference_mode():
        parts = tiled(network, lr, scale=2, tile=2 * radius + 11, overlap=radius)
        assert torch.allclose(network(lr), parts, atol=1e-5)
