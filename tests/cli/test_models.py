"""`acutance models` and `acutance export`, as they are typed."""

import json

import pytest
import torch

from acutance import checkpoints, networks
from acutance.cli.main import main


def test_models_lists_every_network_and_those_that_ship(tmp_path, capsys):
    assert main(["models", "--json", str(tmp_path / "models.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = json.loads((tmp_path / "models.json").read_text())
    assert [each["name"] for each in listed["networks"]] == list(networks.NETWORKS)
    row = next(line for line in lines if line.startswith("rlfn "))
    assert row.split()[:11] == ["rlfn", "1", "2", "3", "4", "8", "0.54", "M", "32.4", "G", "blended"]
    assert row.endswith("Kong et al., 2022")
    assert any(line.startswith("Kong et al., 2022: Residual Local Feature") for line in lines)
    assert {name for each in listed["bundled"] for name in each["names"]} == set(checkpoints.bundled())


def test_models_at_another_scale_has_other_figures(tmp_path):
    assert main(["models", "--scale", "2", "--json", str(tmp_path / "models.json")]) == 0
    listed = {each["name"]: each for each in json.loads((tmp_path / "models.json").read_text())["networks"]}
    assert listed["rlfn"]["parameters"] == 526_856
    assert listed["swinir"]["parameters"] == 11_752_487
    assert listed["edsr-s"]["exact_tiles"]
    assert not listed["rlfn"]["exact_tiles"]


def test_export_writes_what_load_reads(tmp_path, capsys):
    out = tmp_path / "weights.pth"
    assert main(["export", "edsr-light-x4", "--layout", "official", "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith(f"{out}: edsr-light x4")
    lr = torch.rand(1, 3, 8, 8)
    assert torch.equal(checkpoints.load(out)(lr), checkpoints.load("edsr-light-x4")(lr))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["models", "--scale", "5"], "no network for scale 5; there are for 1, 2, 3, 4, 8"),
        (["export", "default-x4", "--out", "x.pth", "--layout", "offical"], "did you mean 'official'"),
        (["export", "default-x4", "--out", "x.bin"], "ends in .pth or .pt"),
        (["export", "nothing", "--out", "x.pth"], "no bundled network 'nothing'"),
    ],
)
def test_a_wrong_request_is_a_sentence(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_export_never_goes_over_what_it_reads(tmp_path, capsys):
    weights = tmp_path / "weights.pth"
    torch.save({"params": networks.create("edsr-light").state_dict()}, weights)
    before = weights.read_bytes()
    assert main(["export", str(weights), "--out", str(weights)]) == 2
    assert "would overwrite" in capsys.readouterr().err
    assert weights.read_bytes() == before
