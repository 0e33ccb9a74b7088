"""The first row of every super-resolution table: bicubic, x4."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from acutance.data import decode, find_set
from acutance.degrade import Bicubic
from acutance.metrics import PROTOCOLS, Protocol
from acutance.scores.benchmark import bicubic_upscaler

ROUNDED = Protocol("published", "the published bicubic row", luma_rounded=True)


@cache
def pictures(root: Path, name: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """SR and HR of a set."""
    upscaler = bicubic_upscaler(4)
    decoded = (decode(pair, Bicubic(4)) for pair in find_set(root, name, 4).pairs)
    return [(upscaler(lr), hr) for hr, lr in decoded]


def means(root: Path, name: str, protocol: Protocol) -> dict[str, float]:
    scores = [protocol.score(sr, hr, 4) for sr, hr in pictures(root, name)]
    return {metric: float(np.mean([each[metric] for each in scores])) for metric in ("psnr", "ssim")}


@pytest.mark.parametrize("protocol", [PROTOCOLS["pcl"], ROUNDED], ids=["pcl", "rounded"])
@pytest.mark.parametrize(
    ("name", "psnr", "ssim"), [("Set5", 28.42, 0.8104), ("Set14", 26.09, 0.703), ("B100", 25.96, 0.6675)]
)
def test_equals_the_published_row(shared_data: Path, name: str, psnr: float, ssim: float, protocol: Protocol) -> None:
    found = means(shared_data, name, protocol)
    assert found["psnr"] == pytest.approx(psnr, abs=0.02)
    assert found["ssim"] == pytest.approx(ssim, abs=0.002)


@pytest.mark.parametrize(("name", "ssim"), [("Set5", 0.8245), ("Set14", 0.7850), ("B100", 0.6675)])
def test_equals_the_row_of_spsr_whose_ssim_shrinks_first(shared_data: Path, name: str, ssim: float) -> None:
    assert means(shared_data, name, PROTOCOLS["spsr"])["ssim"] == pytest.approx(ssim, abs=0.002)
