"""Networks as upscalers: what is asked for, and how it is to work."""

from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from math import inf
from pathlib import Path

import torch

from acutance import checkpoints, files
from acutance.engines import Way, is_file
from acutance.engines.session import installed
from acutance.errors import RequestError
from acutance.networks import Network
from acutance.scores.cache import Cached
from acutance.scores.scorer import Source, Upscaler, from_lr
from acutance.upscaling.channels import RGB
from acutance.upscaling.device import at_work, named
from acutance.upscaling.enlarged import enlarged_planes
from acutance.upscaling.enlarger import Enlarger, loses_little

MANY = 1000
"""Pictures that a network is taken to be loaded for."""


@dataclass(frozen=True)
class Candidate:
    """A network that is asked for, and how it is to work; called, it loads it. Another process can do so too.

    Args:
        source: a run folder, a file of ours or of others, an .onnx or .xml file, a bundled name; or a network itself.
        scale: what its scale must be; None for whatever it is.
        tile: LR pixels a side upscaled at once; None for as many as fit.
        ensemble: average over the eight symmetries.
        device: what to compute on.
        cache: folder of SR pictures that were made before.
        trust: run the program of a network of somebody's own, as `acutance.load`.
        engine, precision: as of `acutance.upscale`; without an engine PyTorch, or for a file that holds a whole model
            what reads it. The defaults give the published protocol's numbers.
    """

    source: str | Path | Network
    scale: int | None = None
    tile: int | None = None
    ensemble: bool = False
    device: str = "auto"
    cache: Path | None = None
    engine: str | None = None
    precision: str = "32"
    trust: bool = False

    def __call__(self) -> Source:
        """Return what makes the SR pictures; raises as `load_upscaler`."""
        upscaler, _ = self.load()
        return from_lr(self._cached(upscaler))

    def describe(self) -> tuple[int, str, str]:
        """Return the scale, the name of the design, such as edsr-s, and in what other than 32 bits it will work, if so;
        raises as `load_upscaler`."""
        if self._model is not None:
            way = self._way.of_file(self._model, named("cpu"))
            return self.load()[1], self._model.stem, _worded(way)
        network = self._network("cpu")
        if network.bands != RGB:
            what = f"{network.name} takes pictures of {network.bands} band{'s' * (network.bands > 1)}"
            raise RequestError(f"{what}, and sets are scored in RGB: score it on TIFF or .npy files by --bands DIR.")
        way = self._way.of_network(network, self._place(), measured=self._loses_little, pixels=inf, side=False)
        return network.scale, network.name, _worded(way)

    def load(self) -> tuple[Upscaler, int]:
        """Return the upscaler and its scale; raises as `load_upscaler`."""
        network = self.source if self._loses_little else self._model or self._network(str(self._place()))
        enlarger = Enlarger(
            network,
            tile=self.tile,
            ensemble=self.ensemble,
            border=0,
            device=str(self._place()),
            way=self._way,
            many=MANY,
        )
        (scale,) = enlarger.scales
        if self.scale not in (None, scale):
            raise RequestError(f"{self.source} holds a network for scale {scale}, not {self.scale}.")
        return lambda lr: enlarged_planes(lr, enlarger)[0], scale

    @property
    def _way(self) -> Way:
        return Way(self.engine or ("torch" if self._model is None else "auto"), self.precision)

    @property
    def _loses_little(self) -> bool:
        return not isinstance(self.source, Network) and loses_little(self.source)

    @property
    def _model(self) -> Path | None:
        """The file of a whole model that is asked for, if that is what is."""
        return Path(self.source) if not isinstance(self.source, Network) and is_file(self.source) else None

    def _place(self) -> torch.device:
        # A model is read where all its readers compute.
        on_cpu = self.device == "auto" and (self.engine == "openvino" or self._model is not None)
        return named("cpu" if on_cpu else self.device)

    def _network(self, device: str) -> Network:
        if not isinstance(self.source, Network):
            return checkpoints.load(self.source, scale=self.scale, device=device, trust=self.trust)
        if self.scale not in (None, self.source.scale):
            raise RequestError(f"{self.source.name} is a network for scale {self.source.scale}, not {self.scale}.")
        return at_work(self.source, named(device))

    def _cached(self, upscaler: Upscaler) -> Upscaler:
        if self.cache is None:
            return upscaler
        runtimes = [name for name in ("openvino", "onnxruntime") if installed(name)]
        versions = [f"{name} {version(name)}" for name in ("acutance", "torch", *runtimes)]
        how = f"tile {self.tile} ensemble {self.ensemble} on {self._place().type} {self._way}"
        return Cached(upscaler, self.cache, " ".join([_checksum(self.source), how, *versions]))


def load_upscaler(
    source: str | Path, *, scale: int | None, tile: int | None, device: str, engine: str | None = None
) -> tuple[Upscaler, int]:
    """Return what makes SR pictures with a run folder's, a file's or a bundled network, and the scale of that network.

    Raises:
        RequestError: there is no such network, or its scale is not `scale`.
    """
    return Candidate(source, scale, tile, device=device, engine=engine).load()


def _checksum(source: str | Path | Network) -> str:
    """Return the SHA-256 of a file of weights; of a network, that of its names and values."""
    if not isinstance(source, Network):
        found = checkpoints.locate(source)
        beside = [path for path in (found.with_suffix(".bin"),) if found.suffix == ".xml" and path.is_file()]
        return " ".join(map(files.sha256, [found, *beside]))
    digest = sha256(f"{source.name} {source.config}".encode())
    for name, value in source.state_dict().items():
        digest.update(name.encode() + value.detach().cpu().numpy().tobytes())
    return digest.hexdigest()


def _worded(way: Way) -> str:
    """Return what is not as in the published protocol."""
    return "" if way.precision == "32" else f"{way.engine}, {'int8' if way.precision == 'int8' else '16 bits'}"
