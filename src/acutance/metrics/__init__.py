"""How near a result is to the original, each number with the protocol it was taken by."""

from acutance.metrics.consistency import lr_psnr
from acutance.metrics.conventions import conventions
from acutance.metrics.fetching import fetch, fetch_for
from acutance.metrics.gradient_error import gradient_rmse
from acutance.metrics.grid import grid
from acutance.metrics.lpips import BACKBONES, LPIPS, lpips
from acutance.metrics.metric import METRICS, Metric
from acutance.metrics.names import full_names
from acutance.metrics.niqe import Pristine, niqe
from acutance.metrics.protocol import PROTOCOLS, Protocol, Scorer
from acutance.metrics.psnr import psnr, psnr_rgb
from acutance.metrics.spectrum import radial_spectrum, spectrum
from acutance.metrics.ssim import ssim
from acutance.metrics.structure_distance import structure

__all__ = [
    "BACKBONES",
    "LPIPS",
    "METRICS",
    "PROTOCOLS",
    "Metric",
    "Pristine",
    "Protocol",
    "Scorer",
    "conventions",
    "fetch",
    "fetch_for",
    "full_names",
    "gradient_rmse",
    "grid",
    "lpips",
    "lr_psnr",
    "niqe",
    "psnr",
    "psnr_rgb",
    "radial_spectrum",
    "spectrum",
    "ssim",
    "structure",
]
