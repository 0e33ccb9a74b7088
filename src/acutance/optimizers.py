"""What leads weights down their gradient: Adam and AdamW, SGD, Muon for kernels, and AdamW without a schedule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, is_dataclass, replace
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from acutance.errors import RequestError

FUSED = ("cpu", "cuda")
"""Kinds of devices on which one kernel takes the whole step: a third of the time on a CPU."""


@runtime_checkable
class Optimizer(Protocol):
    """A frozen dataclass that makes the optimizer of some parameters; a run is told, and resumed, by its fields."""

    @property
    def learning_rate(self) -> float:
        """The rate, which the schedule multiplies."""
        ...

    def __call__(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return the optimizer of these parameters."""
        ...


@dataclass(frozen=True)
class Adam:
    """Adam without weight decay, as in both papers."""

    learning_rate: float = 1e-4
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8

    def __call__(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return the optimizer of these parameters."""
        learning = list(parameters)
        kind = FusedAdam if _fuses(learning) else torch.optim.Adam
        return kind(learning, lr=self.learning_rate, betas=self.betas, eps=self.eps)


@dataclass(frozen=True)
class AdamW:
    """Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019)."""

    learning_rate: float = 1e-4
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.01

    def __call__(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return the optimizer of these parameters."""
        learning = list(parameters)
        kind = FusedAdamW if _fuses(learning) else torch.optim.AdamW
        settings = {"betas": self.betas, "eps": self.eps, "weight_decay": self.weight_decay}
        return kind(learning, lr=self.learning_rate, **settings)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent with Nesterov's momentum."""

    learning_rate: float = 1e-2
    momentum: float = 0.9

    def __call__(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return the optimizer of these parameters."""
        rest = {"momentum": self.momentum, "nesterov": self.momentum > 0}
        return torch.optim.SGD(list(parameters), lr=self.learning_rate, **rest)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True)
class Muon:
    """Muon (Jordan et al., 2024) for kernels, taken as matrices of outputs by inputs; Adam for the rest.

    The rest are biases, scales, and the first and the last kernel, as Muon's authors advise. Its steps are scaled to
    those of Adam (`match_rms_adamw`), so that both go by one learning rate. Needs PyTorch 2.9 or later.
    """

    learning_rate: float = 1e-4
    momentum: float = 0.95
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8

    def __call__(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return the optimizer of these parameters.

        Raises:
            RequestError: this PyTorch has no Muon.
        """
        if not hasattr(torch.optim, "Muon"):
            raise RequestError(f"--optimizer muon needs PyTorch 2.9 or later; this is {torch.__version__}.")
        return MuonAndAdam(list(parameters), self)


@dataclass(frozen=True)
class ScheduleFree:
    """AdamW without a schedule (Defazio et al., "The Road Less Scheduled", 2024), by its authors' package.

    It averages the weights by itself: those are what is validated and kept, in place of `Experiment.average`. Its
    authors advise one to ten times the rate of AdamW.
    """

    learning_rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    warmup_steps: int = 0

    def __call__(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return the optimizer of these parameters.

        Raises:
            RequestError: the package is not installed.
        """
        try:
            kind = import_module("schedulefree").AdamWScheduleFree
        except ModuleNotFoundError as error:
            raise RequestError(
                "--optimizer schedulefree needs a package: pip install 'acutance[schedulefree]'."
            ) from error
        settings = {"betas": self.betas, "eps": self.eps, "weight_decay": self.weight_decay}
        optimizer = kind(list(parameters), lr=self.learning_rate, warmup_steps=self.warmup_steps, **settings)
        optimizer.train()
        return optimizer


def at_rate(optimizer: Optimizer, rate: float) -> Optimizer:
    """Return an optimizer at another learning rate; raise RequestError where it takes none."""
    if not is_dataclass(optimizer):
        raise RequestError(f"the optimizer {type(optimizer).__name__} of this recipe takes no other learning rate.")
    return replace(optimizer, learning_rate=rate)


def averaged(optimizer: torch.optim.Optimizer, weight: nn.Parameter) -> Tensor:
    """Return a weight as it is to be evaluated: its average where a `ScheduleFree` has taken steps, else itself.

    The weight lies at (1 - beta) z + beta x between the last point z and the average x of such points.
    """
    last = optimizer.state.get(weight, {}).get("z")
    return weight if last is None else torch.lerp(weight, last, 1 - 1 / optimizer.param_groups[0]["betas"][0])


OPTIMIZERS: dict[str, type[Adam] | type[AdamW] | type[SGD] | type[Muon] | type[ScheduleFree]] = {
    "adam": Adam,
    "adamw": AdamW,
    "sgd": SGD,
    "muon": Muon,
    "schedulefree": ScheduleFree,
}
"""Every optimizer by the name that `acutance train --optimizer` knows."""


class _Aligned(torch.optim.Optimizer):
    """Keeps gradients and moments in the layout of their weights.

    The fused kernels of a CPU go through memory and not through indices: with a gradient laid out otherwise than its
    weight they take wrong steps, and say nothing (PyTorch 2.13).
    """

    def step(self, closure: Any = None) -> Any:
        """Take a step down the gradients."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None and weight.grad.stride() != weight.stride():
                    weight.grad = _laid_out(weight.grad, weight)
        return super().step(closure)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a state."""
        super().load_state_dict(state_dict)
        for weight, own in self.state.items():
            for name, value in own.items():
                if isinstance(value, Tensor) and value.shape == weight.shape:
                    own[name] = _laid_out(value, weight)


class FusedAdam(_Aligned, torch.optim.Adam):
    """Adam whose step is one kernel."""

    def __init__(self, parameters: Sequence[nn.Parameter], **settings: Any) -> None:
        super().__init__(parameters, fused=True, **settings)


class FusedAdamW(_Aligned, torch.optim.AdamW):
    """AdamW whose step is one kernel."""

    def __init__(self, parameters: Sequence[nn.Parameter], **settings: Any) -> None:
        super().__init__(parameters, fused=True, **settings)


class MuonAndAdam(torch.optim.Optimizer):
    """Muon for the kernels between the first and the last, Adam for all else, led by one learning rate.

    Muon of torch takes matrices alone: it is given each kernel as one, in the same memory.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], settings: Muon) -> None:
        super().__init__(parameters, {"lr": settings.learning_rate})
        self.kernels = [weight for weight in parameters if weight.ndim > 1][1:-1]
        mine = {id(weight) for weight in self.kernels}
        self.matrices = [nn.Parameter(_matrix(weight.detach())) for weight in self.kernels]
        rest = [weight for weight in parameters if id(weight) not in mine]
        self.inner: dict[str, torch.optim.Optimizer] = {}
        if self.matrices:
            scaled = {"weight_decay": 0.0, "momentum": settings.momentum, "adjust_lr_fn": "match_rms_adamw"}
            self.inner["muon"] = torch.optim.Muon(self.matrices, lr=settings.learning_rate, **scaled)  # pyright: ignore
        if rest:
            self.inner["adam"] = Adam(settings.learning_rate, settings.betas, settings.eps)(rest)

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Take a step down the gradients."""
        for kernel, matrix in zip(self.kernels, self.matrices, strict=True):
            matrix.grad = None if kernel.grad is None else _matrix(_laid_out(kernel.grad, kernel))
        for each in self.inner.values():
            for group in each.param_groups:
                group["lr"] = self.param_groups[0]["lr"]
            each.step()

    def state_dict(self) -> dict[str, Any]:
        """Return the state of both."""
        return {name: each.state_dict() for name, each in self.inner.items()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a state."""
        for name, each in self.inner.items():
            each.load_state_dict(state_dict[name])


def _fuses(parameters: Sequence[nn.Parameter]) -> bool:
    return bool(parameters) and all(each.device.type in FUSED and each.is_floating_point() for each in parameters)


def _laid_out(tensor: Tensor, like: Tensor) -> Tensor:
    """Return the values of a tensor in the layout of another."""
    return tensor if tensor.stride() == like.stride() else torch.empty_like(like).copy_(tensor)


def _matrix(kernel: Tensor) -> Tensor:
    """Return a kernel, (outputs, inputs, ...), as a matrix of outputs by everything else, in the same memory.

    In which order the columns stand is of no matter to Muon.
    """
    by_channels = kernel if kernel.is_contiguous() else kernel.movedim(1, -1)
    return by_channels.view(len(kernel), -1)
