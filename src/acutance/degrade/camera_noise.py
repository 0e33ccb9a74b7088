"""Noise as a camera's sensor has it: in linear light, through a mosaic of colour filters, so that it is coloured."""

from dataclasses import dataclass
from math import exp, log

import cv2
import numpy as np

from acutance.degrade.step import Picture, Range, demand_range
from acutance.errors import RequestError


@dataclass(frozen=True)
class CameraNoise:
    """Shot and read noise on the raw values of a sensor, then demosaicing.

    Of the picture in linear light (the sRGB curve) each pixel shows one colour (Bayer's mosaic, at a random of its four
    phases), which has normal noise of variance shot * light + read; the noise of the other two colours is filled in
    bilinearly, and added. The picture itself keeps its resolution, as from a sensor of finer pixels.
    The read noise follows the shot noise as the cameras measured by Brooks et al. ("Unprocessing Images for Learned
    Raw Denoising", 2019, equation 2 and its fit): log read ~ N(2.18 log shot + 1.2, 0.26^2).

    Attributes:
        shot: range of the shot noise, drawn uniformly in its logarithm; light is 0 to 1.

    Raises:
        RequestError: the range is impossible; on calling, the picture is not RGB.
    """

    shot: Range = (1e-4, 0.012)

    def __post_init__(self) -> None:
        demand_range("shot noise", self.shot, 1e-8, 1)

    def __call__(self, picture: Picture, random: np.random.Generator) -> Picture:
        """Return the noisy picture, clamped to [0, 1], of the same size."""
        if picture.shape[2] != 3:
            raise RequestError(f"a camera's noise is that of RGB pictures, not of {picture.shape[2]} channels.")
        shot = exp(random.uniform(log(self.shot[0]), log(self.shot[1])))
        read = exp(random.normal(2.18 * log(shot) + 1.2, 0.26))
        phase = tuple(int(each) for each in random.integers(2, size=2))
        light = to_linear(picture)
        whole = light + self._noise(light, shot, read, phase, random)
        return to_srgb(np.clip(whole, 0, 1))

    def _noise(
        self, light: Picture, shot: float, read: float, phase: tuple[int, ...], random: np.random.Generator
    ) -> Picture:
        """Return the noise alone, filled in: the picture keeps its own resolution, as from a sensor of finer pixels."""
        raw = mosaic(light, phase)
        noise = random.standard_normal(raw.shape, np.float32) * np.sqrt(np.maximum(shot * raw, 0) + read)
        return demosaiced(noise.astype(np.float32), phase)


def mosaic(picture: Picture, phase: tuple[int, ...]) -> np.ndarray:
    """Return the one value that each pixel has behind Bayer's filters, (h, w): red at `phase`, blue opposite it."""
    raw = picture[..., 1].copy()
    top, left = phase
    raw[top::2, left::2] = picture[top::2, left::2, 0]
    raw[1 - top :: 2, 1 - left :: 2] = picture[1 - top :: 2, 1 - left :: 2, 2]
    return raw


def demosaiced(raw: np.ndarray, phase: tuple[int, ...]) -> Picture:
    """Fill in, (h, w) to (h, w, 3), each colour as the mean of its nearest values."""
    top, left = phase
    red, blue = np.zeros_like(raw), np.zeros_like(raw)
    red[top::2, left::2] = 1
    blue[1 - top :: 2, 1 - left :: 2] = 1
    return np.stack([_spread(raw, mask) for mask in (red, 1 - red - blue, blue)], axis=2)


def _spread(raw: np.ndarray, mask: np.ndarray) -> np.ndarray:
    bilinear = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32)
    total, weight = (cv2.filter2D(each, -1, bilinear, borderType=cv2.BORDER_REFLECT_101) for each in (raw * mask, mask))
    # A picture of one row or column has pixels with no value of a colour beside them.
    return np.where(mask > 0, raw, np.divide(total, weight, out=np.zeros_like(raw), where=weight > 0))


def to_linear(picture: Picture) -> Picture:
    """Undo the sRGB curve (IEC 61966-2-1)."""
    return np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_srgb(light: Picture) -> Picture:
    """Apply the sRGB curve (IEC 61966-2-1)."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)
