"""What leads weights down: fused kernels whatever the layout, Muon for kernels, what is frozen, what goes on."""

import copy
import sys

import pytest
import torch
from lightning_fabric import Fabric
from torch import nn

from acutance.errors import RequestError
from acutance.experiment import Constant
from acutance.networks import create
from acutance.optimizers import OPTIMIZERS, Adam, AdamW, FusedAdam, Muon, ScheduleFree, averaged
from acutance.training.learner import Learner


def kernels(seed=0):
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 8, 3), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 3, 3))
    for each in net.parameters():
        if each.ndim == 4:
            each.data = each.data.contiguous(memory_format=torch.channels_last)
    return net


def steps(net, optimizer, count, generator):
    for _ in range(count):
        for each in net.parameters():
            each.grad = torch.randn(each.shape, generator=generator)  # laid out otherwise than the weight
        optimizer.step()


@pytest.mark.parametrize(("ours", "theirs"), [(Adam(1e-2), torch.optim.Adam), (AdamW(1e-2), torch.optim.AdamW)])
def test_fused_steps_are_those_of_the_loop_whatever_the_layout(ours, theirs):
    one, other = kernels(), kernels()
    plain = theirs(other.parameters(), lr=1e-2, foreach=False, fused=False)
    fused = ours(one.parameters())
    steps(one, fused, 3, torch.Generator().manual_seed(1))
    steps(other, plain, 3, torch.Generator().manual_seed(1))
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in pairs)


def test_moments_laid_out_otherwise_are_put_right():
    net = kernels()
    optimizer = FusedAdam(list(net.parameters()), lr=1e-2)
    steps(net, optimizer, 1, torch.Generator().manual_seed(1))
    state, twin = copy.deepcopy(optimizer.state_dict()), copy.deepcopy(net)
    for own in state["state"].values():
        own["exp_avg"] = own["exp_avg"].contiguous()
    other = FusedAdam(list(twin.parameters()), lr=1e-2)
    other.load_state_dict(state)
    for each, led in ((net, optimizer), (twin, other)):
        steps(each, led, 2, torch.Generator().manual_seed(5))
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), twin.parameters(), strict=True))


def test_muon_turns_kernels_as_torch_s_own_does_and_leaves_the_rest_to_adam():
    net, twin = kernels(), kernels()
    optimizer = Muon(1e-2)(net.parameters())
    before = [each.detach().clone() for each in net.parameters()]
    steps(net, optimizer, 1, torch.Generator().manual_seed(1))
    adam = Adam(1e-2)(twin.parameters())
    steps(twin, adam, 1, torch.Generator().manual_seed(1))
    named = dict(net.named_parameters())
    for (name, led), start, by_adam in zip(named.items(), before, twin.parameters(), strict=True):
        if name in ("1.weight", "2.weight"):
            turned = (start - led).flatten(1)
            # Orthogonal: all singular values are near one size (Newton-Schulz leaves them within 0.7 to 1.2).
            values = torch.linalg.svdvals(turned) / (1e-2 * 0.2 * max(turned.shape) ** 0.5)
            assert values.min() > 0.6
            assert values.max() < 1.3
        else:
            assert torch.allclose(led, by_adam, atol=1e-6), name


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_goes_on_from_its_state_bit_for_bit(kind):
    if kind == "schedulefree":
        pytest.importorskip("schedulefree")
    fabric, results = Fabric(accelerator="cpu", devices=1), []
    for stop in (False, True):
        torch.manual_seed(0)
        net = create("edsr", scale=2, blocks=1, channels=4)
        learner = Learner(net, OPTIMIZERS[kind](1e-3), Constant(), fabric=fabric)
        for number in range(4):
            if stop and number == 2:
                state = copy.deepcopy(learner.state_dict())
                learner = Learner(net, OPTIMIZERS[kind](1e-3), Constant(), fabric=fabric)
                learner.load_state_dict(state)
            image = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(number))
            learner.descend(net(image).square().mean(), 0.0)
        results.append([each.detach().clone() for each in net.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))


def test_muon_of_an_old_torch_is_a_sentence(monkeypatch):
    monkeypatch.delattr(torch.optim, "Muon")
    with pytest.raises(RequestError, match=r"muon needs PyTorch 2\.9"):
        Muon()(kernels().parameters())


def test_without_a_schedule_what_is_kept_is_the_mean_of_the_points_that_were_passed():
    pytest.importorskip("schedulefree")
    net, generator = kernels(), torch.Generator().manual_seed(2)
    optimizer = ScheduleFree(1e-2)(net.parameters())
    weight, passed = next(net.parameters()), list[torch.Tensor]()
    assert torch.equal(averaged(optimizer, weight), weight)
    for _ in range(4):
        steps(net, optimizer, 1, generator)
        passed.append(optimizer.state[weight]["z"].clone())
    assert torch.allclose(averaged(optimizer, weight), torch.stack(passed).mean(0), atol=1e-6)


def test_without_the_package_it_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "schedulefree", None)
    with pytest.raises(RequestError, match=r"pip install 'acutance\[schedulefree\]'"):
        ScheduleFree()(kernels().parameters())
