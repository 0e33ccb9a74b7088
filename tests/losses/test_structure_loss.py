"""The structure loss: of features that are known, on photographs with the extractors that ship, in anybody's loop."""

import pytest
import torch
import torch.nn.functional as F
from torch import distributed, multiprocessing, nn
from torch.nn.parallel import DistributedDataParallel

from acutance import images
from acutance.critics import VGGStyleDiscriminator
from acutance.errors import RequestError
from acutance.extractors import VGG19, StructureExtractor
from acutance.losses import Adversarial, Structure, StructurePixel, StructureView, relativistic_losses
from acutance.types import Batch, Prediction

PATCH = 32
STEPS = 2


class Cells(nn.Module):
    """Means over cells of 4x4 pixels: features that a test can work out."""

    feature_scale = 0.5

    def forward(self, image):
        return F.avg_pool2d(image, 4)


class Louder(nn.Module):
    """Another extractor, its features ten times as large."""

    def __init__(self, extractor):
        super().__init__()
        self.extractor, self.feature_scale = extractor, 10 * extractor.feature_scale

    def forward(self, image):
        return 10 * self.extractor(image)


def pair(seed=0, count=2):
    generator = torch.Generator().manual_seed(seed)
    hr = torch.rand(count, 3, PATCH, PATCH, generator=generator)
    return F.avg_pool2d(hr, 4).repeat_interleave(4, 2).repeat_interleave(4, 3), hr


class TestStructurePixel:
    def test_is_the_mean_difference_in_units_of_the_scale(self):
        _, hr = pair()
        assert float(StructurePixel(Cells())(Prediction(hr + 0.1), Batch(hr, hr))) == pytest.approx(0.2, rel=1e-4)

    def test_detail_below_a_cell_does_not_count(self):
        sr, hr = pair()
        assert float(StructurePixel(Cells())(Prediction(sr), Batch(hr, hr))) < 1e-6

    def test_scale_is_one_where_there_is_none(self):
        _, hr = pair()
        plain = nn.AvgPool2d(4)
        assert float(StructurePixel(plain)(Prediction(hr + 0.1), Batch(hr, hr))) == pytest.approx(0.1, rel=1e-4)

    def test_scale_of_an_extractor_makes_its_size_irrelevant(self):
        """The cosine of Eq. 12 leaves the size free: a network that says everything ten times as loud is the same."""
        sr, hr = pair()
        one = StructureExtractor.random(1)
        loud = Louder(one)
        values = [float(StructurePixel(extractor)(Prediction(sr), Batch(hr, hr))) for extractor in (one, loud)]
        assert values[0] == pytest.approx(values[1], rel=1e-5)
        assert values[0] > 0.01

    def test_several_layers_are_refused(self):
        sr, hr = pair()
        with pytest.raises(RequestError, match="one map of features; VGG19 returns 2"):
            StructurePixel(VGG19(["relu1_1", "relu1_2"]))(Prediction(sr), Batch(hr, hr))

    @pytest.mark.parametrize("name", ["contrastive-h", "contrastive-v", "contrastive-c", "jigsaw"])
    def test_falls_as_a_photograph_gets_sharper(self, shared_data, name):
        try:
            extractor = StructureExtractor.from_file(name)
        except RequestError as error:
            pytest.skip(str(error))
        loss = StructurePixel(extractor)
        hr = torch.tensor(images.read(shared_data / "Set5" / "butterfly.png").pixels).permute(2, 0, 1)[None] / 255
        blurred = F.avg_pool2d(F.pad(hr, (2,) * 4, mode="replicate"), 5, stride=1)
        values = [float(loss(Prediction(torch.lerp(blurred, hr, at)), Batch(hr, hr))) for at in (0.0, 0.5, 1.0)]
        assert values[0] > values[1] > values[2] == 0


class TestStructure:
    def test_is_the_weighted_sum_of_its_parts(self):
        sr, hr = pair()
        critic = VGGStyleDiscriminator(width=4, patch=8)
        structure = Structure(Cells(), critic=critic, pixel_weight=2.0, adversarial_weight=0.25)
        parts = StructurePixel(Cells()), Adversarial(critic, StructureView(Cells()))
        with torch.no_grad():
            pixel, adversarial = (float(part(Prediction(sr + 0.1), Batch(hr, hr))) for part in parts)
            assert float(structure(sr + 0.1, hr)) == pytest.approx(2 * pixel + 0.25 * adversarial, rel=1e-5)

    def test_critic_fits_the_maps_of_any_extractor(self):
        maps = {32: (StructureExtractor(), 64), 128: (VGG19(["conv2_1"]), 32)}
        for channels, (extractor, patch) in maps.items():
            critic = Structure(extractor, patch=patch).loss.critic
            assert (critic.channels, critic.patch) == (channels, 16)

    def test_critic_learns_to_tell_sr_from_hr(self):
        sr, hr = pair()
        extractor = StructureExtractor.random()
        structure = Structure(extractor, patch=PATCH, learning_rate=1e-3)
        before = {key: tensor.clone() for key, tensor in extractor.state_dict().items()}
        values = [float(structure.learn(sr, hr)) for _ in range(10)]
        assert values[-1] < 0.5 * values[0]
        assert all(torch.equal(before[key], tensor) for key, tensor in extractor.state_dict().items())

    def test_descending_it_brings_sr_nearer(self):
        sr, hr = pair()
        sr = sr.requires_grad_()
        extractor = StructureExtractor.random()
        structure, pixel = Structure(extractor, patch=PATCH), StructurePixel(extractor)
        optimizer = torch.optim.Adam([sr], lr=0.01)
        values = []
        for _ in range(15):
            structure.learn(sr, hr)
            optimizer.zero_grad()
            structure(sr, hr).backward()
            optimizer.step()
            values.append(float(pixel(Prediction(sr.detach()), Batch(hr, hr))))
        assert values[-1] < 0.8 * values[0]

    def test_without_the_adversarial_part_the_critic_is_not_asked(self):
        sr, hr = pair()
        structure = Structure(Cells(), adversarial_weight=0.0, patch=PATCH)
        structure.loss.critic.register_forward_hook(lambda *_: pytest.fail("asked"))
        assert float(structure(sr + 0.1, hr)) == pytest.approx(0.2, rel=1e-4)

    def test_state_resumes(self):
        one, other = (Structure(StructureExtractor.random(1), patch=PATCH) for _ in range(2))
        one.learn(*pair(1))
        other.load_state_dict(one.state_dict())
        for seed in (2, 3):
            assert float(one.learn(*pair(seed))) == float(other.learn(*pair(seed)))
            with torch.no_grad():
                assert float(one(*pair(seed))) == float(other(*pair(seed)))

    def test_accumulated_calls_make_one_step(self):
        structure = Structure(Cells(), patch=PATCH, accumulate=2)
        weight = structure.loss.critic.get_parameter("features.0.weight")
        before = weight.clone()
        structure.learn(*pair(0))
        assert torch.equal(weight, before)
        structure.learn(*pair(1))
        assert not torch.equal(weight, before)

    @pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
    def test_gradient_in_mixed_precision_is_that_of_full_precision(self, dtype):
        sr, hr = pair()
        extractor = StructureExtractor.random()
        structure = Structure(extractor, patch=PATCH)
        gradients = []
        for enabled in (False, True):
            image = sr.clone().requires_grad_()
            with torch.autocast("cpu", dtype, enabled=enabled):
                loss = structure(image, hr)
            (gradient,) = torch.autograd.grad(loss, image)
            assert loss.dtype == torch.float32
            gradients.append(gradient.flatten())
        assert F.cosine_similarity(*gradients, dim=0) > 0.95

    def test_learns_inside_autocast(self):
        sr, hr = pair()
        structure = Structure(StructureExtractor.random(), patch=PATCH)
        with torch.autocast("cpu", torch.bfloat16):
            value = structure.learn(sr.bfloat16(), hr)
        assert value.dtype == torch.float32
        assert all(parameter.isfinite().all() for parameter in structure.parameters())

    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"pixel_weight": -1.0}, r"not \(-1.0, 0.005\)"),
            ({"pixel_weight": 0.0, "adversarial_weight": 0.0}, "not both 0"),
            ({"patch": 16}, "maps of 8 pixels or more, not 4"),
            ({"accumulate": 0}, "0 calls: it takes at least 1"),
        ],
    )
    def test_wrong_requests_say_what_is_right(self, settings, words):
        with pytest.raises(RequestError, match=words):
            Structure(Cells(), **{"patch": PATCH, **settings})


def own_network(seed):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 48, 3, padding=1), nn.PixelShuffle(4))


def train_as_one_of_two(rank, folder):
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    network = DistributedDataParallel(own_network(seed=rank))
    structure = Structure(
        StructureExtractor.random(), critic=VGGStyleDiscriminator(32, width=4, patch=8), learning_rate=1e-3
    )
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    for step in range(STEPS):
        _, hr = pair(10 * step + rank)
        sr = network(F.avg_pool2d(hr, 4))
        structure.learn(sr, hr)
        structure(sr, hr).backward()
        optimizer.step()
        optimizer.zero_grad()
    state = {"network": network.module.state_dict(), "critic": structure.loss.critic.state_dict()}
    torch.save(state, f"{folder}/{rank}.pt")
    distributed.destroy_process_group()


@pytest.mark.slow
def test_processes_stay_in_step(tmp_path):
    multiprocessing.spawn(train_as_one_of_two, (str(tmp_path),), nprocs=2)
    one, two = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1))
    for part in ("critic", "network"):
        assert all(torch.equal(one[part][key], two[part][key]) for key in one[part])


def test_critic_sees_the_features_and_not_the_image():
    sr, hr = pair()
    extractor = StructureExtractor.random()
    loss = Adversarial(VGGStyleDiscriminator(32, width=4, patch=8), StructureView(extractor))
    seen = [extractor(image) / extractor.feature_scale for image in (hr, sr)]
    real, fake = (loss.critic(features).logits for features in seen)
    found = loss.critic_loss(Prediction(sr), Batch(hr, hr))
    assert float(found.detach()) == pytest.approx(float(relativistic_losses(real, fake)[0].detach()), rel=1e-5)
