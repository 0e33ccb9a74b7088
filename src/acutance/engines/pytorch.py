"""PyTorch: channels last, in 32 bits or with bf16 where autocast takes it."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from acutance.networks import Network


def home(network: Network) -> torch.device:
    """Return the device that a network's weights are on; the processor for one without any."""
    return next((parameter.device for parameter in network.parameters()), torch.device("cpu"))


class TorchRunner:
    """A network that is on its device and in evaluation mode already.

    Args:
        network: what is to work.
        device: where it is.
        precision: "32", or "16" for bf16.
        step: called instead of the network, with LR on the device.
    """

    def __init__(
        self,
        network: Network,
        device: torch.device,
        precision: str = "32",
        step: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        self.name = str(vars(network).get("name", type(network).__name__))  # one of a user's may have no name
        self.scale, self.receptive_radius = network.scale, network.receptive_radius
        self.device = device
        self._step = step or network
        self._half = precision == "16"

    @torch.inference_mode()
    def __call__(self, lr: Float[Tensor, "b _c h w"]) -> Float[Tensor, "b c H W"]:
        """Return SR."""
        seen = lr.to(self.device).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._half):
            return self._step(seen).float().cpu()
