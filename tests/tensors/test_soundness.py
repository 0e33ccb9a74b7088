"""NaN and infinity are refused by the name of their tensor, wherever weights come in."""

import pytest
import torch

from acutance import checkpoints, networks
from acutance.critics import saving
from acutance.critics.embedding import EmbeddingNetwork
from acutance.errors import RequestError
from acutance.evaluation.evaluate import evaluate
from acutance.exporting import export
from acutance.extractors.structure import StructureExtractor
from acutance.tensors import read as read_file
from acutance.tensors import read_weights, write_weights

BROKEN = {"NaN": float("nan"), "infinity": float("inf"), "minus infinity": float("-inf")}


@pytest.fixture(params=["pth", "safetensors"])
def diverged(tmp_path, request):
    network = networks.create("edsr-light")
    with torch.no_grad():
        network.get_parameter("body.3.body.0.weight")[2, 1, 0, 0] = float("nan")
    path = tmp_path / f"diverged.{request.param}"
    if request.param == "pth":
        torch.save({"params": network.state_dict()}, path)
    else:
        checkpoints.save(path, network)
    return path


def test_every_door_names_the_tensor(diverged, tmp_path):
    words = r"diverged\.\w+ holds NaN \(1 of 9,216 values\) in its tensor body\.3\.body\.0\.weight"
    doors = (
        lambda: checkpoints.load(diverged),
        lambda: checkpoints.start(networks.create("edsr-light"), diverged),
        lambda: export(diverged, tmp_path / "out.pth"),
        lambda: evaluate(diverged, data=tmp_path, sets="Set5"),
    )
    for door in doors:
        with pytest.raises(RequestError, match=words):
            door()


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_every_precision(tmp_path, kind, dtype):
    tensor = torch.rand(3, 4, dtype=dtype)
    tensor[1, 2] = BROKEN[kind]
    torch.save({"a.weight": torch.rand(3), "b.weight": tensor}, tmp_path / "x.pth")
    with pytest.raises(RequestError, match=rf"{kind.split()[-1]} \(1 of 12 values\) in its tensor b\.weight"):
        read_weights(tmp_path / "x.pth")


def test_infinity_beside_its_negative_is_found_and_so_is_a_double_beyond_single_precision(tmp_path):
    for tensor in (torch.tensor([float("inf"), float("-inf")]), torch.tensor([1e300], dtype=torch.float64)):
        torch.save({"a.weight": tensor}, tmp_path / "x.pth")
        with pytest.raises(RequestError, match="infinity"):
            read_weights(tmp_path / "x.pth")


def test_large_numbers_that_only_sum_up_to_infinity_are_sound(tmp_path):
    large = torch.full((1000,), 60_000.0, dtype=torch.float16), torch.full((4,), 3e38)
    torch.save({"a.weight": large[0], "b.weight": large[1]}, tmp_path / "x.pth")
    found = read_weights(tmp_path / "x.pth")
    assert torch.equal(found["b.weight"], large[1])


def test_optimizer_may_hold_what_it_likes(tmp_path):
    weights = networks.create("edsr-light").state_dict()
    torch.save({"params": weights, "optimizer": {"exp_avg": torch.full((3, 3), float("nan"))}}, tmp_path / "x.pth")
    assert checkpoints.load(tmp_path / "x.pth").name == "edsr-light"


def test_critics_and_extractors_are_held_to_it_too(tmp_path):
    critic, extractor = EmbeddingNetwork("plain", patch=32), StructureExtractor.random()
    saving.save(tmp_path / "critic.safetensors", critic)
    extractor.save(tmp_path / "extractor.safetensors")
    for name, read in (("critic", saving.load), ("extractor", StructureExtractor.from_file)):
        path = tmp_path / f"{name}.safetensors"
        weights = read_weights(path)
        key = max(weights, key=lambda each: weights[each].numel())
        write_weights(path, {**weights, key: weights[key] * float("nan")}, read_file(path).header or {})
        with pytest.raises(RequestError, match=rf"holds NaN .* in its tensor {key}"):
            read(path)


@pytest.mark.parametrize(
    "tensor", [torch.rand(3, 3).to_sparse(), torch.rand(3, 3, dtype=torch.complex64)], ids=["sparse", "complex"]
)
def test_other_than_plain_tensors_are_named(tmp_path, tensor):
    torch.save({"a.weight": tensor}, tmp_path / "x.pth")
    with pytest.raises(RequestError, match=r"holds a\.weight as a sparse, quantised or complex tensor"):
        read_weights(tmp_path / "x.pth")


def test_tensor_larger_than_its_file_is_refused(tmp_path):
    torch.save({"a.weight": torch.zeros(1).expand(100_000, 1000)}, tmp_path / "x.pth")
    with pytest.raises(RequestError, match=r"claims more, as a\.weight"):
        read_weights(tmp_path / "x.pth")


def test_whole_numbers_are_not_taken_for_weights(tmp_path):
    state = networks.create("edsr-light").state_dict()
    torch.save({key: tensor.to(torch.int8) for key, tensor in state.items()}, tmp_path / "x.pth")
    with pytest.raises(RequestError, match="has as another kind of number"):
        checkpoints.load(tmp_path / "x.pth")
