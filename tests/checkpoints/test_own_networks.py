"""Networks of somebody's own, out of files and into them; commands on their runs are in tests/examples."""

from pathlib import Path

import pytest
import torch

from acutance import checkpoints
from acutance.checkpoints import released, start
from acutance.errors import RequestError
from acutance.exporting import export
from acutance.networks import own
from acutance.recipes import Request, find_recipe

PROGRAM = """
from dataclasses import dataclass

from torch import nn

from acutance.experiment import Experiment, Term
from acutance.losses import Pixel
from acutance.networks import Network


@dataclass(frozen=True)
class Config:
    scale: int = 4
    width: int = 4


class Ours(Network[Config]):
    receptive_radius = 1

    def __init__(self, config=None):
        super().__init__()
        self.name, self.config = "ours", config or Config()
        self.body = nn.Conv2d(3, 3 * self.config.scale**2, 3, padding=1)

    def forward(self, lr):
        return nn.functional.pixel_shuffle(self.body(lr), self.config.scale)


class Plain(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale, self.body = scale, nn.Conv2d(3, 3 * scale**2, 3, padding=1)

    def forward(self, lr):
        return nn.functional.pixel_shuffle(self.body(lr), self.scale)


def ours(scale):
    return Experiment(Ours(Config(scale, 5)), {"pixel": Term(1.0, Pixel())}, steps=1, patch=48)


def plain(scale):
    return Experiment(Plain(scale), {"pixel": Term(1.0, Pixel())}, steps=1, patch=48)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.py"
    path.write_text(PROGRAM)
    return path


@pytest.fixture(params=["ours", "plain"])
def network(request: pytest.FixtureRequest, program: Path):
    """A subclass of ours with its config, and a plain module."""
    return find_recipe(f"{program}:{request.param}").experiment(Request(scale=3)).network


def test_a_file_rebuilds_it_with_its_program_beside(network, tmp_path: Path) -> None:
    path, lr = tmp_path / "out" / "it.safetensors", torch.rand(1, 3, 6, 5)
    path.parent.mkdir()
    export(network, path)
    known = checkpoints.load(path)  # its program has run here already
    own.KNOWN.clear()
    with pytest.raises(RequestError, match=r"it\.py would be run.*--trust"):
        checkpoints.load(path)
    again = checkpoints.load(path, scale=3, trust=True)
    assert (again.name, again.scale, again.receptive_radius) == (network.name, 3, network.receptive_radius)
    assert again.config.scale == known.config.scale == 3
    with torch.inference_mode():
        assert torch.equal(network(lr), again(lr))
        assert torch.equal(network(lr), known(lr))
    with pytest.raises(RequestError, match="for scale 3, not 2"):
        checkpoints.load(path, scale=2, trust=True)


def test_its_own_code_reads_the_official_layout_and_a_start_takes_it(network, program: Path, tmp_path: Path) -> None:
    assert set(released(network)) == {"body.weight", "body.bias"}
    path = export(network, tmp_path / "it.pth")
    row = "plain" if isinstance(network, own.Own) else "ours"
    fresh = find_recipe(f"{program}:{row}").experiment(Request(scale=3)).network
    begun = start(fresh, path)
    assert (begun.copied, begun.of, begun.total) == (2, 2, 2)
    assert all(torch.equal(a, b) for a, b in zip(fresh.parameters(), network.parameters(), strict=True))


def test_no_other_program_is_overwritten(network, tmp_path: Path) -> None:
    (tmp_path / "it.py").write_text("mine = 1")
    with pytest.raises(RequestError, match=r"it\.py, where the program of .* would lie, holds another"):
        export(network, tmp_path / "it.safetensors")
    assert (tmp_path / "it.py").read_text() == "mine = 1"
    assert not (tmp_path / "it.safetensors").exists()


@pytest.mark.parametrize("damage", [{"scale": "3"}, {"settings": [1]}])
def test_a_damaged_header_is_told(damage: dict, tmp_path: Path) -> None:
    from acutance.tensors import write_weights

    config = {"scale": 3, "settings": {"scale": 3}} | damage
    write_weights(tmp_path / "x.safetensors", {"a": torch.zeros(1)}, {"network": "own:X", "config": config})
    with pytest.raises(RequestError, match="it is damaged"):
        checkpoints.load(tmp_path / "x.safetensors", trust=True)


def test_one_without_a_program_is_told(tmp_path: Path) -> None:
    from acutance.tensors import write_weights

    header = {"network": "own:X", "config": {"scale": 3, "settings": {}}}
    write_weights(tmp_path / "x.safetensors", {"a": torch.zeros(1)}, header)
    with pytest.raises(
        RequestError, match="own:X, a network that Acutance has not, and does not say where its program"
    ):
        checkpoints.load(tmp_path / "x.safetensors", trust=True)
