"""The layout of the released checkpoints: a plain state dict, which the original code reads with `torch.load`."""

from pathlib import Path

import torch

from acutance.checkpoints import released
from acutance.errors import RequestError
from acutance.files import atomic
from acutance.networks import Network

SUFFIXES = (".pth", ".pt")


def write_official(network: Network, path: Path, *, naming: str = "new") -> None:
    """Write every tensor under the name and in the order of the released code, buffers and mean shifts included.

    What leaves no trace in a state dict has to be told to the original code as it was here: depth and width, the
    residual scale, the range of the colours, SPSR's taps. `naming` is one of an RRDBNet's three
    (`checkpoints.released`).

    Raises:
        RequestError: the file's suffix is neither .pth nor .pt, or the network has no such naming.
        AcutanceError: the file cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise RequestError(f"{path}: the official layout is a file that ends in {' or '.join(SUFFIXES)}.")
    weights = dict(released(network, naming))
    with atomic(path) as temporary:
        torch.save(weights, temporary)
