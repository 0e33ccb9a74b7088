"""The modules of RCAN, HAN and NLSN, each against the released one."""

import numpy as np
import pytest
import torch

from acutance.errors import RequestError
from acutance.networks.blocks import AttentiveBlock, ResidualBlock
from acutance.networks.han import ChannelSpatialAttention, LayerAttention
from acutance.networks.sparse_attention import SparseAttention, hashes
from filling import fill


def distance(module, reference, *args, case=""):
    with torch.inference_mode():
        result = module(torch.from_numpy(reference[f"{case}input"]), *args)
    expected = reference[f"{case}output"]
    return np.abs(result.numpy() - expected).max() / expected.std()


@pytest.mark.parametrize(
    ("name", "module"),
    [("rcab", lambda: AttentiveBlock(16, reduction=4)), ("resblock", lambda: ResidualBlock(16, residual_scale=0.1))],
)
def test_block_equals_the_released_one(golden, name, module):
    reference = np.load(golden / "pcl" / f"module_{name}.npz")
    assert distance(fill.fill_(module(), prefix=f"{name}."), reference) < 1e-5


@pytest.mark.parametrize(("name", "module"), [("lam", LayerAttention), ("csam", ChannelSpatialAttention)])
def test_attention_of_han_equals_the_released_one(golden, name, module):
    reference = np.load(golden / "pcl" / f"module_{name}.npz")
    module = fill.fill_(module(), prefix=f"{name}.")
    module.gamma.data.fill_(float(reference["gamma"]))
    assert distance(module, reference) < 1e-5


def test_layers_are_compared_in_single_precision():
    """Layers that differ little beside their size stay apart under autocast, where bfloat16 would round them equal."""
    layers = 100 + torch.randn(1, 3, 4, 9, 9)
    module = LayerAttention()
    module.gamma.data.fill_(1)
    with torch.inference_mode():
        expected = module(layers)
        with torch.autocast("cpu", torch.bfloat16):
            assert torch.equal(module(layers), expected)
        assert module.half()(layers.half()).isfinite().all()


def sparse(channels: int = 16, chunk: int = 144, seed: int | None = 0):
    module = SparseAttention(channels, reduction=4, chunk=chunk, rounds=4, residual_scale=0.1, seed=seed)
    return fill.fill_(module, prefix="nlsa.").eval()


@pytest.mark.parametrize("case", ["a_", "b_", "c_", "d_"])
def test_sparse_attention_equals_the_released_one(golden, case):
    """One chunk, two, and sequences that do not fill their chunks."""
    reference = np.load(golden / "pcl" / "module_nlsa.npz")
    rotations = torch.from_numpy(reference[f"{case}rotations"])[0]
    module = sparse()
    assert distance(module, reference, rotations, case=case) < 1e-5
    codes = hashes(module.conv_match(torch.from_numpy(reference[f"{case}input"])).flatten(2).mT, rotations)
    offsets = module.buckets(codes.shape[-1]) * torch.arange(4)[:, None]
    assert np.array_equal((codes + offsets).flatten(1), reference[f"{case}hash_codes"])


@pytest.mark.parametrize(("positions", "buckets"), [(144, 2), (287, 2), (288, 2), (432, 4), (576, 4), (10**6, 128)])
def test_buckets_are_even_and_bounded(positions, buckets):
    assert sparse().buckets(positions) == buckets


def test_less_than_a_chunk_is_refused_in_words():
    with pytest.raises(RequestError, match="needs 144 positions at least, not 143"):
        sparse()(torch.rand(1, 16, 11, 13))


def test_rotations_are_repeated_in_evaluation_and_fresh_in_training():
    x = torch.rand(1, 16, 24, 24)
    module, other, released = sparse(seed=1), sparse(seed=2), sparse(seed=None)
    with torch.inference_mode():
        assert torch.equal(module(x), module(x))
        assert torch.equal(module(x), sparse(seed=1)(x))
        assert not torch.equal(module(x), other(x))
        assert not torch.equal(released(x), released(x))
        module.train()
        assert not torch.equal(module(x), module(x))
        first, again = (torch.manual_seed(3) and module(x) for _ in range(2))
    assert torch.equal(first, again)


def test_rotations_of_a_small_picture_are_the_first_of_a_large_one():
    x = torch.rand(1, 16, 24, 24)
    module = sparse(seed=5)
    generator = torch.Generator().manual_seed(5)
    axes = module.buckets(24 * 24) // 2
    rotations = torch.randn(axes, 4, 4, generator=generator).movedim(0, -1)
    with torch.inference_mode():
        assert torch.equal(module(x), module(x, rotations))


def test_equal_positions_find_themselves():
    """Where every value is the same, attention returns it, whatever is hashed together."""
    module = sparse(chunk=9)
    x = torch.rand(2, 16, 1, 1).expand(-1, -1, 7, 8)
    with torch.inference_mode():
        assert torch.allclose(module(x) - x, 0.1 * module.conv_assembly(x), atol=1e-6)


def test_gradient_reaches_queries_and_values_but_not_the_hashes():
    module = sparse().double()
    x = torch.rand(1, 16, 12, 13, dtype=torch.float64, requires_grad=True)
    rotations = torch.randn(4, 4, 1, dtype=torch.float64, requires_grad=True)
    module(x, rotations).square().sum().backward()
    assert rotations.grad is None
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in module.parameters())
