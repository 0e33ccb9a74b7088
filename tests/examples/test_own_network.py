"""The example in examples/ runs as it stands, and its loss falls."""

import re
import subprocess
import sys
from pathlib import Path

import torch

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_network.py"


def run(folder, *arguments):
    command = [sys.executable, str(EXAMPLE), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=True).stdout


def test_loss_falls_and_the_weights_are_kept(tmp_path):
    out = run(tmp_path, "--steps", "20", "--patch", "32", "--batch", "2", "--accumulate", "2")
    pixel, contrastive, learned = (
        [float(value) for value in re.findall(rf"{name} ([\d.]+)", out)]
        for name in ("L1", "contrastive", "embedding network")
    )
    assert len(pixel) == len(contrastive) == len(learned) == 11
    assert sum(pixel[-4:]) < 0.7 * sum(pixel[:4])
    state = torch.load(tmp_path / "own_network.pt", weights_only=True)
    assert state["pcl"]["_extra_state"]["state"][0]["step"] == 20
    assert len(state["network"]) == 6


def test_comments_name_six_lines():
    marks = re.findall(r"# \((\d)\)", EXAMPLE.read_text())
    assert marks == list("123456")
