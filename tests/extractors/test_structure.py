"""The structure extractor: what its cells see, its files, and that a gradient passes through it."""

import pytest
import torch
from safetensors.torch import save_file

from acutance import images
from acutance.errors import RequestError
from acutance.extractors import StructureExtractor
from acutance.extractors.kernels import LAYOUTS
from acutance.extractors.structure import bundled

FIELDS = {  # facts/spsr.md, section 4.2: receptive field, first pixel that cell 0 sees, offset
    "tiles12": (12, -4, 3),
    "tiles16": (16, -6, 4),
    "mixed14": (14, -5, 4),
    "mixed16": (16, -7, 4),
    "mixed19": (19, -9, 5),
    "mixed22": (22, -9, 6),
    "resnet31": (31, -15, 8),
    "resnet39": (39, -19, 10),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_field_that_is_computed_is_the_field_that_gradients_show(layout):
    extractor = StructureExtractor(layout, final_relu=False).double()
    image = torch.rand(1, 3, 96, 96, dtype=torch.float64, requires_grad=True)
    extractor(image)[0, :, 12, 12].sum().backward()
    seen = image.grad[0].abs().sum(0)
    rows = seen.sum(1).nonzero().flatten()
    field, before, offset = FIELDS[layout]
    assert (extractor.receptive_field, extractor.stride, extractor.offset) == (field, 4, offset)
    assert (rows.min().item(), rows.max().item()) == (48 + before, 48 + before + field - 1)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_six_convolutions_give_a_quarter_of_the_size(layout):
    extractor = StructureExtractor(layout)
    assert sum(isinstance(module, torch.nn.Conv2d) for module in extractor.modules()) == 6
    assert extractor(torch.rand(2, 3, 48, 32)).shape == (2, 32, 12, 8)


def test_the_default_is_as_large_as_the_facts_say():
    assert sum(weight.numel() for weight in StructureExtractor().parameters()) == 37_440


@pytest.mark.parametrize("layout", LAYOUTS)
def test_inner_features_do_not_change_with_what_lies_outside(layout):
    """Exactly the cells of `interior` are the same in the image and in a larger one that contains it."""
    extractor = StructureExtractor(layout, final_relu=False).double()
    large = torch.rand(1, 3, 160, 160, dtype=torch.float64)
    small = large[..., 40:120, 40:120]
    near, far = extractor(small)[0], extractor(large)[0, :, 10:30, 10:30]
    same = torch.isclose(near, far, atol=1e-9).all(0)
    inside = torch.zeros(20, 20, dtype=torch.bool)
    cells = extractor.view.inside(80)
    inside[cells, cells] = True
    assert torch.equal(same, inside)
    assert torch.equal(extractor.interior(small)[0], near[:, cells, cells])


def test_relu_at_the_end_is_a_choice():
    torch.manual_seed(3)
    with_relu = StructureExtractor()
    without = StructureExtractor(final_relu=False)
    without.load_state_dict(with_relu.state_dict())
    image = torch.rand(1, 3, 32, 32)
    assert without(image).min() < 0
    assert torch.equal(with_relu(image), without(image).relu())


def test_a_file_gives_back_what_was_saved(tmp_path):
    extractor = StructureExtractor("resnet31", final_relu=False)
    extractor.feature_scale = 1.75
    extractor.save(tmp_path / "checkpoints" / "extractor.safetensors", {"task": "contrastive"})
    for source in (tmp_path, tmp_path / "checkpoints" / "extractor.safetensors"):
        again = StructureExtractor.from_file(source)
        image = torch.rand(1, 3, 40, 40, requires_grad=True)
        assert torch.equal(again(image), extractor(image))
        assert (again.layout, again.final_relu, again.feature_scale) == ("resnet31", False, 1.75)
        again(image).sum().backward()
        assert image.grad.abs().sum() > 0
        assert not any(weight.requires_grad for weight in again.parameters())


def test_a_seed_decides_the_random_one_and_disturbs_no_other():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one, two, other = (StructureExtractor.random(seed) for seed in (1, 1, 2))
    assert torch.equal(torch.rand(3), expected)
    image = torch.rand(1, 3, 32, 32)
    assert torch.equal(one(image), two(image))
    assert not torch.equal(one(image), other(image))
    assert one.feature_scale != 1.0


def photographs(folder, count):
    return [torch.from_numpy(images.read(path).pixels / 255).float().permute(2, 0, 1)[None] for path in folder[:count]]


@pytest.mark.parametrize("seed", range(3))
def test_the_scale_from_noise_is_near_that_of_photographs(seed, shared_data):
    extractor = StructureExtractor.random(seed)
    norms = [
        extractor.interior(image).norm(dim=1).mean() for image in photographs(images.find(shared_data / "B100"), 20)
    ]
    assert extractor.feature_scale == pytest.approx(torch.stack(norms).mean().item(), rel=0.25)


def test_extractors_ship_with_a_scale_that_holds_for_other_photographs(shared_data):
    assert set(bundled()) == {"contrastive-h", "contrastive-v", "contrastive-c", "jigsaw"}
    for name, file in bundled().items():
        assert file.stat().st_size < 300_000
        extractor = StructureExtractor.from_file(name)
        norms = [
            extractor.interior(image).norm(dim=1).mean() for image in photographs(images.find(shared_data / "B100"), 20)
        ]
        assert extractor.feature_scale == pytest.approx(torch.stack(norms).mean().item(), rel=0.5)


def test_what_is_wrong_is_said(tmp_path):
    with pytest.raises(RequestError, match="did you mean 'tiles16'"):
        StructureExtractor("tile16")
    with pytest.raises(RequestError, match="there is no structure extractor 'contrastive-x'"):
        StructureExtractor.from_file("contrastive-x")
    with pytest.raises(RequestError, match="there is no file"):
        StructureExtractor.from_file(tmp_path / "none.safetensors")
    save_file({"x": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(RequestError, match="holds no structure extractor"):
        StructureExtractor.from_file(tmp_path / "other.safetensors")
    with pytest.raises(RequestError, match="4 pixels or more, not 3x8"):
        StructureExtractor()(torch.rand(1, 3, 3, 8))
    with pytest.raises(RequestError, match="16x12"):
        StructureExtractor().interior(torch.rand(1, 3, 16, 12))
