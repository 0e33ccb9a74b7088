"""How near a result is to the original, each number with the protocol it was taken by."""

from acutance.metrics.protocol import PROTOCOLS, Protocol
from acutance.metrics.psnr import psnr
from acutance.metrics.ssim import ssim

__all__ = ["PROTOCOLS", "Protocol", "psnr", "ssim"]
