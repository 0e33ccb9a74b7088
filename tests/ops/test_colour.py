from pathlib import Path

import numpy as np
import torch

from acutance.ops import luma


def test_equals_matlab(golden: Path) -> None:
    stored = np.load(golden / "spsr/color.npz")
    image = torch.from_numpy(stored["rgb_uint8"]).permute(2, 0, 1)[None] / 255
    torch.testing.assert_close(luma(image)[0, 0], torch.from_numpy(stored["y_float"]), atol=1e-6, rtol=0)


def test_black_and_white_are_16_and_235() -> None:
    ends = luma(torch.tensor([0.0, 1.0]).view(2, 1, 1, 1).expand(2, 3, 1, 1)) * 255
    torch.testing.assert_close(ends.flatten(), torch.tensor([16.0, 235.0]))
