"""The table of metrics: what each is called, how it is written, and how it is taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from acutance.metrics.compared import Compared, Measure
from acutance.metrics.lpips import BACKBONES, LPIPS, perceptual_distance
from acutance.metrics.psnr import psnr_of_planes, psnr_rgb
from acutance.metrics.ssim import ssim_of_planes


@dataclass(frozen=True)
class Metric:
    """A number by which SR is judged.

    Args:
        name: the key of its value in results.
        title: how tables head it; it names the network behind it where there is one.
        unit: "dB", or empty.
        digits: written after the point.
        higher_is_better: which way is up.
        build: makes the measure from a folder of weights, None for that of ACUTANCE_WEIGHTS; it raises RequestError
            where a file is missing, before there is a picture.
        needs: what `acutance data fetch` is asked for where weights are needed, else empty.
    """

    name: str
    title: str
    unit: str
    digits: int
    higher_is_better: bool
    build: Callable[[Path | None], Measure]
    needs: str = ""


def _without_weights(measure: Measure) -> Callable[[Path | None], Measure]:
    return lambda _weights: measure


def _psnr(pictures: Compared) -> float:
    return psnr_of_planes(*pictures.luma)


def _ssim(pictures: Compared) -> float:
    return ssim_of_planes(*pictures.luma, pictures.auto_downsample)


def _psnr_rgb(pictures: Compared) -> float:
    return psnr_rgb(pictures.sr, pictures.hr, border=pictures.border)


def _lpips(backbone: str) -> Metric:
    def build(weights: Path | None) -> Measure:
        network = LPIPS.from_folder(weights, backbone)
        return lambda pictures: perceptual_distance(network, pictures.sr, pictures.hr)

    title = f"LPIPS v0.1 ({BACKBONES[backbone].title})"
    return Metric(f"lpips_{backbone}", title, "", 4, False, build, f"lpips --backbone {backbone}")


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            Metric("psnr", "PSNR", "dB", 2, True, _without_weights(_psnr)),
            Metric("ssim", "SSIM", "", 4, True, _without_weights(_ssim)),
            Metric("psnr_rgb", "PSNR (RGB)", "dB", 2, True, _without_weights(_psnr_rgb)),
            *map(_lpips, BACKBONES),
        )
    }
)
"""Every metric by its name."""
