"""The contrastive loss on features that do not learn: the released VGG variant, and a network from another run."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from acutance.critics import EmbeddingNetwork, FixedEmbedding, load, save
from acutance.extractors import VGG19
from acutance.losses import FixedContrastive
from acutance.losses.contrastive import Contrastive
from acutance.losses.info_nce import contrast, embed_samples
from acutance.types import Batch, Prediction
from filling import GOLDEN, fill


def tensor(array):
    return torch.from_numpy(np.array(array))


def test_vgg_variant_and_its_gradient_equal_the_released_ones():
    data = np.load(GOLDEN / "pcl" / "vgg_infonce.npz")
    features = fill.fill_(VGG19(normalise=False))
    sr = tensor(data["sr"]).requires_grad_()
    anchors = features(sr)
    samples = embed_samples(features, torch.cat([tensor(data["pos"]), tensor(data["neg"])]), 64)
    for index, layer in enumerate(zip(anchors, samples, strict=True)):
        loss = contrast([layer[0]], [layer[1]], 2)
        assert float(loss.detach()) == pytest.approx(float(data[f"loss_{index}"]), abs=1e-6)
    loss = contrast(anchors, samples, 2)
    (gradient,) = torch.autograd.grad(loss, sr)
    assert float(loss.detach()) == pytest.approx(float(data["loss"]), abs=1e-6)
    assert (gradient - tensor(data["grad_sr"])).norm() < 1e-4 * np.linalg.norm(data["grad_sr"])


@pytest.fixture
def batch():
    hr = F.interpolate(torch.rand(2, 3, 8, 8), scale_factor=4, mode="bicubic").clamp(0, 1)
    return Batch(F.avg_pool2d(hr, 4), hr)


def test_embedding_network_from_a_file_measures_as_the_learned_loss_does(tmp_path, batch):
    critic = fill.fill_(EmbeddingNetwork())
    save(tmp_path / "embedding.safetensors", critic)
    fixed = FixedContrastive(FixedEmbedding(load(tmp_path / "embedding.safetensors")), seed=4).train()
    sr = F.interpolate(batch.lr, scale_factor=4, mode="bilinear").requires_grad_()
    values = [loss(Prediction(sr), batch) for loss in (fixed, Contrastive(critic, seed=4))]
    one, two = (torch.autograd.grad(value, sr)[0] for value in values)
    assert float(values[0].detach()) == float(values[1].detach())
    assert torch.equal(one, two)


def test_any_module_of_the_user_serves_and_its_statistics_stand_still(batch):
    class Own(torch.nn.Sequential):
        def forward(self, image):
            return [super().forward(image)]

    own = Own(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    loss = FixedContrastive(own).train()
    before = {key: value.clone() for key, value in own.state_dict().items()}
    sr = batch.hr.clone().requires_grad_()
    loss(Prediction(sr), batch).backward()
    assert sr.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in own.parameters())
    assert all(torch.equal(before[key], value) for key, value in own.state_dict().items())


def test_chunks_change_nothing(batch):
    features = fill.fill_(VGG19(["relu2_1"]))
    sr = Prediction(F.interpolate(batch.lr, scale_factor=4))
    one, all_at_once = (float(FixedContrastive(features, chunk=chunk, seed=1)(sr, batch)) for chunk in (1, 99))
    assert one == pytest.approx(all_at_once, abs=1e-6)
