"""The losses on gradient maps; their values in a released step are in test_adversarial.py."""

import pytest
import torch
import torch.nn.functional as F

from acutance import images
from acutance.errors import RequestError
from acutance.losses import Branch, GradientPixel, GradientView
from acutance.ops import gradient_map
from acutance.types import Batch, Prediction

FLAT = Batch(lr=torch.zeros(1, 3, 2, 2), hr=torch.full((1, 3, 8, 8), 0.5))


class TestGradientPixel:
    @pytest.mark.parametrize(("distance", "expected"), [("l1", 0.2), ("l2", 0.04)])
    def test_a_ramp_beside_a_flat_picture(self, distance, expected):
        """A slope of 0.1 a pixel is a central difference of 0.2."""
        ramp = torch.arange(8) / 10 * torch.ones(1, 3, 8, 1)
        value = GradientPixel(distance, "valid")(Prediction(ramp), FLAT)
        assert float(value) == pytest.approx(expected, abs=1e-3)

    def test_brightness_does_not_count_by_default(self):
        assert float(GradientPixel()(Prediction(FLAT.hr + 0.3), FLAT)) < 1e-6

    @pytest.mark.parametrize("padding", ["zeros", "zeros2"])
    def test_zeros_beyond_the_edge_make_it_count(self, padding):
        """The false frame of the released maps is as bright as the picture, so a shift in brightness is a loss."""
        assert float(GradientPixel("l1", padding)(Prediction(FLAT.hr + 0.3), FLAT)) > 0.05

    def test_gradient_is_finite_where_sr_is_flat(self):
        sr = FLAT.hr.clone().requires_grad_()
        GradientPixel()(Prediction(sr), FLAT).backward()
        assert sr.grad.isfinite().all()

    def test_a_blurred_photograph_costs_more_than_a_brighter_one(self, shared_data):
        pixels = torch.tensor(images.read(shared_data / "Set5" / "butterfly.png").pixels)
        hr = pixels.permute(2, 0, 1)[None].float() / 255
        blurred = F.avg_pool2d(F.pad(hr, (1,) * 4, mode="replicate"), 3, stride=1)
        offset = (blurred - hr).abs().mean()  # of the same pixel loss
        loss, batch = GradientPixel(), Batch(hr, hr)
        assert float(loss(Prediction(blurred), batch)) > 0.02
        assert float(loss(Prediction(hr + offset), batch)) < 1e-5

    def test_is_told_in_32_bits(self):
        sr = torch.rand(1, 3, 8, 8).bfloat16()
        narrow, full = (GradientPixel()(Prediction(image), FLAT) for image in (sr, sr.float()))
        assert narrow.dtype == torch.float32
        assert torch.equal(narrow, full)


class TestBranch:
    @pytest.mark.parametrize("padding", ["zeros", "replicate"])
    def test_is_zero_for_the_map_of_hr_and_what_is_added_otherwise(self, padding):
        batch = Batch(FLAT.lr, torch.rand(1, 3, 8, 8))
        right = gradient_map(batch.hr, padding)
        for added in (0.0, 0.25):
            prediction = Prediction(torch.rand(1, 3, 8, 8), {"gradient": right + added})
            assert float(Branch(padding)(prediction, batch)) == pytest.approx(added, abs=1e-6)

    def test_network_without_a_branch_is_told(self):
        with pytest.raises(RequestError, match="as SPSR does; this one predicts nothing beside SR"):
            Branch()(Prediction(FLAT.hr), FLAT)
        with pytest.raises(RequestError, match="this one predicts depth beside SR"):
            Branch()(Prediction(FLAT.hr, {"depth": FLAT.hr}), FLAT)

    def test_gradient_reaches_the_branch_and_not_sr(self):
        sr, branch = (torch.rand(1, 3, 8, 8, requires_grad=True) for _ in range(2))
        Branch()(Prediction(sr, {"gradient": branch}), FLAT).backward()
        assert sr.grad is None
        assert branch.grad.abs().sum() > 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: GradientView("zero"), "no padding 'zero'; did you mean 'zeros'"),  # pyright: ignore[reportArgumentType]
        (lambda: GradientPixel("L1"), "no distance 'L1'; did you mean 'l1'"),  # pyright: ignore[reportArgumentType]
        (
            lambda: Branch("zeros2"),  # pyright: ignore[reportArgumentType]
            "no padding that keeps the size 'zeros2'; did you mean 'zeros'",
        ),
    ],
)
def test_wrong_requests_say_what_is_right(call, words):
    with pytest.raises((RequestError, TypeError), match=words.split("'")[1]) as caught:
        call()
    if caught.type is RequestError:
        assert words in str(caught.value)


def test_view_shows_the_map():
    image = F.pad(torch.ones(1, 3, 4, 4), (2, 2, 2, 2))
    assert torch.equal(GradientView("zeros2")(image), gradient_map(image, "zeros2"))
