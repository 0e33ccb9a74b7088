"""Weights into modules: all of them or none, and nothing built that is far larger than what a file holds."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from torch import Tensor, nn
from torch.nn.modules.module import (
    register_module_buffer_registration_hook,
    register_module_parameter_registration_hook,
)

from acutance.errors import RequestError
from acutance.tensors.content import Weights
from acutance.tensors.key_text import some

Module = TypeVar("Module", bound=nn.Module)
LACKING = 2
"""How many times what a file holds a module may be, so that what the file lacks can be named."""
SMALL = 2**20
"""Numbers more than that which a module may have: it may be built of a file that holds next to nothing."""


def fill(module: nn.Module, weights: Weights, *, name: str, path: str | Path) -> None:
    """Load weights into `module`, all of them or none.

    Raises:
        RequestError: some are missing, unexpected, misshapen or of another kind of number; it says that `path` does
            not fit `name`, and which.
    """
    own = module.state_dict()
    both = own.keys() & weights.keys()
    faults = {
        "lacks": own.keys() - weights.keys(),
        "has besides": weights.keys() - own.keys(),
        "has in another shape": {key for key in both if own[key].shape != weights[key].shape},
        "has as another kind of number": {key for key in both if _real(own[key]) != _real(weights[key])},
    }
    for what, keys in faults.items():
        if keys:
            raise RequestError(f"{path} does not fit {name}: it {what} {some(keys)}.")
    module.load_state_dict(weights)


def filled(build: Callable[[], Module], weights: Weights, *, name: str, path: str | Path) -> Module:
    """Return the module that a file describes, with its weights.

    What a file says of itself may be wrong: sizes that take all memory, or numbers of layers that never end.

    Raises:
        RequestError: it cannot be built, or the weights do not fill it.
    """
    try:
        with at_most(weights):
            module = build()
    except RequestError as error:
        raise RequestError(f"{path} holds a network that Acutance cannot build: {error}") from error
    except (TypeError, ValueError, ArithmeticError, LookupError, RuntimeError, MemoryError) as error:
        large = isinstance(error, MemoryError) or "allocate memory" in str(error)
        why = "it would take more memory than there is" if large else f"{error!s:.200}"
        raise RequestError(f"{path} describes {name}, which it does not hold: {why}.") from error
    fill(module, weights, name=name, path=path)
    return module


@contextmanager
def at_most(weights: Weights) -> Generator[None]:
    """Stop the building of modules that become far larger than their weights, before memory is touched for it.

    Layers register their parameters before they fill them, and memory costs nothing until then.
    """
    held = sum(tensor.numel() for tensor in weights.values())
    tensors, numbers = LACKING * len(weights) + 100, LACKING * held + SMALL
    thread = threading.get_ident()

    def counted(_module: nn.Module, name: str, tensor: Tensor | None) -> None:
        nonlocal tensors, numbers
        if tensor is None or threading.get_ident() != thread:
            return
        tensors, numbers = tensors - 1, numbers - tensor.numel()
        if tensors < 0 or numbers < 0:
            shape = "x".join(map(str, tensor.shape))
            raise ValueError(f"a {name} of {shape} would be too much, where it has {len(weights):,} tensors in all")

    hooks = register_module_parameter_registration_hook(counted), register_module_buffer_registration_hook(counted)
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _real(tensor: Tensor) -> bool:
    return tensor.is_floating_point()
