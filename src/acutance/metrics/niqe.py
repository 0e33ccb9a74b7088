"""NIQE (Mittal et al. 2013): how far a picture's statistics are from those of pristine pictures.

    NIQE = sqrt((m - m_p)^T ((C + C_p) / 2)^+ (m - m_p))

m and C are mean and covariance of 36 features of each block of 96x96 pixels, m_p and C_p the released ones of pristine
pictures. The features describe the distribution of (Y - mu) / (sigma + 1), with mu and sigma taken under a Gaussian,
and of its products with its neighbours, at full and at half size: asymmetric generalised Gaussians, fitted by moments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import torch
from jaxtyping import Bool, Float64, UInt8

from acutance.errors import RequestError
from acutance.metrics.luma import luma, shave
from acutance.metrics.weight_files import ReleasedFile
from acutance.ops import bicubic

BLOCK = 96
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Right, below, and the two diagonals, around the edges of the block."""
PRISTINE_FILE = ReleasedFile(
    "the statistics of pristine pictures for NIQE",
    ("niqe_pris_params.npz", "niqe_pristine_parameters.npz"),
    "https://github.com/XPixelGroup/BasicSR/raw/master/basicsr/metrics/niqe_pris_params.npz",
    ("2a7c182a68c9e7f1b2e2e5ec723279d6f65d912b6fcaf37eb2bf03d7367c4296",),
    "niqe",
)
"""Equal to the `modelparameters.mat` of NIQE's authors (facts of SPSR, 5.4)."""

Plane = Float64[np.ndarray, "h w"]
Blocks = Float64[np.ndarray, "blocks side side"]


@dataclass(frozen=True, eq=False)
class Pristine:
    """Mean and covariance of the features of pristine pictures."""

    mean: Float64[np.ndarray, "36"]
    covariance: Float64[np.ndarray, "36 36"]

    @classmethod
    def from_folder(cls, weights: Path | None) -> "Pristine":
        """Return the released ones, from `weights` or from the folder that ACUTANCE_WEIGHTS names.

        Raises:
            RequestError: the file is missing or another one.
        """
        with np.load(PRISTINE_FILE.find(weights)) as stored:
            return cls(stored["mu_pris_param"][0], stored["cov_pris_param"])


def niqe(image: UInt8[np.ndarray, "h w 3"], *, border: int, parameters: Pristine | None = None) -> float:
    """Return NIQE of an RGB picture on Y of BT.601, rounded to 8 bits; the lower the more natural.

    `border` pixels on every side are left out, and at the bottom and right what is less than a block of 96. Without
    `parameters` they are read from the folder that ACUTANCE_WEIGHTS names. In flat areas the value depends on rounding:
    implementations differ there by up to 4 %. Raises RequestError if fewer than two blocks are left that are not flat,
    or the parameters are missing.
    """
    parameters = parameters or Pristine.from_folder(None)
    features = _features(luma(shave(image, border), rounded=True))
    difference = _mean(features) - parameters.mean
    complete = features[~np.isnan(features).any(1)]
    if len(complete) < 2:
        raise RequestError(f"NIQE needs two blocks of {BLOCK}x{BLOCK} pixels or more that are not flat.")
    pooled = (np.cov(complete, rowvar=False) + parameters.covariance) / 2
    return float(np.sqrt(difference @ np.linalg.pinv(pooled) @ difference))


def _features(plane: Plane) -> Float64[np.ndarray, "blocks 36"]:
    rows, columns = (length // BLOCK for length in plane.shape)
    if rows * columns < 2:
        raise RequestError(
            f"NIQE needs two blocks of {BLOCK}x{BLOCK} pixels or more, and only {plane.shape[1]}x{plane.shape[0]} "
            "pixels are left"
        )
    whole = plane[: rows * BLOCK, : columns * BLOCK]
    half = bicubic(torch.from_numpy(whole / 255)[None, None], 0.5)[0, 0].numpy() * 255
    return np.concatenate([_at_one_size(whole, BLOCK), _at_one_size(half, BLOCK // 2)], axis=1)


def _at_one_size(plane: Plane, side: int) -> Float64[np.ndarray, "blocks 18"]:
    mean = _local_mean(plane)
    deviation = np.sqrt(np.abs(_local_mean(plane * plane) - mean * mean))
    return np.stack([*_block_features(_blocks((plane - mean) / (deviation + 1), side))], axis=1)


def _local_mean(plane: Plane) -> Plane:
    return cv2.GaussianBlur(plane, (7, 7), 7 / 6, borderType=cv2.BORDER_REPLICATE)


def _blocks(plane: Plane, side: int) -> Blocks:
    rows, columns = (length // side for length in plane.shape)
    return plane.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(-1, side, side)


def _block_features(blocks: Blocks) -> Iterator[Float64[np.ndarray, " blocks"]]:
    """Yield shape and width of the values, then shape, mean and both widths of the products with each neighbour."""
    shape, left, right = _fit(blocks)
    yield shape
    yield (left + right) / 2
    for neighbour in NEIGHBOURS:
        shape, left, right = _fit(blocks * np.roll(blocks, neighbour, axis=(1, 2)))
        yield shape
        yield (right - left) * _gamma(2 / shape) / _gamma(1 / shape)
        yield left
        yield right


def _fit(
    blocks: Blocks,
) -> tuple[Float64[np.ndarray, " blocks"], Float64[np.ndarray, " blocks"], Float64[np.ndarray, " blocks"]]:
    """Return shape, left and right width of the asymmetric generalised Gaussian with each block's moments."""
    shapes, ratios = _shape_table()
    left, right = _spread(blocks, blocks < 0), _spread(blocks, blocks > 0)
    skew = left / right
    ratio = np.square(np.abs(blocks).mean((1, 2))) / np.square(blocks).mean((1, 2))
    wanted = ratio * (skew**3 + 1) * (skew + 1) / np.square(skew**2 + 1)
    nearest = np.square(ratios - np.where(np.isnan(wanted), 0, wanted)[:, None]).argmin(1)
    shape = shapes[nearest]
    width = np.sqrt(_gamma(1 / shape) / _gamma(3 / shape))
    return shape, left * width, right * width


def _spread(blocks: Blocks, chosen: Bool[np.ndarray, "blocks side side"]) -> Float64[np.ndarray, " blocks"]:
    """Return the root mean square of the chosen values of each block; not a number where there is none."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.square(blocks * chosen).sum((1, 2)) / chosen.sum((1, 2)))


@cache
def _shape_table() -> tuple[Float64[np.ndarray, " shapes"], Float64[np.ndarray, " shapes"]]:
    """Return shapes from 0.2 to 10 and the ratio of moments, (E|x|)^2 / E x^2, that each has."""
    shapes = np.arange(0.2, 10.001, 0.001)
    return shapes, _gamma(2 / shapes) ** 2 / (_gamma(1 / shapes) * _gamma(3 / shapes))


def _gamma(x: Float64[np.ndarray, " values"]) -> Float64[np.ndarray, " values"]:
    return torch.from_numpy(x).lgamma().exp().numpy()


def _mean(features: Float64[np.ndarray, "blocks 36"]) -> Float64[np.ndarray, "36"]:
    """Return the mean over the blocks, a flat one left out of what it has no value for."""
    present = ~np.isnan(features)
    return np.where(present, features, 0).sum(0) / np.maximum(present.sum(0), 1)
