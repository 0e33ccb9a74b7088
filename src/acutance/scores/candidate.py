"""Networks as upscalers: what is asked for, and how it is to work."""

from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from acutance import checkpoints, files
from acutance.errors import RequestError
from acutance.networks import Network
from acutance.scores.cache import Cached
from acutance.scores.scorer import Source, Upscaler, from_lr
from acutance.upscaling import upscale
from acutance.upscaling.device import at_work, named


@dataclass(frozen=True)
class Candidate:
    """A network that is asked for, and how it is to work; called, it loads it. Another process can do so too.

    Args:
        source: a run folder, a file of ours or of others, ONNX or not, a bundled name; or a network itself.
        scale: what its scale must be; None for whatever it is.
        tile: LR pixels a side upscaled at once; None for as many as fit.
        ensemble: average over the eight symmetries.
        device: what to compute on.
        cache: folder of SR pictures that were made before.
    """

    source: str | Path | Network
    scale: int | None = None
    tile: int | None = None
    ensemble: bool = False
    device: str = "auto"
    cache: Path | None = None

    def __call__(self) -> Source:
        """Return what makes the SR pictures; raises as `load_upscaler`."""
        upscaler, _ = self.load()
        return from_lr(self._cached(upscaler))

    def describe(self) -> tuple[int, str]:
        """Return the scale, and the name of the design, such as edsr-s; raises as `load_upscaler`."""
        onnx = self._onnx
        if onnx is not None:
            return self.load()[1], onnx.stem
        network = self._network("cpu")
        return network.scale, network.name

    def load(self) -> tuple[Upscaler, int]:
        """Return the upscaler and its scale; raises as `load_upscaler`."""
        device, onnx = str(named(self.device)), self._onnx
        if onnx is not None:
            return self._session(onnx, device)
        network = self._network(device)
        return lambda lr: upscale(lr, network, tile=self.tile, ensemble=self.ensemble), network.scale

    @property
    def _onnx(self) -> Path | None:
        """The ONNX file that is asked for, if that is what is."""
        path = None if isinstance(self.source, Network) else Path(self.source)
        return path if path is not None and path.suffix.lower() == ".onnx" else None

    def _network(self, device: str) -> Network:
        if not isinstance(self.source, Network):
            return checkpoints.load(self.source, scale=self.scale, device=device)
        if self.scale not in (None, self.source.scale):
            raise RequestError(f"{self.source.name} is a network for scale {self.source.scale}, not {self.scale}.")
        return at_work(self.source, named(device))

    def _session(self, path: Path, device: str) -> tuple[Upscaler, int]:
        from acutance.engines.onnx_file import OnnxUpscaler

        if self.tile or self.ensemble:
            raise RequestError(f"--tile and --ensemble are not for ONNX files such as {path}.")
        upscaler = OnnxUpscaler(path, device)
        if self.scale not in (None, upscaler.scale):
            raise RequestError(f"{path} holds a network for scale {upscaler.scale}, not {self.scale}.")
        return upscaler, upscaler.scale

    def _cached(self, upscaler: Upscaler) -> Upscaler:
        if self.cache is None:
            return upscaler
        versions = [f"{name} {version(name)}" for name in ("acutance", "torch")]
        how = f"tile {self.tile} ensemble {self.ensemble} on {named(self.device).type}"
        return Cached(upscaler, self.cache, " ".join([_checksum(self.source), how, *versions]))


def load_upscaler(source: str | Path, *, scale: int | None, tile: int | None, device: str) -> tuple[Upscaler, int]:
    """Return what makes SR pictures with a run folder's, a file's or a bundled network, and the scale of that network.

    Raises:
        RequestError: there is no such network, or its scale is not `scale`.
    """
    return Candidate(source, scale, tile, device=device).load()


def _checksum(source: str | Path | Network) -> str:
    """Return the SHA-256 of a file of weights; of a network, that of its names and values."""
    if not isinstance(source, Network):
        return files.sha256(checkpoints.locate(source))
    digest = sha256(f"{source.name} {source.config}".encode())
    for name, value in source.state_dict().items():
        digest.update(name.encode() + value.detach().cpu().numpy().tobytes())
    return digest.hexdigest()
