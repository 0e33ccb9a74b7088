"""Nothing asks for a network: the commands that do the work do it where every socket is refused, and none is tried.

The demo, which takes longest, does so in cli/test_demo.py."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from offline import SITE, offline
from runs_made import photos, recipe
from sets_made import pictures

__all__ = ["photos", "pictures", "recipe"]


def test_a_socket_would_be_noticed(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(SITE), "OFFLINE_TOLD": str(tmp_path / "told")}
    asking = "import urllib.request; urllib.request.urlopen('http://example.com')"
    done = subprocess.run([sys.executable, "-c", asking], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no network" in done.stderr
    assert "urllib.Request" in (tmp_path / "told").read_text()


@pytest.mark.slow
def test_the_commands_do_without_a_network(tmp_path: Path, photos: Path, recipe: Path, pictures: object) -> None:
    sets, told = tmp_path / "sets", tmp_path / "told"
    learning = ("--data", photos, "--scale", 4, "--device", "cpu", "--steps", 2)
    scoring, tested = ("--data", sets, "--sets", "Pair"), ("--test", sets, "--sets", "Pair", "--seeds", 1)
    commands = (
        ("train", f"{recipe}:pcl", *learning, "--out", tmp_path / "run"),
        ("evaluate", tmp_path / "run", *scoring, "--json", tmp_path / "scores.json", "--report", tmp_path / "r.html"),
        ("compare", f"{recipe}:pixel", f"{recipe}:pcl", *learning, "--out", tmp_path / "compared", *tested),
        ("upscale", photos / "0.png", "-o", tmp_path / "large.png", "--device", "cpu"),
    )
    for command in commands:
        done = offline(told, *command)
        assert done.returncode == 0, (command, done.stderr)
    assert not told.exists(), told.read_text()
    made = ("run/report.html", "scores.json", "r.html", "compared/comparison.json", "large.png")
    assert [name for name in made if not (tmp_path / name).is_file()] == []
