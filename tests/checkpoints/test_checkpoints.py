"""Files of weights: ours, other people's, and those that are none."""

import pickle

import pytest
import safetensors.torch
import torch

from acutance import checkpoints, networks
from acutance.errors import AcutanceError, RequestError
from filling import fill


class Malicious:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return (print, ("this must never run",))


@pytest.fixture
def network():
    return networks.create("edsr", scale=3, blocks=2, channels=6)


@pytest.mark.parametrize("wrapper", [None, "params", "params_ema", "state_dict", "model"])
@pytest.mark.parametrize("prefix", ["", "module."])
@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_released_edsr_is_recognised_by_its_keys(tmp_path, wrapper, prefix, scale):
    official = fill.fill_(networks.create("edsr", scale=scale, blocks=3, channels=5))
    state = {prefix + key: tensor for key, tensor in official.state_dict().items()}
    torch.save({wrapper: state} if wrapper else state, tmp_path / "official.pth")
    found = checkpoints.load(tmp_path / "official.pth", residual_scale=1.0)
    assert found.scale == scale
    lr = torch.rand(1, 3, 9, 7)
    assert torch.equal(found(lr), official.eval()(lr))


@pytest.mark.parametrize(("name", "blocks", "channels"), [("edsr-s", 16, 64), ("edsr-light", 8, 32)])
def test_recognised_network_gets_its_own_name(tmp_path, name, blocks, channels):
    torch.save(networks.create(name).state_dict(), tmp_path / "weights.pth")
    found = checkpoints.load(tmp_path / "weights.pth")
    assert (found.name, vars(found.config)["blocks"], vars(found.config)["channels"]) == (name, blocks, channels)


def test_run_folder_stands_for_its_best_weights_else_its_last(tmp_path, network):
    last = checkpoints.save(tmp_path / "checkpoints" / "last.safetensors", network)
    assert last is None
    assert checkpoints.locate(tmp_path).name == "last.safetensors"
    checkpoints.save(tmp_path / "checkpoints" / "best.safetensors", network)
    assert checkpoints.locate(tmp_path).name == "best.safetensors"


@pytest.mark.parametrize("name", sorted(checkpoints.bundled()))
def test_bundled_network_is_trained(name):
    network = checkpoints.load(name)
    assert name.endswith(f"-x{network.scale}")
    flat = torch.full((1, 3, 32, 32), 0.5)
    with torch.inference_mode():
        sr = network(flat)[..., 16:-16, 16:-16]
    assert (sr - 0.5).abs().max() < 0.02


def test_the_networks_that_the_readme_promises_ship():
    found = {name: checkpoints.load(name).name for name in checkpoints.bundled()}
    defaults = {f"default-x{scale}": "rlfn" for scale in (2, 3, 4)}
    assert found == {
        **defaults,
        **{f"rlfn-x{scale}": "rlfn" for scale in (2, 3, 4)},
        "edsr-light-x4": "edsr-light",
        **{f"real-x{scale}": "rlfn" for scale in (2, 4)},
        "sharp-x4": "rlfn",
    }


def test_a_network_that_ships_no_more_says_what_does():
    with pytest.raises(
        RequestError,
        match=r"edsr-s-x4 does not ship any more, .* what ships is edsr-light-x4, .*rlfn-x4, sharp-x4",
    ):
        checkpoints.load("edsr-s-x4")


def broken(kind, path, network):
    state = network.state_dict()
    match kind:
        case "text":
            path.write_text("not weights")
        case "empty":
            path.touch()
        case "pickle":
            path.write_bytes(pickle.dumps(Malicious()))
        case "malicious":
            torch.save({"head.0.weight": Malicious()}, path)
        case "list":
            torch.save([1, 2], path)
        case "stranger":
            torch.save({"layer.weight": torch.zeros(2)}, path)
        case "missing":
            torch.save({key: tensor for key, tensor in state.items() if key != "tail.1.bias"}, path)
        case "more":
            torch.save({**state, "extra.weight": torch.zeros(1)}, path)
        case "shape":
            torch.save({**state, "body.1.body.0.bias": torch.zeros(7)}, path)
        case "cut":
            checkpoints.save(path.with_suffix(".tmp.safetensors"), network)
            path.write_bytes(path.with_suffix(".tmp.safetensors").read_bytes()[:-100])


@pytest.mark.parametrize(
    ("kind", "suffix", "words"),
    [
        ("text", ".pth", "is text, no weights"),
        ("text", ".safetensors", "is text, no weights"),
        ("empty", ".pth", "is empty"),
        ("empty", ".safetensors", "is empty"),
        ("pickle", ".pth", "without running code"),
        ("malicious", ".pth", "without running code"),
        ("list", ".pth", "holds no state dict"),
        ("stranger", ".pth", r"no network that Acutance knows; its first keys are layer\.weight"),
        ("missing", ".pth", r"lacks tail\.1\.bias"),
        ("more", ".pth", r"has besides extra\.weight"),
        ("shape", ".pth", r"in another shape body\.1\.body\.0\.bias"),
        ("cut", ".safetensors", "is no safetensors file"),
    ],
)
def test_wrong_file_is_named_and_nothing_in_it_runs(tmp_path, network, capsys, kind, suffix, words):
    path = tmp_path / f"weights{suffix}"
    broken(kind, path, network)
    with pytest.raises(RequestError, match=words) as caught:
        checkpoints.load(path, residual_scale=1.0)
    assert str(path) in str(caught.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("source", "words"),
    [("default-x5", "did you mean 'default-x4'"), ("missing.pth", "there is no file"), ("a/b", "there is no file")],
)
def test_what_is_not_there_is_said(source, words):
    with pytest.raises(RequestError, match=words):
        checkpoints.load(source)


def test_folder_without_weights_and_wrong_scale(tmp_path, network):
    with pytest.raises(RequestError, match="holds no checkpoints"):
        checkpoints.load(tmp_path)
    checkpoints.save(tmp_path / "x.safetensors", network)
    with pytest.raises(RequestError, match="scale 3, not 4"):
        checkpoints.load(tmp_path / "x.safetensors", scale=4)


def test_safetensors_of_others_is_recognised_too(tmp_path, network):
    safetensors.torch.save_file(network.state_dict(), tmp_path / "plain.safetensors")
    assert checkpoints.load(tmp_path / "plain.safetensors", residual_scale=1.0).scale == 3


def test_unwritable_place_is_named(tmp_path, network):
    (tmp_path / "file").touch()
    with pytest.raises(AcutanceError, match="cannot write"):
        checkpoints.save(tmp_path / "file" / "x.safetensors", network)
