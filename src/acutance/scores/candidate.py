"""What `evaluate` and `compare` share: how to score, and networks as upscalers."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acutance.metrics import Scorer
    from acutance.scores.scorer import Source, Upscaler

LPIPS_OF = {"spsr": "alex"}
"""Whose features "lpips" means under a protocol that says so; SqueezeNet's under others, as they are small."""

Protocol = Annotated[str, typer.Option(help="How to score: pcl or spsr.")]
Metrics = Annotated[
    str,
    typer.Option(help="What to score: psnr, ssim, psnr_rgb, lr_psnr, gradient_rmse, spectrum, structure, niqe, lpips."),
]
Weights = Annotated[
    Path | None,
    typer.Option(envvar="ACUTANCE_WEIGHTS", help="Folder of the weights that lpips and niqe need."),
]


def make_scorer(protocol: str, metrics: str, weights: Path | None) -> "Scorer":
    """Return what scores by the options --protocol, --metrics and --weights.

    Raises:
        RequestError: a name is unknown, or a file that a metric needs is not there.
    """
    from acutance.errors import RequestError
    from acutance.scores.benchmark import find_protocol

    names = [name.strip() for name in metrics.split(",") if name.strip()]
    if not names:
        raise RequestError("name at least one metric with --metrics.")
    return find_protocol(protocol).scorer(names, weights=weights, backbone=LPIPS_OF.get(protocol, "squeeze"))


def weights_of(scorer: "Scorer", folder: Path | None) -> dict[str, str]:
    """Return the SHA-256 of each file of weights that the scorer's metrics rest on, by its name."""
    from acutance.files import sha256

    return {path.name: sha256(path) for path in _files((metric.name for metric in scorer.metrics), folder)}


def _files(metrics: "Iterable[str]", folder: Path | None) -> "Iterator[Path]":
    from acutance.extractors.structure import bundled
    from acutance.metrics import BACKBONES
    from acutance.metrics.niqe import FILE

    released = {f"lpips_{name}": (each.linear, each.features) for name, each in BACKBONES.items()} | {"niqe": (FILE,)}
    extractors = {f"structure_{name.replace('-', '_')}": path for name, path in bundled().items()}
    for metric in metrics:
        yield from (file.find(folder) for file in released.get(metric, ()))
        if metric in extractors:
            yield extractors[metric]


@dataclass(frozen=True)
class Upscaling:
    """A network that is asked for, and how it is to work; called, it loads it. Another process can do so too.

    Args:
        source: a run folder, a file of ours or of others, ONNX or not, or a bundled name.
        scale: what its scale must be; None for whatever it is.
        tile: LR pixels a side upscaled at once; None for as many as fit.
        ensemble: average over the eight symmetries.
        device: what to compute on.
        cache: folder of SR pictures that were made before.
    """

    source: str | Path
    scale: int | None = None
    tile: int | None = None
    ensemble: bool = False
    device: str = "auto"
    cache: Path | None = None

    def __call__(self) -> "Source":
        """Return what makes the SR pictures; raises as `load_upscaler`."""
        from acutance.scores.scorer import from_lr

        upscaler, _ = self.load()
        return from_lr(self._cached(upscaler))

    def describe(self) -> tuple[int, str]:
        """Return the scale, and the name of the design, such as edsr-s; raises as `load_upscaler`."""
        from acutance.checkpoints import load

        if self._is_onnx:
            return self.load()[1], Path(self.source).stem
        network = load(self.source, scale=self.scale)
        return network.scale, network.name

    def load(self) -> "tuple[Upscaler, int]":
        """Return the upscaler and its scale; raises as `load_upscaler`."""
        from acutance.upscaling.device import named

        device = str(named(self.device))
        return self._onnx(device) if self._is_onnx else self._network(device)

    @property
    def _is_onnx(self) -> bool:
        return Path(self.source).suffix.lower() == ".onnx"

    def _network(self, device: str) -> "tuple[Upscaler, int]":
        from acutance.checkpoints import load
        from acutance.upscaling import upscale

        network = load(self.source, scale=self.scale, device=device)
        return lambda lr: upscale(lr, network, tile=self.tile, ensemble=self.ensemble), network.scale

    def _onnx(self, device: str) -> "tuple[Upscaler, int]":
        from acutance.engines.onnx_file import OnnxUpscaler
        from acutance.errors import RequestError

        if self.tile or self.ensemble:
            raise RequestError(f"--tile and --ensemble are not for ONNX files such as {self.source}.")
        upscaler = OnnxUpscaler(Path(self.source), device)
        if self.scale not in (None, upscaler.scale):
            raise RequestError(f"{self.source} holds a network for scale {upscaler.scale}, not {self.scale}.")
        return upscaler, upscaler.scale

    def _cached(self, upscaler: "Upscaler") -> "Upscaler":
        from importlib.metadata import version

        from acutance.checkpoints import locate
        from acutance.files import sha256
        from acutance.scores.cache import Cached
        from acutance.upscaling.device import named

        if self.cache is None:
            return upscaler
        versions = [f"{name} {version(name)}" for name in ("acutance", "torch")]
        how = f"tile {self.tile} ensemble {self.ensemble} on {named(self.device).type}"
        return Cached(upscaler, self.cache, " ".join([sha256(locate(self.source)), how, *versions]))


def load_upscaler(source: str | Path, *, scale: int | None, tile: int | None, device: str) -> "tuple[Upscaler, int]":
    """Return what makes SR pictures with a run folder's, a file's or a bundled network, and the scale of that network.

    Raises:
        RequestError: there is no such network, or its scale is not `scale`.
    """
    return Upscaling(source, scale, tile, device=device).load()
