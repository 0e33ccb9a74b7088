"""From a file to a network: ours by its header, other people's by their keys."""

from pathlib import Path
from typing import Any

from acutance import tensors
from acutance.checkpoints.header import rebuild
from acutance.checkpoints.places import locate
from acutance.errors import RequestError
from acutance.networks import Network, ours, recognise
from acutance.tensors import Weights, read_header, read_weights, some


def load(source: str | Path, *, scale: int | None = None, device: str = "cpu") -> Network:
    """Return a network with its weights, in evaluation mode.

    Args:
        source: the name of a bundled network; a file of ours; a run folder (its best weights, else its last); or a
            .pth, .pt or .safetensors file of a released network (EDSR, RCAN, HAN, NLSN, SwinIR, RLFN, SPSR, MSRResNet,
            ESRGAN and its kin in any of their three namings), recognised by its keys.
        scale: what the network's scale must be; None for whatever it is. Keys and shapes of SPSR and ESRGAN are the
            same at x2 and x3: x2 is taken, unless 3 is asked for.
        device: where it goes.

    Raises:
        RequestError: there is no such file or bundled name, the file is no checkpoint, or its tensors do not fit.
    """
    path = locate(source)
    header, weights = read(path)
    network = rebuild(header, path) if header else recognised(weights, scale, path)
    if network is None:
        raise RequestError(
            f"{path} holds weights of no network that Acutance knows; its first keys are {some(weights)}."
        )
    if scale not in (None, network.scale):
        raise RequestError(f"{path} holds a network for scale {network.scale}, not {scale}.")
    fill(network, weights, path)
    return network.eval().to(device)


def read(path: Path) -> tuple[dict[str, Any] | None, Weights]:
    """Return the header of a file of ours, None for other people's, and the weights under our names.

    Raises:
        RequestError: the file is no checkpoint.
    """
    header = read_header(path) if path.suffix == ".safetensors" else None
    return header, ours(read_weights(path))


def fill(network: Network, weights: Weights, path: Path) -> None:
    """Load weights, all of them or none: missing, unexpected and misshapen tensors are named."""
    tensors.fill(network, weights, name=f"{network.name} x{network.scale}", path=path)


def recognised(weights: Weights, scale: int | None, path: Path) -> Network | None:
    """Return the network that weights belong to, as `recognise`; where it cannot be built, `path` is named."""
    try:
        return recognise(weights, scale)
    except RequestError as error:
        raise RequestError(f"{path} holds a network that Acutance cannot build: {error}") from error
