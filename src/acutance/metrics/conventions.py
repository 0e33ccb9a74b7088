"""One pair of pictures under every convention that papers and programs use, so that a figure can be found again."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import UInt8

from acutance.metrics.luma import luma, shaved
from acutance.metrics.psnr import psnr_of_planes, psnr_rgb
from acutance.metrics.ssim import ssim_of_planes


def conventions(sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], scale: int) -> dict[str, float]:
    """Return PSNR in dB and SSIM of two RGB pictures of equal size under every convention, by its label.

    Labels are "METRIC COLOUR, border N" and for SSIM besides "..., shrunk first" (`auto_downsample`), in this order:

    - METRIC: "PSNR" or "SSIM";
    - COLOUR: "Y" is BT.601 unrounded, "Y rounded" to 8 bits, "RGB" all three channels: one mean error for PSNR, the
      mean of the channels' values for SSIM;
    - N: pixels left out on every side: 0, the scale, and 4.

    "PSNR Y, border 4" and "SSIM Y, border 4" are those of protocol `pcl` at x4; "PSNR Y rounded, border 4" and
    "SSIM Y rounded, border 4, shrunk first" are those of `spsr`.

    Raises:
        RequestError: the sizes differ, or fewer than 11 pixels a side are left.
    """
    return {label: value for border in sorted({0, scale, 4}) for label, value in _at_border(sr, hr, border)}


def _at_border(
    sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], border: int
) -> Iterator[tuple[str, float]]:
    first, second = shaved(sr, hr, border)
    exact, rounded = ((luma(first, each), luma(second, each)) for each in (False, True))
    yield f"PSNR Y, border {border}", psnr_of_planes(*exact)
    yield f"PSNR Y rounded, border {border}", psnr_of_planes(*rounded)
    yield f"PSNR RGB, border {border}", psnr_rgb(sr, hr, border=border)
    for end, shrunk in (("", False), (", shrunk first", True)):
        yield f"SSIM Y, border {border}{end}", ssim_of_planes(*exact, shrunk)
        yield f"SSIM Y rounded, border {border}{end}", ssim_of_planes(*rounded, shrunk)
        channels = (ssim_of_planes(first[..., c].astype(float), second[..., c].astype(float), shrunk) for c in range(3))
        yield f"SSIM RGB, border {border}{end}", float(np.mean(list(channels)))
