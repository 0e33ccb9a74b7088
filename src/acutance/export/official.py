"""The layout of the released checkpoints: a plain state dict, which the original code reads with `torch.load`."""

from pathlib import Path

import torch

from acutance.errors import RequestError
from acutance.files import atomic
from acutance.networks import Network

SUFFIXES = (".pth", ".pt")


def write_official(network: Network, path: Path) -> None:
    """Write every tensor under the name and in the order of the released code, buffers and mean shifts included.

    Networks keep the released names themselves, so nothing is renamed. What leaves no trace in a state dict has to be
    told to the original code as it was here: depth and width, the residual scale, the range of the colours.

    Raises:
        RequestError: the file's suffix is neither .pth nor .pt.
        AcutanceError: the file cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise RequestError(f"{path}: the official layout is a file that ends in {' or '.join(SUFFIXES)}.")
    weights = {key: tensor.detach().cpu().contiguous() for key, tensor in network.state_dict().items()}
    with atomic(path) as temporary:
        torch.save(weights, temporary)
