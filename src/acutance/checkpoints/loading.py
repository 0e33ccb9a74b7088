"""From a file to a network: ours by its header, other people's by their keys."""

from dataclasses import fields, replace
from math import isfinite
from pathlib import Path
from shlex import quote

from acutance import tensors
from acutance.checkpoints.bridge import bridged, is_bridged
from acutance.checkpoints.identity import Checkpoint, read
from acutance.checkpoints.own_networks import own
from acutance.checkpoints.places import locate
from acutance.errors import RequestError
from acutance.networks import Network, Recognised, build
from acutance.tensors import Weights


def load(
    source: str | Path,
    *,
    scale: int | None = None,
    device: str = "cpu",
    residual_scale: float | None = None,
    trust: bool = False,
) -> Network:
    """Return a network with its weights, in evaluation mode.

    Args:
        source: the name of a bundled network; a file of ours; a run folder (its best weights, else its last); or a
            file of a released network (EDSR, RCAN, HAN, NLSN, SwinIR, RLFN, SPSR, MSRResNet, ESRGAN and its kin, in
            any of their namings, BasicSR's too), recognised by its keys whatever wrappers and prefixes training put
            round them; where a file holds the average of a network (EMA) too, that is taken. What Acutance has not is
            read through spandrel, where that is installed. hf:owner/name, also with @revision and /file, is a
            .safetensors file on the Hugging Face Hub, which is fetched (`hub.fetched`).
        scale: what the network's scale must be; None for whatever it is. Keys and shapes of SPSR and ESRGAN are the
            same at x2 and x3: x2 is taken, unless 3 is asked for.
        device: where it goes.
        residual_scale: of an EDSR or NLSN of others in a size of its own, whose weights do not show it.
        trust: run the program of a network of somebody's own, which lies with its weights (`own_networks`).

    Raises:
        RequestError: there is no such file or bundled name, the file is no checkpoint, or its tensors do not fit or
            are no finite numbers; or the residual scale has to be told, or a program to be trusted.
        AcutanceError: the Hub does not answer.
    """
    path = locate(source)
    checkpoint = read(path, scale)
    network: Network
    if checkpoint.own:
        network = own(checkpoint, trust=trust)
    elif checkpoint.network is None or is_bridged(checkpoint.network.name):
        network = bridged(checkpoint)
    else:
        network = _ours(checkpoint, checkpoint.network, scale, residual_scale)
    if scale not in (None, network.scale):
        raise RequestError(f"{path} holds a network for scale {network.scale}, not {scale}.")
    return network.eval().to(device)


def fill(network: Network, weights: Weights, path: Path) -> None:
    """Load weights, all of them or none: missing, unexpected and misshapen tensors are named."""
    tensors.fill(network, weights, name=f"{network.name} x{network.scale}", path=path)


def _ours(checkpoint: Checkpoint, found: Recognised, scale: int | None, residual_scale: float | None) -> Network:
    path = checkpoint.path
    if scale not in (None, found.config.scale):
        raise RequestError(f"{path} holds a network for scale {found.config.scale}, not {scale}.")
    found = _with_residual_scale(checkpoint, found, residual_scale)
    name = f"{found.name} x{found.config.scale}"
    return tensors.filled(lambda: build(found), checkpoint.weights, name=name, path=path)


def _with_residual_scale(checkpoint: Checkpoint, found: Recognised, asked: float | None) -> Recognised:
    """Return a network with the residual scale that it has or is asked for.

    Raises:
        RequestError: it has to be told, or is told of a network that has none or says another itself.
    """
    path, config = checkpoint.path, found.config
    if asked is None:
        if not found.residual_scale_known:
            raise RequestError(_untold(path, found))
        return found
    if not any(field.name == "residual_scale" for field in fields(config)):
        raise RequestError(f"{path} holds a network of {found.name}, which has no residual scale.")
    if not (isfinite(asked) and asked > 0):
        raise RequestError(f"a residual scale is a number above 0, such as 0.1, not {asked}.")
    own = vars(config)["residual_scale"]
    if checkpoint.header and asked != own:
        raise RequestError(f"{path} says itself that its residual scale is {own:g}, not {asked:g}.")
    return found._replace(config=replace(config, residual_scale=asked), residual_scale_known=True)


def _untold(path: Path, found: Recognised) -> str:
    size = vars(found.config)
    return (
        f"{path} holds {found.name} of {size['blocks']} blocks of {size['channels']} channels, whose weights do not "
        "show the residual scale that it was trained with (often 1, or 0.1 where it is wide): "
        f"`acutance export {quote(str(path))} --residual-scale 0.1 --out told.safetensors` writes it into a file that "
        "every command reads."
    )
