"""How near a result is to the original, each number with the protocol it was taken by."""

from acutance.metrics.choice import full_names
from acutance.metrics.lpips import BACKBONES, LPIPS, lpips
from acutance.metrics.protocol import PROTOCOLS, Protocol, Scorer
from acutance.metrics.psnr import psnr, psnr_rgb
from acutance.metrics.ssim import ssim
from acutance.metrics.table import METRICS, Metric

__all__ = [
    "BACKBONES",
    "LPIPS",
    "METRICS",
    "PROTOCOLS",
    "Metric",
    "Protocol",
    "Scorer",
    "full_names",
    "lpips",
    "psnr",
    "psnr_rgb",
    "ssim",
]
