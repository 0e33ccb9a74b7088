"""The device that a network works on."""

import copy

import torch

from acutance.engines.pytorch import home
from acutance.errors import RequestError
from acutance.networks import Network
from acutance.provenance import say_untested


def best() -> torch.device:
    """Return a GPU where there is one."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def named(name: str) -> torch.device:
    """Return the device of a name, "auto" being the best; raise RequestError where this machine has none such."""
    try:
        device = best() if name == "auto" else torch.device(name)
        torch.empty(0, device=device)
    # A name that is none, a GPU that is not there or is full, a PyTorch without that kind: each raises something else.
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise RequestError(f"this machine cannot use the device {name!r}; cpu always works.") from error
    say_untested(device)
    return device


def at_work(network: Network, device: torch.device) -> Network:
    """Return the network on a device, in evaluation mode; a copy where it is not so already, as it is not ours."""
    if home(network) == device and not network.training:
        return network
    return copy.deepcopy(network).to(device).eval()
