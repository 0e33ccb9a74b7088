"""The official layout: what the original code reads, and nothing lost on the way there and back."""

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import AcutanceError, RequestError
from acutance.exporting import export

SMALL = {
    "edsr-l": {"blocks": 2},
    "rcan": {"groups": 2, "blocks": 2},
    "han": {"groups": 2, "blocks": 2},
    "nlsn": {"blocks": 8, "channels": 16},
    "swinir": {"groups": 2},
    "srresnet": {"blocks": 2, "channels": 8},
    "rrdb": {"blocks": 2, "channels": 8, "growth": 4},
    "spsr": {"blocks": 5, "channels": 8, "growth": 4},
}

RESIDUAL_SCALES = {"edsr-l": 0.1, "nlsn": 0.1}
"""Of those that are smaller here than released: weights do not show it."""


def equal(ours, official):
    ours, official = (content.get("params", content) for content in (ours, official))
    return list(ours) == list(official) and all(
        ours[key].dtype == official[key].dtype and torch.equal(ours[key], official[key]) for key in official
    )


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_official_to_ours_to_official_is_bit_equal(tmp_path, name):
    official = dict(checkpoints.released(networks.create(name, scale=3, **SMALL.get(name, {}))))
    torch.save(official, tmp_path / "released.pth")
    told = checkpoints.load(tmp_path / "released.pth", scale=3, residual_scale=RESIDUAL_SCALES.get(name))
    checkpoints.save(tmp_path / "ours.safetensors", told)
    export(checkpoints.load(tmp_path / "ours.safetensors"), tmp_path / "again.pth", layout="official")
    assert equal(torch.load(tmp_path / "again.pth", weights_only=True), official)


@pytest.mark.parametrize("scale", [2, 4])
def test_released_weights_come_back_bit_equal(tmp_path, shared_data, scale):
    released = shared_data / "weights" / f"rlfn_x{scale}.pth"
    export(checkpoints.load(released), tmp_path / "again.pth")
    official = torch.load(released, map_location="cpu", weights_only=True)
    assert equal(torch.load(tmp_path / "again.pth", weights_only=True), official)


def test_it_is_a_dict_of_tensors_mean_shifts_included(tmp_path):
    export(networks.create("edsr", blocks=1, channels=4), tmp_path / "edsr.pth")
    written = torch.load(tmp_path / "edsr.pth", weights_only=True)
    assert {"sub_mean.weight", "sub_mean.bias", "add_mean.weight", "add_mean.bias"} <= written.keys()
    assert type(written) is dict
    assert {type(tensor) for tensor in written.values()} == {torch.Tensor}


@pytest.mark.parametrize("name", ["rrdb", "srresnet"])
def test_what_basicsr_reads_stands_under_params(tmp_path, name):
    export(networks.create(name, **SMALL[name]), tmp_path / "weights.pth")
    assert list(torch.load(tmp_path / "weights.pth", weights_only=True)) == ["params"]


@pytest.mark.parametrize("layout", ["official-mid", "official-old"])
def test_older_namings_of_rrdb_stand_alone_and_come_back(tmp_path, layout):
    network = networks.create("rrdb-light", scale=8)
    export(network, tmp_path / "older.pth", layout=layout)
    older = torch.load(tmp_path / "older.pth", weights_only=True)
    assert not older.keys() & network.get_submodule("body").state_dict(prefix="body.").keys()
    again = checkpoints.load(tmp_path / "older.pth")
    assert (again.name, again.config) == ("rrdb-light", network.config)
    assert equal(again.state_dict(), network.state_dict())


@pytest.mark.parametrize(
    ("name", "config", "words"),
    [
        ("edsr-light", {}, "edsr-light has no naming 'old'"),
        ("spsr-light", {}, "spsr-light has no naming 'old'"),
        ("rrdb-light", {"scale": 2, "unshuffle": 2}, "that takes LR apart has no naming 'old'"),
    ],
)
def test_a_naming_that_a_network_does_not_have_is_said(tmp_path, name, config, words):
    with pytest.raises(RequestError, match=words):
        export(networks.create(name, **config), tmp_path / "x.pth", layout="official-old")
    assert not list(tmp_path.iterdir())


def test_unwritable_place_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AcutanceError, match="cannot write"):
        export(networks.create("edsr", blocks=1, channels=4), tmp_path / "file" / "x.pth")


def test_a_network_is_taken_by_its_name_its_file_or_its_run_and_the_path_comes_back(tmp_path):
    network = networks.create("edsr", scale=2, blocks=1, channels=4)
    checkpoints.save(tmp_path / "run" / "checkpoints" / "last.safetensors", network)
    sources = [network, tmp_path / "run", str(tmp_path / "run" / "checkpoints" / "last.safetensors")]
    written = [export(source, tmp_path / f"{number}.pth") for number, source in enumerate(sources)]
    assert written == [tmp_path / "0.pth", tmp_path / "1.pth", tmp_path / "2.pth"]
    first, *others = (torch.load(path, weights_only=True) for path in written)
    assert all(equal(first, other) for other in others)
    assert checkpoints.load(export("edsr-light-x4", tmp_path / "shipped.pth")).name == "edsr-light"


def test_the_network_that_is_read_is_not_written_over(tmp_path):
    path = export(networks.create("edsr", scale=2, blocks=1, channels=4), tmp_path / "edsr.pth")
    before = path.read_bytes()
    with pytest.raises(RequestError, match=r"edsr\.pth would overwrite the network that is read"):
        export(path, tmp_path / "." / "edsr.pth")
    assert path.read_bytes() == before


def test_a_layout_that_there_is_not_names_those_that_there_are(tmp_path):
    with pytest.raises(RequestError, match="no layout 'onnyx'; did you mean 'onnx'"):
        export("edsr-light-x4", tmp_path / "x.onnx", layout="onnyx")


def test_our_own_layout_is_that_of_its_suffix_and_rebuilds_the_network(tmp_path):
    network = networks.create("edsr", blocks=2, channels=5, residual_scale=0.3)
    export(network, tmp_path / "own.safetensors")
    assert checkpoints.load(tmp_path / "own.safetensors").config == network.config
    with pytest.raises(RequestError, match=r"own\.pth: the layout of Acutance is a file that ends in \.safetensors"):
        export(network, tmp_path / "own.pth", layout="acutance")
    with pytest.raises(RequestError, match="a network knows its residual scale"):
        export(network, tmp_path / "own.safetensors", residual_scale=0.3)
