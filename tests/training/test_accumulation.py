"""A batch in parts is the batch: losses, weights and critics are the same to rounding."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric

from acutance.critics import VGGStyleDiscriminator
from acutance.errors import AcutanceError, RequestError
from acutance.experiment import Adam, Experiment, GradientRatio, Term
from acutance.losses import Adversarial, Contrastive, Pixel
from acutance.networks import create
from acutance.training.clock import Clock
from acutance.training.trainer import Trainer
from acutance.types import Batch

PATCH = 32


def experiment(kind: str) -> Experiment:
    torch.manual_seed(1)
    network = create("edsr", scale=2, blocks=1, channels=4)
    objective = {"pixel": Term(1.0, Pixel())}
    if kind == "pcl":
        ratio = GradientRatio(0.3, every=1)
        objective["contrastive"] = Term(ratio, Contrastive(seed=3))
    if kind == "gan":
        objective["adversarial"] = Term(0.01, Adversarial(VGGStyleDiscriminator(width=4, patch=PATCH)))
    gentle = Adam(1e-3, eps=1.0)  # rounding of a gradient stays rounding
    plain = Experiment(network, objective, steps=4, batch=4, patch=PATCH, optimizer=gentle, critic_optimizer=gentle)
    return replace(plain, average=0.9, critics_first=kind != "gan")


def batches():
    generator = torch.Generator().manual_seed(2)
    for _ in range(3):
        hr = torch.rand(4, 3, PATCH, PATCH, generator=generator)
        yield Batch(torch.nn.functional.avg_pool2d(hr, 2), hr)


def trained(kind: str, **how):
    made = experiment(kind)
    trainer = Trainer(made, Fabric(accelerator="cpu", devices=1), measure_every=1, **how)
    losses = [dict(trainer.step(batch, Clock(4, number))) for number, batch in enumerate(batches())]
    return losses, trainer


@pytest.mark.parametrize("kind", ["pixel", "pcl", "gan"])
@pytest.mark.parametrize("parts", [2, 4])
def test_parts_make_the_steps_of_the_whole(kind, parts):
    whole, one = trained(kind)
    divided, other = trained(kind, accumulate=parts)
    for ours, theirs in zip(whole, divided, strict=True):
        assert ours.keys() == theirs.keys()
        assert all(torch.allclose(theirs[name], value, rtol=2e-5) for name, value in ours.items())
    pairs = zip(one.state_dict()["network"].values(), other.state_dict()["network"].values(), strict=True)
    assert all(torch.allclose(a, b, atol=2e-6) for a, b in pairs)
    for name, critic in one.critics.items():
        states = zip(
            critic.network.state_dict().values(), other.critics[name].network.state_dict().values(), strict=True
        )
        assert all(torch.allclose(a.float(), b.float(), atol=2e-6) for a, b in states)
    assert one.balance.norms == pytest.approx(other.balance.norms, rel=1e-4)
    assert one.balance.weights == pytest.approx(other.balance.weights, rel=1e-4)


def test_what_the_network_alone_would_see_is_a_part():
    made, seen = experiment("pixel"), []
    made.network.register_forward_hook(lambda *called: seen.append(len(called[1][0])))
    Trainer(made, Fabric(accelerator="cpu", devices=1), accumulate=4).step(next(batches()))
    assert seen == [1] * 8


def test_unequal_parts_are_refused_with_the_nearest():
    with pytest.raises(RequestError, match="4 patches make no 3 equal parts; the nearest --accumulate is 2"):
        Trainer(experiment("pixel"), Fabric(accelerator="cpu", devices=1), accumulate=3)


COMPILED = """
import torch
from test_accumulation import trained
whole, one = trained("pcl")
faster, other = trained("pcl", compile=True)
for ours, theirs in zip(whole, faster, strict=True):
    assert all(torch.allclose(theirs[name], value, rtol=1e-4) for name, value in ours.items())
pairs = zip(one.state_dict()["network"].values(), other.state_dict()["network"].values(), strict=True)
assert all(torch.allclose(a, b, atol=1e-5) for a, b in pairs)
"""


@pytest.mark.slow
def test_a_compiled_network_takes_the_same_steps():
    # In a process of its own: checks of every call, as the tests have, cannot be compiled.
    told = subprocess.run([sys.executable, "-c", COMPILED], cwd=Path(__file__).parent, capture_output=True, text=True)
    if "cannot be compiled here" in told.stderr:
        pytest.skip(told.stderr.splitlines()[-1])
    assert told.returncode == 0, told.stderr


def test_a_network_that_cannot_be_compiled_is_a_sentence(monkeypatch):
    monkeypatch.setenv("CXX", "/no/such/compiler")
    from torch._dynamo.exc import Unsupported

    from acutance.training.compiled import compiled

    def predict(lr):
        torch._dynamo.graph_break()
        raise Unsupported("of this kind")

    with pytest.raises(AcutanceError, match=r"cannot be compiled here .*; leave --compile out"):
        compiled(predict)(torch.rand(1, 3, 4, 4))
