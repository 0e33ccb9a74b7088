"""SPSR's gradient branch on EDSR and SRResNet, and networks whose branch is switched off."""

from pathlib import Path

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import RequestError
from acutance.networks import create, without_branch
from acutance.ops import gradient_map

SMALL = {"blocks": 2, "channels": 8, "growth": 4}
GUIDED = ["edsr-s-guided", "srresnet-guided"]


def guided(name: str) -> networks.Network:
    torch.manual_seed(0)
    network = create(name, scale=2, **SMALL).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter) * parameter.requires_grad)
    return network


@pytest.mark.parametrize("name", GUIDED)
def test_it_predicts_the_gradient_map_and_uses_its_features(name: str) -> None:
    network, lr = guided(name), torch.rand(1, 3, 20, 24)
    with torch.inference_mode():
        whole = network.predict(lr)
        off = without_branch(network).predict(lr)
    assert whole.side["gradient"].shape == gradient_map(whole.sr, "replicate").shape
    assert torch.equal(whole.side["gradient"], off.side["gradient"])
    assert not torch.allclose(whole.sr, off.sr, atol=1e-4)


@pytest.mark.parametrize("name", ["spsr", *GUIDED])
def test_without_its_branch_sr_does_not_depend_on_it(name: str) -> None:
    network, lr = guided(name), torch.rand(1, 3, 20, 24)
    without_branch(network)
    with torch.inference_mode():
        before = network(lr)
        for key, parameter in network.named_parameters():
            if key.startswith(("branch.", "b_")):
                parameter.add_(torch.randn_like(parameter))
        assert torch.equal(network(lr), before)


def test_a_network_without_a_branch_is_refused() -> None:
    with pytest.raises(RequestError, match="edsr-light has no gradient branch to switch off"):
        without_branch(create("edsr-light", scale=2))


@pytest.mark.parametrize(("name", "plain"), [("edsr-s-guided", "edsr"), ("srresnet-guided", "srresnet")])
def test_it_starts_from_the_network_whose_trunk_it_has(name: str, plain: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    source, network = create(plain, scale=2, blocks=2, channels=8), guided(name)
    checkpoints.save(tmp_path / "plain.safetensors", source)
    begun = checkpoints.start(network, tmp_path / "plain.safetensors")
    kept = {f"trunk.{key}": value for key, value in source.state_dict().items()}
    shared = kept.keys() & network.state_dict().keys()
    assert begun.copied == len(shared)
    assert len(kept) - len(shared) in (2, 4)  # the last convolution, and EDSR's second shift of the mean
    assert all(torch.equal(network.state_dict()[key], kept[key]) for key in shared)
    checkpoints.save(tmp_path / "guided.safetensors", network)
    assert checkpoints.start(guided(name), tmp_path / "guided.safetensors").fresh == 0


def test_an_unknown_trunk_is_refused() -> None:
    with pytest.raises(RequestError, match="a trunk of edsr or srresnet, not 'rcan'"):
        create("edsr-s-guided", trunk="rcan")
