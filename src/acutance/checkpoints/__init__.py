"""Weights in and out: our own files, those that others released, and the ones that ship in the package."""

from pathlib import Path

from torch import Tensor

from acutance import tensors
from acutance.checkpoints.detect import recognise
from acutance.checkpoints.layout import rebuild, save
from acutance.errors import RequestError, unknown
from acutance.networks import Network
from acutance.tensors import read_header, read_weights, some

BUNDLED = Path(__file__).parents[1] / "weights"
ALIASES = {"default-x4": "edsr-light-x4"}


def bundled() -> dict[str, Path]:
    """Return the networks that ship in the package, name -> file."""
    files = {file.stem: file for file in sorted(BUNDLED.glob("*.safetensors"))}
    return files | {alias: files[name] for alias, name in ALIASES.items() if name in files}


def load(source: str | Path, *, scale: int | None = None, device: str = "cpu") -> Network:
    """Return a network with its weights, in evaluation mode.

    Args:
        source: the name of a bundled network; a file of ours; a run folder (its best weights, else its last); or a
            .pth, .pt or .safetensors file of a released network (EDSR, RCAN, HAN, NLSN, SwinIR, RLFN), recognised by
            its keys.
        scale: what the network's scale must be; None for whatever it is.
        device: where it goes.

    Raises:
        RequestError: there is no such file or bundled name, the file is no checkpoint, or its tensors do not fit.
    """
    path = locate(source)
    header = read_header(path) if path.suffix == ".safetensors" else None
    weights = read_weights(path)
    network = rebuild(header, path) if header else recognise(weights, scale)
    if network is None:
        raise RequestError(
            f"{path} holds weights of no network that Acutance knows; its first keys are {some(weights)}."
        )
    if scale not in (None, network.scale):
        raise RequestError(f"{path} holds a network for scale {network.scale}, not {scale}.")
    fill(network, weights, path)
    return network.eval().to(device)


def locate(source: str | Path) -> Path:
    """Return the file that a bundled name, a run folder or a path stands for."""
    path = Path(source)
    if path.is_dir():
        kept = [path / "checkpoints" / f"{which}.safetensors" for which in ("best", "last")]
        found = next((file for file in kept if file.is_file()), None)
        if found is None:
            raise RequestError(f"{path} holds no checkpoints/best.safetensors or checkpoints/last.safetensors.")
        return found
    if path.is_file():
        return path
    if path.suffix or len(path.parts) > 1:
        raise RequestError(f"there is no file {path}.")
    if str(source) not in bundled():
        raise unknown("bundled network", str(source), bundled())
    return bundled()[str(source)]


def fill(network: Network, weights: dict[str, Tensor], path: Path) -> None:
    """Load weights, all of them or none: missing, unexpected and misshapen tensors are named."""
    tensors.fill(network, weights, name=f"{network.name} x{network.scale}", path=path)


__all__ = ["bundled", "fill", "load", "locate", "save"]
