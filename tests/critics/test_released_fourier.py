"""The Fourier view: what the released code calls one sees the plain image; ours sees the transform."""

import numpy as np
import pytest
import torch

from acutance.critics import EmbeddingNetwork
from acutance.ops import fourier_map
from filling import GOLDEN, fill


@pytest.fixture(scope="module")
def image():
    return torch.from_numpy(fill.image_for("disc_input", (2, 3, 192, 192), 1.0))


@pytest.fixture(scope="module")
def reference():
    return np.load(GOLDEN / "pcl" / "disc_fft_eval.npz")


def test_released_one_is_the_plain_view(image, reference):
    """Its filter is set and never applied (facts/pcl.md, B5)."""
    with torch.no_grad():
        logits = fill.fill_(EmbeddingNetwork("plain")).eval()(image).logits
    assert np.abs(logits.numpy() - reference["logits_patch"]).max() < 1e-5


def test_ours_holds_the_transform_that_the_released_one_would_apply(image, reference):
    parts = fourier_map(image[:1, :, :24, :20])[..., : 20 // 2 + 1] * (24 * 20) ** 0.5
    np.testing.assert_allclose(parts[:, :3], reference["rfft2_real"], atol=1e-4)
    np.testing.assert_allclose(parts[:, 3:], reference["rfft2_imag"], atol=1e-4)
