"""Scores an upscaler on test sets, picture by picture; one bad picture costs itself only."""

from collections.abc import Sequence
from pathlib import Path

from acutance import ops
from acutance.data import PictureSet
from acutance.metrics import Scorer
from acutance.ops import image_of, pixels_of
from acutance.scores.measuring import find_protocol
from acutance.scores.results import Results
from acutance.scores.scorer import PictureScorer, Source, Upscaler, from_lr, score_set


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
    of HR, rounded to 8 bits, where it has none. A picture that cannot be read, has 16 bits or transparency, or whose SR
    has the wrong size, is named in the set's `failed` and left out of the means; a grey one is named in `remarks`.

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
    score_all = PictureScorer({network: from_lr(upscaler)}, scorer, scale).all
    results = {each.name: score_set(each, network, score_all, save) for each in sets}
    return Results(network, scale, scorer.protocol.name, results)


def bicubic_upscaler(scale: int) -> Upscaler:
    """Return the baseline of every table: MATLAB's bicubic enlargement, rounded to 8 bits."""
    return lambda lr: pixels_of(ops.bicubic(image_of(lr), scale))


def bicubic_source(scale: int) -> Source:
    """Return the baseline as a source."""
    return from_lr(bicubic_upscaler(scale))
