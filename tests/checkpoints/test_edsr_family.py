"""Released RCAN, HAN and NLSN: recognised by their keys, told apart, and given back bit by bit."""

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import RequestError
from acutance.networks import recognise
from filling import fill

RCAN = {"groups": 3, "blocks": 2, "channels": 12, "reduction": 4}
NLSN = {"blocks": 6, "every": 3, "channels": 12, "reduction": 3}
TOLD = {"nlsn": 0.1, "edsr": 1.0}
"""Residual scales, which weights do not show."""
CONFIGS = {"rcan": RCAN, "han": RCAN, "nlsn": NLSN, "edsr": {"blocks": 3, "channels": 6}}


def official(name, scale=2, **config):
    return fill.fill_(networks.create(name, scale=scale, **{**CONFIGS[name], **config})).eval()


@pytest.mark.parametrize("wrapper", [None, "state_dict"])
@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@pytest.mark.parametrize("name", CONFIGS)
def test_released_network_is_recognised_by_its_keys(tmp_path, name, scale, wrapper):
    network = official(name, scale)
    state = {f"module.{key}": tensor for key, tensor in network.state_dict().items()}
    torch.save({wrapper: state} if wrapper else state, tmp_path / "official.pth")
    found = checkpoints.load(tmp_path / "official.pth", residual_scale=TOLD.get(name))
    assert (found.name, found.config) == (name, network.config)
    assert list(found.state_dict()) == list(network.state_dict())
    assert all(torch.equal(tensor, state[f"module.{key}"]) for key, tensor in found.state_dict().items())
    lr = torch.rand(1, 3, 13, 12)
    with torch.inference_mode():
        assert torch.equal(found(lr), network(lr))


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("rcan", {"groups": 1, "blocks": 1, "reduction": 1}),
        ("rcan", {"groups": 1, "blocks": 3, "reduction": 12}),
        ("han", {"groups": 1, "blocks": 1}),
        ("nlsn", {"blocks": 1, "every": 8}),
        ("nlsn", {"blocks": 3, "every": 1}),
        ("nlsn", {"blocks": 9, "every": 4}),
    ],
)
def test_any_depth_and_width_is_read_off_the_shapes(tmp_path, name, config):
    network = official(name, **config)
    torch.save(network.state_dict(), tmp_path / "official.pth")
    found = checkpoints.load(tmp_path / "official.pth", residual_scale=TOLD.get(name))
    assert (found.name, found.config) == (name, network.config)


@pytest.mark.parametrize("name", ["rcan", "han", "nlsn"])
def test_network_of_the_released_size_is_recognised(name):
    with torch.device("meta"):
        network = networks.create(name, scale=3)
        weights = {key: tensor for key, tensor in network.state_dict().items() if key != "add_mean.bias"}
        found = recognise(weights)
    assert found is not None
    assert (found.name, found.config) == (name, network.config)


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("rgb_range", [1.0, 255.0])
def test_range_is_told_by_the_colour_mean(tmp_path, name, rgb_range):
    torch.save(official(name, rgb_range=rgb_range).state_dict(), tmp_path / "official.pth")
    assert (
        vars(checkpoints.load(tmp_path / "official.pth", residual_scale=TOLD.get(name)).config)["rgb_range"]
        == rgb_range
    )


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("rcan", "body.1.body.0.body.3.conv_du.2.bias", "does not fit rcan x2: it lacks"),
        ("rcan", "body.0.body.0.body.3.conv_du.0.weight", "does not fit rcan x2: it lacks"),
        ("han", "la.gamma", r"does not fit han x2: it lacks la\.gamma"),
        ("han", "last.weight", r"does not fit han x2: it lacks last\.weight"),
        ("nlsn", "body.4.conv_assembly.0.bias", "does not fit nlsn x2: it lacks"),
        ("nlsn", "body.1.body.0.weight", "does not fit nlsn x2: it lacks"),
    ],
)
def test_what_is_missing_is_named(tmp_path, name, key, words):
    state = official(name).state_dict()
    del state[key]
    torch.save(state, tmp_path / "cut.pth")
    with pytest.raises(RequestError, match=words):
        checkpoints.load(tmp_path / "cut.pth", residual_scale=TOLD.get(name))


@pytest.mark.parametrize("name", ["rcan", "han", "nlsn"])
def test_what_is_unexpected_is_named(tmp_path, name):
    torch.save({**official(name).state_dict(), "head.1.weight": torch.zeros(1)}, tmp_path / "more.pth")
    with pytest.raises(RequestError, match=rf"does not fit {name} x2: it has besides head\.1\.weight"):
        checkpoints.load(tmp_path / "more.pth", residual_scale=TOLD.get(name))
