"""PCL in other people's loops: mixed precision, accumulated gradients, several processes."""

import pytest
import torch
import torch.nn.functional as F
from torch import distributed, multiprocessing, nn
from torch.nn.parallel import DistributedDataParallel

from acutance.errors import RequestError
from acutance.losses import PCL, Embedding, pixelwise_cosine
from acutance.losses.samples import Samples

SETTINGS = {
    "as it comes": {},
    "nothing random": {
        "samples": Samples(positives=0, negatives=0, with_lr=True),
        "embedding": Embedding(layers=(0, 1), batch_statistics=True),
    },
}
ALPHA = 0.05
STEPS = 3


def own_network(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 48, 3, padding=1), nn.PixelShuffle(4))


def half_batch(step, half):
    generator = torch.Generator().manual_seed(10 * step + half)
    hr = torch.rand(2, 3, 32, 32, generator=generator)
    return F.avg_pool2d(hr, 4), hr


def losses(network, pcl, lr, hr):
    """What stands in everybody's loop."""
    sr = network(lr)
    learned = pcl.learn(sr, hr)
    return F.l1_loss(sr, hr) + ALPHA * pcl(sr, hr, lr), learned


class TestMixedPrecision:
    @pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
    def test_gradient_is_that_of_full_precision(self, dtype):
        gradients = []
        for enabled in (False, True):
            network, pcl = own_network(), PCL(seed=1)
            with torch.autocast("cpu", dtype, enabled=enabled):
                loss, learned = losses(network, pcl, *half_batch(0, 0))
            loss.backward()
            assert loss.dtype == learned.dtype == torch.float32
            assert all(parameter.isfinite().all() for parameter in pcl.parameters())
            gradients.append(network.get_parameter("0.weight").grad.flatten())
        assert F.cosine_similarity(*gradients, dim=0) > 0.97

    def test_second_step_inside_one_autocast_sees_the_first(self):
        """The autocast cache would keep the weights of before the step."""
        _, hr = half_batch(0, 0)
        sr = F.avg_pool2d(hr, 4).repeat_interleave(4, 2).repeat_interleave(4, 3)
        torch.manual_seed(0)
        one, two = PCL(learning_rate=1e-2), PCL(learning_rate=1e-2)
        two.load_state_dict(one.state_dict())
        with torch.autocast("cpu", torch.bfloat16):
            inside = [float(one.learn(sr, hr)) for _ in range(3)]
        apart = []
        for _ in range(3):
            with torch.autocast("cpu", torch.bfloat16):
                apart.append(float(two.learn(sr, hr)))
        assert inside == apart
        assert inside[2] < inside[0]

    def test_loss_may_be_called_outside_autocast(self):
        network, pcl = own_network(), PCL()
        lr, hr = half_batch(0, 0)
        with torch.autocast("cpu", torch.bfloat16):
            sr = network(lr)
        pcl.learn(sr, hr)
        pcl(sr, hr).backward()
        assert sr.dtype == torch.bfloat16
        assert network.get_parameter("0.weight").grad.abs().sum() > 0

    def test_critic_learns_in_full_precision_where_half_would_need_a_scaler(self):
        ends = []
        for enabled in (False, True):
            torch.manual_seed(0)
            pcl = PCL()
            with torch.autocast("cpu", torch.float16, enabled=enabled):
                pcl.learn(*half_batch_images(0))
            ends.append(pcl.loss.critic.features[0][0].weight)
        assert torch.equal(*ends)

    @pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
    def test_similarity_is_told_in_32_bits(self, dtype):
        a = torch.rand(2, 64, 8, 8).to(dtype)
        b = (a.float() + 0.05 * torch.randn(a.shape)).to(dtype)
        similarity = pixelwise_cosine(a, b)
        assert torch.equal(similarity, pixelwise_cosine(a.float(), b.float()))
        assert float(pixelwise_cosine(torch.zeros_like(a), b).sum()) == 0

    def test_scaled_gradients(self):
        network, pcl = own_network(), PCL()
        optimizer, scaler = (
            torch.optim.Adam(network.parameters(), 1e-3),
            torch.amp.GradScaler("cpu", init_scale=2.0**10),
        )
        values = []
        for _ in range(8):
            with torch.autocast("cpu", torch.float16):
                loss, _ = losses(network, pcl, *half_batch(0, 0))
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()
            values.append(float(loss.detach()))
        assert values[-1] < values[0]
        assert scaler.get_scale() == 2.0**10


def train_in_one_process(network, pcl, optimizer):
    """Both halves of each batch together."""
    for step in range(STEPS):
        halves = [half_batch(step, half) for half in (0, 1)]
        loss, _ = losses(network, pcl, *(torch.cat(images) for images in zip(*halves, strict=True)))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


def train_as_one_of_two(rank, folder):
    """One process of two, each with its half; started with its own seed, as processes often are."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    for name, settings in SETTINGS.items():
        network = DistributedDataParallel(own_network(seed=rank))
        pcl = PCL(**settings)
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        for step in range(STEPS):
            loss, _ = losses(network, pcl, *half_batch(step, rank))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        state = {"network": network.module.state_dict(), "critic": pcl.loss.critic.state_dict()}
        torch.save(state, f"{folder}/{name}{rank}.pt")
    distributed.destroy_process_group()


@pytest.fixture(scope="module")
def trained_by_two(tmp_path_factory):
    """For each of SETTINGS, what each process ends with."""
    folder = tmp_path_factory.mktemp("processes")
    multiprocessing.spawn(train_as_one_of_two, (str(folder),), nprocs=2)
    return {name: [torch.load(folder / f"{name}{rank}.pt", weights_only=True) for rank in (0, 1)] for name in SETTINGS}


@pytest.mark.parametrize("name", SETTINGS)
def test_processes_stay_in_step(trained_by_two, name):
    one, two = trained_by_two[name]
    for part in ("critic", "network"):
        assert all(torch.equal(one[part][key], two[part][key]) for key in one[part])


@pytest.mark.parametrize("name", SETTINGS)
def test_two_processes_do_what_one_does(trained_by_two, name):
    """Half a batch in each of two processes, and all of it in one, lead to the same weights."""
    state, _ = trained_by_two[name]
    network = own_network(seed=0)
    pcl = PCL(**SETTINGS[name])
    start = {key: tensor.clone() for key, tensor in pcl.loss.critic.named_parameters()}
    train_in_one_process(network, pcl, torch.optim.SGD(network.parameters(), lr=0.1))
    for key, parameter in network.named_parameters():
        # Rounding, which batches of four small patches carry on where their own statistics normalise the features.
        assert (state["network"][key] - parameter).abs().max() < (1e-6 if name == "as it comes" else 1e-5)
    for key, parameter in pcl.loss.critic.named_parameters():
        # Eq. 7 does not change when all logits do alike: the last bias has rounding for a gradient, which Adam follows.
        if key != "classifier.1.bias":
            assert (state["critic"][key] - parameter).norm() < 0.04 * (parameter - start[key]).norm() + 1e-6


def test_accumulated_calls_make_one_step():
    torch.manual_seed(0)
    pcl = PCL(accumulate=2)
    critic = pcl.loss.critic
    weight = critic.get_parameter("features.0.0.weight")
    before = weight.clone()
    pcl.learn(*half_batch_images(0))
    assert torch.equal(weight, before)
    pcl.learn(*half_batch_images(1))
    assert not torch.equal(weight, before)
    assert all(parameter.grad is None for parameter in critic.parameters())


def test_nothing_to_accumulate_is_refused():
    with pytest.raises(RequestError, match="0 calls: it takes at least 1"):
        PCL(accumulate=0)


def half_batch_images(half):
    lr, hr = half_batch(0, half)
    return F.interpolate(lr, scale_factor=4), hr
