"""EDSR's residual scale, which weights do not show: known by the size, told, or asked for; never guessed."""

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import RequestError
from acutance.exporting import export
from acutance.networks import identified
from filling import fill


@pytest.fixture
def wide(tmp_path):
    network = fill.fill_(networks.create("edsr", scale=2, blocks=2, channels=128, residual_scale=0.1)).eval()
    torch.save(network.state_dict(), tmp_path / "wide.pth")
    return network, tmp_path / "wide.pth"


def test_it_is_asked_for_by_a_command_that_can_be_copied(wide):
    _, path = wide
    with pytest.raises(RequestError, match=f"acutance export {path} --residual-scale 0.1 --out told.safetensors"):
        checkpoints.load(path)


def test_what_is_told_is_written_down_and_read_by_everyone(wide, tmp_path):
    network, path = wide
    export(path, tmp_path / "told.safetensors", residual_scale=0.1)
    found, lr = checkpoints.load(tmp_path / "told.safetensors"), torch.rand(1, 3, 7, 6)
    assert found.config == network.config
    with torch.inference_mode():
        assert torch.equal(found(lr), network(lr))


@pytest.mark.parametrize(("name", "expected"), [("edsr-s", 1.0), ("edsr-l", 0.1), ("edsr-light", 1.0)])
def test_that_of_the_published_sizes_is_known(name, expected):
    with torch.device("meta"):
        state = networks.create(name).state_dict()
    found = identified({key: tensor for key, tensor in state.items() if key != "add_mean.bias"})
    assert found is not None
    assert found.residual_scale_known
    assert (found.name, vars(found.config)["residual_scale"]) == (name, expected)


@pytest.mark.parametrize(
    ("network", "config"),
    [
        ("edsr", {"blocks": 32, "channels": 64}),
        ("edsr", {"blocks": 16, "channels": 256}),
        ("nlsn", {"blocks": 4, "channels": 64}),
    ],
)
def test_that_of_no_other_size_is(network, config):
    with torch.device("meta"):
        state = networks.create(network, **config).state_dict()
    found = identified({key: tensor for key, tensor in state.items() if key != "add_mean.bias"})
    assert found is not None
    assert not found.residual_scale_known


@pytest.mark.parametrize(
    ("source", "asked", "words"),
    [
        ("rlfn-x4", 0.1, "network of rlfn, which has no residual scale"),
        ("edsr-light-x4", 0.1, "says itself that its residual scale is 1, not 0.1"),
        ("wide", 0.0, "a number above 0"),
        ("wide", float("nan"), "a number above 0"),
    ],
)
def test_what_cannot_be_is_refused(wide, source, asked, words):
    with pytest.raises(RequestError, match=words):
        checkpoints.load(wide[1] if source == "wide" else source, residual_scale=asked)


def test_a_start_at_another_residual_scale_is_refused(wide, tmp_path):
    checkpoints.save(tmp_path / "told.safetensors", wide[0])
    with pytest.raises(RequestError, match=r"at a residual scale of 0\.1, and edsr works at 1"):
        checkpoints.start(networks.create("edsr", scale=2, blocks=2, channels=128), tmp_path / "told.safetensors")
