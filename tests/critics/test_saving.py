"""Embedding networks in files, and frozen for another run."""

import pytest
import torch

from acutance import checkpoints, critics, networks
from acutance.errors import AcutanceError, RequestError
from acutance.runs.asked import located
from filling import fill


@pytest.mark.parametrize(("view", "logits", "patch"), [("haar", "patch", 192), ("plain", "image", 32)])
def test_file_gives_back_the_same_network(tmp_path, view, logits, patch):
    critic = fill.fill_(critics.EmbeddingNetwork(view, logits, patch))
    critics.save(tmp_path / "embedding.safetensors", critic, {"run": "x"})
    found = critics.load(tmp_path / "embedding.safetensors")
    assert (found.view, found.logits, found.patch, found.training) == (view, logits, patch, False)
    image = torch.rand(2, 3, 32, 32)
    assert torch.equal(found(image).logits, critic.eval()(image).logits)


def test_folder_of_a_run_stands_for_its_embedding_network(tmp_path):
    critics.save(tmp_path / "checkpoints" / "embedding.safetensors", critics.EmbeddingNetwork("fourier"))
    assert critics.load(tmp_path).view == "fourier"


def test_what_holds_none_is_named(tmp_path):
    network = networks.create("edsr", blocks=1, channels=4)
    checkpoints.save(tmp_path / "network.safetensors", network)
    torch.save(network.state_dict(), tmp_path / "network.pth")
    for name in ("network.safetensors", "network.pth"):
        with pytest.raises(RequestError, match=rf"{name} holds no embedding network"):
            critics.load(tmp_path / name)
    with pytest.raises(RequestError, match=r"there is no file .*checkpoints/embedding.safetensors"):
        critics.load(tmp_path)


def test_file_of_an_embedding_is_no_network(tmp_path):
    critics.save(tmp_path / "embedding.safetensors", critics.EmbeddingNetwork())
    with pytest.raises(RequestError, match="holds no super-resolution network but embedding"):
        checkpoints.load(tmp_path / "embedding.safetensors")


def test_unwritable_place_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AcutanceError, match="cannot write"):
        critics.save(tmp_path / "file" / "x.safetensors", critics.EmbeddingNetwork())


@pytest.mark.parametrize("activated", [True, False])
def test_fixed_embedding_stands_still_in_training_mode(activated):
    """The released PCL-F keeps its batch normalisation in training mode and drifts (facts/pcl.md, B16)."""
    critic = fill.fill_(critics.EmbeddingNetwork())
    fixed = critics.FixedEmbedding(critic, (0, 4), activated=activated).train()
    before = {key: tensor.clone() for key, tensor in fixed.state_dict().items()}
    image = torch.rand(2, 3, 32, 32, requires_grad=True)
    features = fixed(image)
    features[-1].square().sum().backward()
    assert all(torch.equal(before[key], tensor) for key, tensor in fixed.state_dict().items())
    assert all(parameter.grad is None for parameter in fixed.parameters())
    assert image.grad.abs().sum() > 0
    expected = critic.eval().embed(image, (0, 4), activated=activated)
    for ours, theirs in zip(features, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def cut(critic: critics.EmbeddingNetwork, blocks: int) -> critics.EmbeddingNetwork:
    """Return the first blocks of an embedding network alone."""
    small = critics.EmbeddingNetwork(critic.view, blocks=blocks)
    small.load_state_dict({name: critic.state_dict()[name] for name in small.state_dict()})
    return small.eval()


def lived(critic: critics.EmbeddingNetwork) -> critics.EmbeddingNetwork:
    """Let its statistics be those of pictures."""
    for _ in range(20):
        critic.train()(torch.rand(4, 3, 32, 32))
    return critic.eval()


def test_first_blocks_alone_embed_as_the_whole_and_are_no_judge(tmp_path):
    whole = lived(critics.EmbeddingNetwork())
    critics.save(tmp_path / "four.safetensors", cut(whole, 4))
    found = critics.load(tmp_path / "four.safetensors")
    image = torch.rand(2, 3, 32, 32)
    pairs = zip(found.embed(image, range(4)), whole.embed(image, range(4)), strict=True)
    assert all(torch.equal(ours, theirs) for ours, theirs in pairs)
    assert found.settings()["blocks"] == 4
    with pytest.raises(RequestError, match="of 4 blocks has no logits"):
        found(image)
    with pytest.raises(RequestError, match="has none of number 4"):
        critics.FixedEmbedding(found, (0, 4))(image)
    for blocks in (0, 9):
        with pytest.raises(RequestError, match=f"1 to 8 blocks, not {blocks}"):
            critics.EmbeddingNetwork(blocks=blocks)


def test_eight_bits_are_a_quarter_as_large_and_embed_alike(tmp_path):
    critic = cut(lived(critics.EmbeddingNetwork()), 4)
    for name, bits in (("long", False), ("short", True)):
        critics.save(tmp_path / f"{name}.safetensors", critic, {"seed": 1}, eight_bits=bits)
    long, short = (tmp_path / f"{name}.safetensors" for name in ("long", "short"))
    assert short.stat().st_size < 0.27 * long.stat().st_size
    image = torch.rand(2, 3, 32, 32)
    for ours, theirs in zip(*(critics.load(path).embed(image, range(4)) for path in (short, long)), strict=True):
        assert (ours - theirs).norm() < 0.02 * theirs.norm()


def test_what_ships_is_taken_by_its_name():
    file = critics.bundled()["embedding-x4"]
    assert located({"embedding": "embedding-x4", "vgg": None}) == {"embedding": file}
    found = critics.load("embedding-x4")
    assert (found.view, found.blocks, found.training) == ("haar", 4, False)
    assert all(critics.load(file).state_dict()[name].equal(each) for name, each in found.state_dict().items())
