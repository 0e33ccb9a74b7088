"""How a learned loss teaches its critic in somebody else's training loop: `PCL` and `Structure` share it."""

from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from typing import Any

import torch
from torch import nn

from acutance.errors import RequestError
from acutance.losses import processes
from acutance.losses.base import LearnedLoss
from acutance.types import Batch, HighRes, Prediction, Scalar


class Teacher(nn.Module):
    """The optimizer of a critic, Adam, and when it takes its steps. Its state is that of the optimizer.

    Args:
        critic: which learns.
        learning_rate: of Adam.
        accumulate: calls of `learn` whose gradients make one step.

    Raises:
        RequestError: `accumulate` is below 1.
    """

    def __init__(self, critic: nn.Module, learning_rate: float, accumulate: int) -> None:
        super().__init__()
        if accumulate < 1:
            raise RequestError(f"cannot accumulate the gradients of {accumulate} calls: it takes at least 1.")
        self.optimizer = torch.optim.Adam(critic.parameters(), lr=learning_rate)
        self.accumulate, self._calls = accumulate, 0

    def learn(self, loss: LearnedLoss[Any], sr: HighRes, hr: HighRes) -> Scalar:
        """Lead the critic of `loss` down its loss, and return that; nothing reaches the SR network.

        `loss` follows the images to their device. In a process group, gradients and running statistics are averaged
        over its processes, which start alike.
        """
        loss.to(sr.device)
        if self._calls == 0 and processes.several():
            processes.start_alike(loss.critic)
        with _autocast(sr.device.type):
            value = loss.critic_loss(Prediction(sr.detach().to(hr.dtype)), Batch(lr=hr, hr=hr))
        (value / self.accumulate).backward()
        self._calls += 1
        if self._calls % self.accumulate == 0:
            self._step(loss.critic)
        return value.detach()

    def _step(self, critic: nn.Module) -> None:
        if processes.several():
            gradients = [parameter.grad for parameter in critic.parameters() if parameter.grad is not None]
            processes.average([*gradients, *(buffer for buffer in critic.buffers() if buffer.is_floating_point())])
        self.optimizer.step()
        self.optimizer.zero_grad()

    def get_extra_state(self) -> dict[str, Any]:
        """Return the state of the optimizer."""
        return self.optimizer.state_dict()

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Set the state of the optimizer to a copy, as the optimizer itself would go on sharing it."""
        self.optimizer.load_state_dict(deepcopy(state))


def _autocast(device: str) -> AbstractContextManager[object]:
    """Return the autocast of the caller, but for float16, whose gradients would need a scaler of their own.

    Without its cache, which would keep the weights of before a step.
    """
    if not (torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device)):
        return nullcontext()
    dtype = torch.get_autocast_dtype(device)
    return torch.autocast(device, dtype, enabled=dtype != torch.float16, cache_enabled=False)
