from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from acutance.errors import RequestError
from acutance.ops import gradient_map


@pytest.mark.parametrize(("padding", "stored"), [("zeros", "padding1"), ("zeros2", "padding2")])
def test_equals_the_released_operator(golden: Path, padding: Any, stored: str) -> None:
    arrays = np.load(golden / "spsr/gradient_maps.npz")
    result = gradient_map(torch.from_numpy(arrays["input"]), padding)
    expected = arrays["padding1_arch" if stored == "padding1" else stored]
    torch.testing.assert_close(result, torch.from_numpy(expected), atol=1e-6, rtol=1e-6)
    flat = gradient_map(torch.from_numpy(arrays["flat_input"]), padding)
    torch.testing.assert_close(flat, torch.from_numpy(arrays[f"flat_{stored}"]), atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize(("padding", "shape"), [("replicate", (5, 6)), ("valid", (3, 4))])
def test_a_flat_image_has_no_edges(padding: Any, shape: tuple[int, int]) -> None:
    result = gradient_map(torch.full((1, 2, 5, 6), 0.8), padding)
    torch.testing.assert_close(result, torch.full((1, 2, *shape), 1e-3))


def test_all_paddings_agree_inside() -> None:
    image = torch.rand(2, 3, 7, 9)
    inside = gradient_map(image, "valid")
    for padding in ("zeros", "replicate"):
        assert torch.equal(gradient_map(image, padding)[..., 1:-1, 1:-1], inside)
    assert torch.equal(gradient_map(image, "zeros2")[..., 2:-2, 2:-2], inside)


def test_the_gradient_is_finite_even_where_the_image_is_flat() -> None:
    image = torch.full((1, 3, 5, 5), 0.5, requires_grad=True)
    gradient_map(image).sum().backward()
    assert image.grad is not None
    assert image.grad.isfinite().all()


def test_a_wrong_padding_is_named() -> None:
    with pytest.raises((RequestError, TypeError), match="zero"):
        gradient_map(torch.rand(1, 3, 5, 5), "zero")  # pyright: ignore[reportArgumentType]
