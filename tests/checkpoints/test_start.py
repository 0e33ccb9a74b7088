"""What a network takes over from a file: all of its own design, the trunk of another, and nothing by halves unsaid."""

import json

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import RequestError
from acutance.networks import SPSR, SPSRConfig
from filling import fill


def file(tmp_path, name="rrdb-light", naming="new", **config):
    path = tmp_path / f"{name}.pth"
    torch.save(checkpoints.released(fill.fill_(networks.create(name, **config)), naming), path)
    return path


def test_rrdb_starts_the_trunk_of_spsr_700_of_702(golden, tmp_path):
    """SPSR facts 1.6, on a file with the key list of RRDB_PSNR_x4.pth."""
    keys = json.loads((golden / "spsr" / "keys_rrdb_old.json").read_text())
    weights = {key: torch.from_numpy(fill.array_for(key, shape)) for key, shape in keys.items()}
    torch.save(weights, tmp_path / "RRDB_PSNR_x4.pth")
    network = SPSR()
    before = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    start = checkpoints.start(network, tmp_path / "RRDB_PSNR_x4.pth")
    assert (start.copied, start.of, start.fresh, start.total) == (700, 702, 180, 880)
    assert start.sentence == (
        "700 of 702 tensors of RRDB_PSNR_x4.pth start the network; 180 of its 880 tensors are fresh."
    )
    for key, tensor in network.state_dict().items():
        assert torch.equal(tensor, weights[key] if key in weights else before[key])


@pytest.mark.parametrize("naming", ["new", "mid", "old"])
def test_any_naming_of_rrdb_starts_the_same_trunk(tmp_path, naming):
    network, rrdb = networks.create("spsr-light"), fill.fill_(networks.create("rrdb-light"))
    start = checkpoints.start(network, file(tmp_path, naming=naming))
    assert (start.copied, start.of) == (130, 132)
    model = network.get_submodule("model")
    assert torch.equal(model[1].sub[-1].weight, rrdb.conv_body.weight)
    assert torch.equal(model[-2].weight, rrdb.conv_hr.weight)
    lr = torch.rand(1, 3, 8, 8)
    with torch.inference_mode():
        first = rrdb.conv_first(lr)
        features, _ = model[1](model[0](lr))
        assert torch.equal(features, first + rrdb.conv_body(rrdb.body(first)))


def test_trunk_of_another_scale_finds_its_places_by_what_they_do(tmp_path):
    """At x3 the first convolution at HR is called model.5, at x4 model.8."""
    network, rrdb = networks.create("spsr-light", scale=3), fill.fill_(networks.create("rrdb-light"))
    start = checkpoints.start(network, file(tmp_path))
    assert (start.copied, start.of) == (128, 132)
    assert torch.equal(network.get_parameter("model.5.weight"), rrdb.conv_hr.weight)


def test_run_folder_and_our_own_file_start_it_too(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    checkpoints.save(tmp_path / "checkpoints" / "last.safetensors", networks.create("rrdb-light"))
    start = checkpoints.start(networks.create("spsr-light"), tmp_path)
    assert start.sentence.startswith("130 of 132 tensors of last.safetensors start the network; ")


@pytest.mark.parametrize("name", ["rrdb-light", "spsr-light", "edsr-light"])
def test_same_design_is_filled_whole(tmp_path, name):
    path, network = file(tmp_path, name), networks.create(name)
    start = checkpoints.start(network, path)
    assert (start.copied, start.fresh) == (start.of, 0)
    assert start.sentence == f"All {start.of} tensors of {name}.pth start the network."
    loaded = checkpoints.load(path).state_dict()
    assert all(torch.equal(tensor, loaded[key]) for key, tensor in network.state_dict().items())


@pytest.mark.parametrize(("to", "copied"), [(2, 130), (3, 130), (8, 132)])
def test_other_scale_gives_what_has_the_same_name_and_shape(tmp_path, to, copied):
    network = networks.create("rrdb-light", scale=to)
    start = checkpoints.start(network, file(tmp_path))
    assert (start.copied, start.of) == (copied, 132)
    assert start.fresh == len(network.state_dict()) - copied


def test_single_enlargement_is_taken_for_the_scale_that_is_started(tmp_path):
    start = checkpoints.start(networks.create("spsr-light", scale=3), file(tmp_path, "spsr-light", scale=2))
    assert start.fresh == 0


def test_hole_in_a_file_of_the_same_design_is_no_start(tmp_path):
    path = file(tmp_path)
    weights = torch.load(path, weights_only=True)["params"]
    del weights["conv_hr.bias"]
    torch.save(weights, path)
    network = networks.create("rrdb-light")
    before = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    with pytest.raises(RequestError, match=r"rrdb-light\.pth does not fit rrdb-light x4: it lacks conv_hr\.bias"):
        checkpoints.start(network, path)
    assert all(torch.equal(tensor, before[key]) for key, tensor in network.state_dict().items())


@pytest.mark.parametrize(
    ("network", "source", "words"),
    [
        ("spsr-light", ("edsr-light", {}), "does not fit spsr-light x4: it lacks"),
        ("rrdb-light", ("spsr-light", {}), "does not fit rrdb-light x4: it lacks"),
        ("spsr-light", ("rrdb", {"blocks": 4, "channels": 16}), "does not fit spsr-light x4: it"),
        ("rrdb-light", ("rrdb", {"blocks": 5, "channels": 32, "growth": 16}), r"has besides body\.4\.rdb1"),
        (
            "edsr-light",
            ("edsr-light", {"rgb_range": 1.0}),
            "trained on colours up to 1, and edsr-light works up to 255",
        ),
        ("edsr-light", ("edsr-light", {"rgb_range": 1.0, "scale": 2}), "trained on colours up to 1"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, network, source, words):
    name, config = source
    with pytest.raises(RequestError, match=words):
        checkpoints.start(networks.create(network), file(tmp_path, name, **config))


def test_network_of_ones_own_is_filled_whole(tmp_path):
    """A design that Acutance does not know writes a header that rebuilds nothing."""

    class Own(SPSR):
        pass

    network = Own(SPSRConfig(blocks=1, channels=4, growth=2))
    network.name = "own"
    checkpoints.save(tmp_path / "own.safetensors", network)
    assert checkpoints.start(network, tmp_path / "own.safetensors").fresh == 0
    other = Own(SPSRConfig(scale=2, blocks=1, channels=4, growth=2))
    other.name = "own"
    with pytest.raises(RequestError, match="does not fit own x2"):
        checkpoints.start(other, tmp_path / "own.safetensors")
