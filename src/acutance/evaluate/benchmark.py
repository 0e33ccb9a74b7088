"""Scores an upscaler on test sets, picture by picture; one bad picture costs itself only."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from acutance import images, ops
from acutance.data import Pair, PictureSet, decode
from acutance.degrade import Bicubic
from acutance.errors import PictureError, RequestError, unknown
from acutance.evaluate.results import Results, Scores, SetResult
from acutance.metrics import PROTOCOLS, Protocol, Scorer
from acutance.progress import track

Upscaler = Callable[[UInt8[np.ndarray, "h w 3"]], UInt8[np.ndarray, "H W 3"]]
"""Makes an SR picture of an LR picture, both RGB."""


def benchmark(
    upscaler: Upscaler,
    sets: Sequence[PictureSet],
    *,
    network: str,
    scale: int,
    protocol: str | Scorer = "pcl",
    save: Path | None = None,
) -> Results:
    """Upscale and score every picture of the sets.

    HR is cropped at the bottom and right to a multiple of `scale`; LR is the set's own file, or the bicubic reduction
    of HR, rounded to 8 bits, where it has none. A picture that cannot be read, or whose SR has the wrong size, is named
    in the set's `failed` and left out of the means.

    Args:
        upscaler: makes SR of LR.
        sets: what to score on, from `acutance.data.find_set`.
        network: the name that the results carry.
        scale: how many times larger SR is than LR.
        protocol: a name in `acutance.metrics.PROTOCOLS`, for PSNR and SSIM; or a protocol's `scorer(...)`,
            for the metrics of that.
        save: a folder for the SR pictures, as SET/PICTURE.png.

    Raises:
        RequestError: there is no such protocol.
    """
    scorer = protocol if isinstance(protocol, Scorer) else find_protocol(protocol).scorer()
    score = partial(_score, upscaler, scale=scale, scorer=scorer)
    results = {each.name: _score_set(each, partial(score, folder=save and save / each.name), network) for each in sets}
    return Results(network, scale, scorer.protocol.name, results)


def find_protocol(name: str) -> Protocol:
    """Return the protocol of this name; raise RequestError where there is none."""
    if name not in PROTOCOLS:
        raise unknown("protocol", name, PROTOCOLS)
    return PROTOCOLS[name]


def bicubic_upscaler(scale: int) -> Upscaler:
    """Return the baseline of every table: MATLAB's bicubic enlargement, rounded to 8 bits."""
    return lambda lr: _pixels(ops.bicubic(_tensor(lr), scale))


def _score_set(pictures: PictureSet, score: Callable[[Pair], Scores], network: str) -> SetResult:
    scored: dict[str, Scores] = {}
    failed: dict[str, str] = {}
    for pair in track(pictures.pairs, f"{network} on {pictures.name}", len(pictures.pairs)):
        try:
            scored[pair.name] = score(pair)
        except PictureError as error:
            failed[pair.name] = str(error)
    return SetResult(scored, failed, len(pictures.pairs))


def _score(upscaler: Upscaler, pair: Pair, *, scale: int, scorer: Scorer, folder: Path | None) -> Scores:
    hr, lr = decode(pair, Bicubic(scale))
    sr = upscaler(lr)
    if sr.shape != hr.shape:
        raise PictureError(
            pair.hr, f"its SR is {_size(sr)} from an LR of {_size(lr)}; x{scale} should give {_size(hr)}."
        )
    try:
        scores = scorer(sr, hr, scale, lr)
    except RequestError as error:
        raise PictureError(pair.hr, str(error)) from error
    if folder is not None:
        images.write(folder / f"{pair.name}.png", sr)
    return scores


def _tensor(pixels: UInt8[np.ndarray, "h w 3"]) -> Tensor:
    return torch.tensor(pixels).permute(2, 0, 1)[None].float() / 255


def _pixels(image: Tensor) -> UInt8[np.ndarray, "h w 3"]:
    return (image[0] * 255).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().numpy()


def _size(pixels: UInt8[np.ndarray, "h w 3"]) -> str:
    return f"{pixels.shape[1]}x{pixels.shape[0]}"
