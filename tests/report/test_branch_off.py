"""SPSR's Fig. 11: SR with and without the features of the gradient branch, in `upscale` and in `figure`."""

from pathlib import Path

import numpy as np
import pytest
import torch

from acutance import checkpoints, images
from acutance.cli.main import main
from acutance.networks import create
from photographs import photograph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A photograph, a small SPSR whose branch matters, and a network without one."""
    torch.manual_seed(0)
    network = create("spsr", scale=2, blocks=1, channels=8, growth=4)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    checkpoints.save(tmp_path / "spsr.safetensors", network)
    checkpoints.save(tmp_path / "edsr.safetensors", create("edsr", scale=2, blocks=1, channels=4))
    images.write(tmp_path / "a.png", photograph(0, 64, 64))
    return tmp_path


def test_upscale_writes_another_picture_with_the_branch_off(folder: Path) -> None:
    command = ["upscale", str(folder / "a.png"), "--network", str(folder / "spsr.safetensors"), "--engine", "torch"]
    assert main([*command, "-o", str(folder / "on.png")]) == 0
    assert main([*command, "--branch-off", "-o", str(folder / "off.png")]) == 0
    on, off = (images.read(folder / name).pixels for name in ("on.png", "off.png"))
    assert on.shape == off.shape == (128, 128, 3)
    assert not np.array_equal(on, off)


def test_a_network_without_a_branch_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["upscale", str(folder / "a.png"), "--branch-off", "-o", str(folder / "off.png")]
    assert main(command) == 2
    assert main([*command, "--network", str(folder / "edsr.safetensors")]) == 2
    told = capsys.readouterr().err
    assert "the networks that ship have no gradient branch" in told
    assert "edsr has no gradient branch to switch off" in told
    assert not (folder / "off.png").exists()


def test_figure_shows_both(folder: Path) -> None:
    command = ["figure", str(folder / "a.png"), f"SPSR={folder / 'spsr.safetensors'}", "--scale", "2"]
    assert main([*command, "-o", str(folder / "one.png")]) == 0
    assert main([*command, "--branch-off", "-o", str(folder / "two.png")]) == 0
    one, two = (images.read(folder / name).pixels for name in ("one.png", "two.png"))
    assert two.shape != one.shape or not np.array_equal(one, two)
