"""What `evaluate` and `compare` share: how to score, and networks as upscalers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acutance.evaluate import Upscaler
    from acutance.metrics import Scorer

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
    from acutance.evaluate.benchmark import find_protocol

    names = [name.strip() for name in metrics.split(",") if name.strip()]
    if not names:
        raise RequestError("name at least one metric with --metrics.")
    return find_protocol(protocol).scorer(names, weights=weights, backbone=LPIPS_OF.get(protocol, "squeeze"))


def weights_of(scorer: "Scorer", folder: Path | None) -> dict[str, str]:
    """Return the SHA-256 of each file of weights that the scorer's metrics rest on, by its name."""
    from acutance.metrics.released import checksum

    return {path.name: checksum(path) for path in _files((metric.name for metric in scorer.metrics), folder)}


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


def load_upscaler(source: str | Path, *, scale: int | None, tile: int | None, device: str) -> "tuple[Upscaler, int]":
    """Return what makes SR pictures with a run folder's, a file's or a bundled network, and the scale of that network.

    Raises:
        RequestError: there is no such network, or its scale is not `scale`.
    """
    from acutance.checkpoints import load
    from acutance.upscaling import upscale
    from acutance.upscaling.device import named

    network = load(source, scale=scale, device=str(named(device)))
    return lambda lr: upscale(lr, network, tile=tile), network.scale
