"""What two processes of gloo compute, each with its half of the rows, and one with all: the same functions for both."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, distributed, multiprocessing, nn
from torch.nn import functional as F

from acutance import processes
from acutance.critics import VGGStyleDiscriminator, frozen
from acutance.critics.batch_norm import share_statistics
from acutance.experiment import Adam, Experiment
from acutance.losses import contrastive_critic_loss, relativistic_losses
from acutance.losses.samples import PAPER, RELEASED
from acutance.networks import create
from acutance.recipes import Request, find_recipe
from acutance.training.clock import Clock
from acutance.training.trainer import Trainer
from acutance.types import Batch

ROWS, PATCH, STEPS = 4, 32, 6
TRAINED = {
    "pixel": "pixel:edsr_light",
    "pcl": "pcl:edsr_light",
    "ratio": "pcl:edsr_light_finetune_share",
    "gradient": "spsr:spsr_light_g",
    "structure": "spsr:spsr_light_p",
}


def numbers(*shape: int, seed: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def mine(whole: Tensor) -> Tensor:
    """This process's rows of a batch."""
    return whole[processes.rows(len(whole) // processes.world())[1]]


def experiment(name: str, **changes: Any) -> Experiment:
    without = ("perceptual",) if name.startswith("spsr") else ()
    request = Request(scale=2, patch=PATCH, batch=ROWS, steps=20, without=without)
    torch.manual_seed(1)
    made = find_recipe(name).experiment(request)
    torch.manual_seed(1)
    network = made.network if "spsr" in name else create("edsr", scale=2, blocks=1, channels=8)
    rate = Adam(1e-4)
    made = replace(made, network=network, average=0.9, warmup=None, optimizer=rate, critic_optimizer=rate)
    return replace(made, **changes)


def train(name: str, steps: range, state: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Take steps, from a state if there is one; return the state, and the losses and gradients that were logged."""
    trainer = Trainer(experiment(name, **changes), Fabric(accelerator="cpu", devices=1), measure_every=3)
    if state is not None:
        trainer.load_state_dict(state)
    logged = list[dict[str, float]]()
    for step in steps:
        coarse = numbers(ROWS, 3, 6, 6, seed=2 * step)
        hr = 0.8 * F.interpolate(coarse, size=PATCH, mode="bicubic") + 0.2 * numbers(ROWS, 3, PATCH, PATCH, seed=step)
        hr = hr.clamp(0, 1).to(torch.get_default_dtype())
        losses = trainer.step(Batch(mine(F.avg_pool2d(hr, 2)), mine(hr)), Clock(20, step))
        logged.append({key: float(loss) for key, loss in losses.items()} | trainer.balance.values(0.5))
    return {"state": copy.deepcopy(trainer.state_dict()), "logged": logged}


def normalised(of: int | None) -> dict[str, Any]:
    """Batch normalisation of all kinds: what it returns, its gradients, and its statistics in every mode."""
    found = dict[str, Any]()
    for kind, size in ((nn.BatchNorm1d, ()), (nn.BatchNorm2d, (3, 5)), (nn.BatchNorm3d, (2, 3, 2))):
        for momentum in (0.1, None):
            layer = kind(6, momentum=momentum)
            norm = nn.Sequential(layer).double()
            with torch.no_grad():
                layer.weight.copy_(numbers(6, seed=1))
                layer.bias.copy_(numbers(6, seed=2))
            share_statistics(norm, of, ROWS // processes.world())
            name = f"{kind.__name__} {momentum}"
            for seed in (3, 4):
                x = (100 + numbers(ROWS, 6, *size, seed=seed)).requires_grad_()
                own = mine(x)
                found[f"{name} {seed}"] = shared_rows(norm(own))
                (mine(numbers(ROWS, 6, *size, seed=5)) * norm(own) ** 2).mean().backward()
                found[f"{name} {seed} gradient"] = whole(x.grad)
            with frozen(norm, batch_statistics=True):
                found[f"{name} frozen"] = shared_rows(norm(own))
            processes.average_learnt(norm)
            found[name] = {key: value.clone() for key, value in norm.state_dict().items()}
            found[f"{name} weights"] = [layer.weight.grad, layer.bias.grad]
            found[f"{name} running"] = shared_rows(norm.eval()(own))
    return found


def whole(gradient: Tensor | None) -> Tensor:
    """The gradient of the mean of the losses towards all rows, of which each process has its own."""
    assert gradient is not None
    return processes.shared(gradient).sum(0) / processes.world()


def shared_rows(own: Tensor) -> Tensor:
    return processes.shared(own.detach()).flatten(0, 1)


def compared(loss: Callable[[Tensor, Tensor], Tensor], *shape: int) -> dict[str, Tensor]:
    """A loss of logits, and its gradient towards each."""
    real, fake = (numbers(ROWS, *shape, seed=seed).mul(20).requires_grad_() for seed in (1, 2))
    value = loss(mine(real), mine(fake))
    value.backward()
    return {"value": processes.shared(value.detach()).mean(), "real": whole(real.grad), "fake": whole(fake.grad)}


def drawn() -> dict[str, Tensor]:
    """Samples of two batches, one after the other."""
    generator, found = torch.Generator().manual_seed(1), dict[str, Tensor]()
    for name, samples in {"paper": PAPER, "released": RELEASED, "one blur": replace(PAPER, per_image=False)}.items():
        for seed in (1, 2):
            hr = numbers(ROWS, 3, 24, 24, seed=seed)
            for number, images in enumerate(samples.draw(Batch(mine(F.avg_pool2d(hr, 2)), mine(hr)), generator)):
                found[f"{name} {seed} {number}"] = processes.shared(images).transpose(0, 1).flatten(1, 2)
    return found


def found() -> dict[str, Any]:
    """All that is cheap, in 64 bits."""
    penalty = VGGStyleDiscriminator(width=2, patch=8).double()
    share_statistics(penalty)
    return {
        "statistics": normalised(None),
        "statistics of two": normalised(2),
        "statistics of one": normalised(1),
        "Eq. 7": compared(contrastive_critic_loss, 1, 4, 4),
        "the critic's": compared(lambda real, fake: relativistic_losses(real, fake)[0], 1),
        "the network's": compared(lambda real, fake: relativistic_losses(real, fake)[1], 1),
        "samples": drawn(),
        "norm": processes.norm_of_mean(mine(numbers(ROWS, 3, seed=1)) * processes.world()),
    }


def in_two(folder: Path, work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Return what two processes find."""
    multiprocessing.spawn(_one_of_two, (str(folder), work, arguments), nprocs=2)
    return [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in (0, 1)]


def _one_of_two(rank: int, folder: str, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    torch.save(work(*arguments), f"{folder}/{rank}.pt")
    distributed.destroy_process_group()


def flat(value: Any, name: str = "") -> dict[str, Any]:
    """The leaves of what was found, by their paths."""
    if isinstance(value, Mapping):
        return {path: leaf for key, item in value.items() for path, leaf in flat(item, f"{name}/{key}").items()}
    if isinstance(value, list | tuple):
        return flat(dict(enumerate(value)), name)
    return {name: value}


def apart(one: Any, other: Any) -> dict[str, float]:
    """How far the numbers are from each other, at most, by their paths."""
    ours, theirs = flat(one), flat(other)
    assert ours.keys() == theirs.keys()
    far = dict[str, float]()
    for name, leaf in ours.items():
        if isinstance(leaf, Tensor) and leaf.is_floating_point():
            far[name] = float((leaf - theirs[name]).abs().max())
        elif isinstance(leaf, float):
            far[name] = abs(leaf - theirs[name]) / max(1.0, abs(leaf))
    return far
