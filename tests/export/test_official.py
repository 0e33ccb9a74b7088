"""The official layout: what the original code reads, and nothing lost on the way there and back."""

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import AcutanceError
from acutance.export import export

SMALL = {
    "edsr-l": {"blocks": 2},
    "rcan": {"groups": 2, "blocks": 2},
    "han": {"groups": 2, "blocks": 2},
    "nlsn": {"blocks": 8, "channels": 16},
    "swinir": {"groups": 2},
}


def equal(ours, official):
    return list(ours) == list(official) and all(
        ours[key].dtype == official[key].dtype and torch.equal(ours[key], official[key]) for key in official
    )


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_official_to_ours_to_official_is_bit_equal(tmp_path, name):
    official = networks.create(name, scale=3, **SMALL.get(name, {})).state_dict()
    torch.save({"params": official}, tmp_path / "released.pth")
    checkpoints.save(tmp_path / "ours.safetensors", checkpoints.load(tmp_path / "released.pth"))
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


def test_unwritable_place_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AcutanceError, match="cannot write"):
        export(networks.create("edsr", blocks=1, channels=4), tmp_path / "file" / "x.pth")
