"""A learned loss that teaches itself, in somebody else's training loop.

    gan = acutance.losses.SelfTaught(acutance.losses.Adversarial(acutance.critics.VGGStyleDiscriminator(patch=128)))
    for lr, hr in loader:
        sr = network(lr)
        gan.learn(sr, hr)                             # SPSR Eq. 5: one step of the critic
        loss = l1(sr, hr) + 0.005 * gan(sr, hr)       # Eq. 6
        loss.backward(); optimizer.step(); optimizer.zero_grad()

It goes with any network and optimizer. Under torch.autocast, `learn` and the loss are called inside it, `backward`
after it as usual; with a GradScaler, scale the whole loss. With DistributedDataParallel around the network and the loss
beside it, nothing else is to be done: the critic is the same in all processes, and its statistics, the sums of the
losses and the samples are those of the whole batch, as if one process had it. So every process has to call `learn` and
the loss equally often, but for the loss after `eval()`, which looks at the rows of its own process alone. For gradients
accumulated over n batches, see `accumulate`.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from functools import partial
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from acutance import processes
from acutance.critics.batch_norm import share_statistics
from acutance.errors import RequestError
from acutance.losses.base import LearnedLoss
from acutance.types import Batch, Prediction, Scalar

L = TypeVar("L", bound=LearnedLoss[Any])
OptimizerOf = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
"""From the parameters of a critic to what leads them: `functools.partial(torch.optim.SGD, lr=0.01)`."""

CHECKED = 20
"""Calls whose images are looked at for their range; later ones would make a GPU wait for nothing."""
ROUNDING, OVERSHOOT = 1e-3, 4.0
"""How far HR and LR may lie outside [0, 1], and SR, which comes unclamped from a network that may be fresh."""

RENAMED: Mapping[str, str | None] = {
    "contrastive.": "loss.",
    "adversarial.": "loss.",
    "pixel.view.": None,
    "teacher.": "",
}
"""How parts of `PCL` and `Structure` were called in states of before, and are now; None for what stood there twice."""


def adam(learning_rate: float = 1e-4) -> OptimizerOf:
    """Return what makes the Adam of a critic, as in both papers."""
    return partial(torch.optim.Adam, lr=learning_rate)


class SelfTaught(nn.Module, Generic[L]):
    """A learned loss, the optimizer of its critic, and when that takes its steps.

    Its `state_dict` holds everything needed to resume. It follows the images to their device. Images are (b, 3, h, w),
    RGB in [0, 1], SR unclamped; what is not is refused. `PCL` and `Structure` are this with a loss of their own.

    Args:
        loss: what the network descends, with its critic: `Adversarial(critic)`, `Adversarial(critic, GradientView())`,
            `Contrastive()`, or a `LearnedLoss` of yours that looks at SR, HR and LR.
        optimizer: called once with the parameters of the critic; Adam at 1e-4 by default.
        accumulate: calls of `learn` whose gradients make one step of the critic; as many as batches make one step of
            yours.
        statistics_of: pictures whose statistics batch normalisation in the critic takes together, None for the batch of
            all processes. The pictures of one process for what DistributedDataParallel does otherwise.

    Raises:
        RequestError: `accumulate` is below 1.
    """

    def __init__(
        self, loss: L, *, optimizer: OptimizerOf | None = None, accumulate: int = 1, statistics_of: int | None = None
    ) -> None:
        super().__init__()
        if accumulate < 1:
            raise RequestError(f"cannot accumulate the gradients of {accumulate} calls: it takes at least 1.")
        self.loss = loss
        self.optimizer = (optimizer or adam())(loss.critic.parameters())
        self.accumulate, self._calls, self._checks = accumulate, 0, 0
        self.statistics_of, self._has_met = statistics_of, False

    def learn(self, sr: Tensor, hr: Tensor, lr: Tensor | None = None) -> Scalar:
        """Lead the critic down its loss (PCL Eq. 7, SPSR Eq. 5, 15), and return that; nothing reaches the SR network.

        In a process group the value and the step are those of all its processes together, which start alike.

        Raises:
            RequestError: as of `forward`.
        """
        prediction, batch = self._given(sr.detach(), hr, lr)
        with _autocast(sr.device.type):
            value = self.loss.critic_loss(prediction, batch)
        (value / self.accumulate).backward()
        self._calls += 1
        if self._calls % self.accumulate == 0:
            processes.average_learnt(self.loss.critic)
            self.optimizer.step()
            self.optimizer.zero_grad()
        return value.detach()

    def forward(self, sr: Tensor, hr: Tensor, lr: Tensor | None = None) -> Scalar:
        """Return the loss of the network, with its gradient towards `sr`; `lr` is for losses that look at it.

        Raises:
            RequestError: the images are no floating-point numbers in [0, 1], SR and HR differ in size, or the critic
                does not take their channels. Values are looked at in the first calls alone. SR may overshoot by 4, as
                that of a fresh network does; HR and LR by a thousandth.
        """
        with nullcontext() if self.training else processes.apart():
            return self.loss(*self._given(sr, hr, lr))

    def _meet(self) -> None:
        """Begin as the other processes do, as soon as there are some."""
        if not self._has_met and (self.statistics_of is not None or processes.several()):
            share_statistics(self.loss.critic, self.statistics_of)
            processes.start_alike(self.loss.critic)
            self._has_met = True

    def _given(self, sr: Tensor, hr: Tensor, lr: Tensor | None) -> tuple[Prediction, Batch]:
        if sr.shape != hr.shape:
            raise RequestError(f"SR is {_shape(sr)} and HR {_shape(hr)}; they have to be as large as each other.")
        if self._checks < CHECKED:
            self._checks += 1
            _demand_unit_range("SR", sr, OVERSHOOT)
            _demand_unit_range("HR", hr, ROUNDING)
            if lr is not None:
                _demand_unit_range("LR", lr, ROUNDING)
        self.loss.to(sr.device)
        self._meet()
        return Prediction(sr.to(hr.dtype)), Batch(lr=hr if lr is None else lr, hr=hr)

    def get_extra_state(self) -> dict[str, Any]:
        """Return the state of the optimizer."""
        return self.optimizer.state_dict()

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Set the state of the optimizer to a copy, as the optimizer itself would go on sharing it."""
        self.optimizer.load_state_dict(deepcopy(state))

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any, **kwargs: Any) -> None:
        _rename(state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)


def _demand_unit_range(name: str, image: Tensor, beyond: float) -> None:
    if not image.is_floating_point():
        kind = str(image.dtype).removeprefix("torch.")
        raise RequestError(f"{name} holds {kind}; images are floating-point numbers in [0, 1]: divide pixels by 255.")
    low, high = (float(end) for end in image.detach().aminmax())
    if not (-beyond <= low and high <= 1 + beyond):
        raise RequestError(
            f"{name} has values from {low:.4g} to {high:.4g}; images are in [0, 1]: divide those in 0..255 by 255."
        )


def _shape(image: Tensor) -> str:
    return "x".join(map(str, image.shape))


def _autocast(device: str) -> AbstractContextManager[object]:
    """Return the autocast of the caller, but for float16, whose gradients would need a scaler of their own.

    Without its cache, which would keep the weights of before a step.
    """
    if not (torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device)):
        return nullcontext()
    dtype = torch.get_autocast_dtype(device)
    return torch.autocast(device, dtype, enabled=dtype != torch.float16, cache_enabled=False)


def _rename(state: dict[str, Any], prefix: str) -> None:
    """Let states of before load."""
    for key in [key for key in state if key.startswith(prefix)]:
        own = key.removeprefix(prefix)
        for before, now in RENAMED.items():
            if own.startswith(before):
                value = state.pop(key)
                if now is not None:
                    state[prefix + now + own.removeprefix(before)] = value
