"""The first row of every super-resolution table: bicubic, x4."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from acutance.degrade import Bicubic, crop_to_multiple
from acutance.metrics import PROTOCOLS, Protocol
from acutance.ops import bicubic, quantise

ROUNDED = Protocol("published", "the published bicubic row", luma_rounded=True)


def mean_psnr(folder: Path, protocol: Protocol) -> float:
    return float(np.mean([score(path, protocol) for path in sorted(folder.iterdir())]))


def score(path: Path, protocol: Protocol) -> float:
    pixels = crop_to_multiple(np.asarray(Image.open(path).convert("RGB")), 4)
    hr = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None] / 255
    sr = quantise(bicubic(Bicubic(4)(hr), 4))[0].permute(1, 2, 0).mul(255).round().byte().numpy()
    return protocol.score(sr, pixels, 4)["psnr"]


@pytest.mark.parametrize("protocol", [PROTOCOLS["pcl"], ROUNDED], ids=["pcl", "rounded"])
@pytest.mark.parametrize(("name", "published"), [("Set5", 28.42), ("Set14", 26.09), ("B100", 25.96)])
def test_equals_the_published_row(shared_data: Path, name: str, published: float, protocol: Protocol) -> None:
    assert mean_psnr(shared_data / name, protocol) == pytest.approx(published, abs=0.02)
