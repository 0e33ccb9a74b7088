"""Nothing asks for a network: the commands that do the work do it where every socket is refused, and none is tried."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runs_made import photos, recipe
from sets_made import pictures

__all__ = ["photos", "pictures", "recipe"]
SITE = Path(__file__).parent / "offline_site"
ALONE = ("unshare", "--map-root-user", "--net")
"""Starts a command on a machine of its own that has no network, whatever language asks for it."""


def words(*command: object) -> list[str]:
    return [sys.executable, "-m", "acutance", *map(str, command)]


def offline(told: Path, *command: object) -> subprocess.CompletedProcess[str]:
    """Run a command where sockets are refused, and further noted in a file, and where there is no network at all."""
    path = os.pathsep.join([str(SITE), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "OFFLINE_TOLD": str(told), "OMP_NUM_THREADS": "1"}
    alone = ALONE if _may_be_alone() else ()
    return subprocess.run(
        [*alone, *words(*command)], env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def _may_be_alone() -> bool:
    return shutil.which("unshare") is not None and not subprocess.run([*ALONE, "true"], capture_output=True).returncode


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
        ("demo", "--out", tmp_path / "demo", "--steps", 1, "--device", "cpu"),
        ("train", f"{recipe}:pcl", *learning, "--out", tmp_path / "run"),
        ("evaluate", tmp_path / "run", *scoring, "--json", tmp_path / "scores.json", "--report", tmp_path / "r.html"),
        ("compare", f"{recipe}:pixel", f"{recipe}:pcl", *learning, "--out", tmp_path / "compared", *tested),
        ("upscale", photos / "0.png", "-o", tmp_path / "large.png", "--device", "cpu"),
    )
    for command in commands:
        done = offline(told, *command)
        assert done.returncode == 0, (command, done.stderr)
    assert not told.exists(), told.read_text()
    made = ("demo/report.html", "run/report.html", "scores.json", "r.html", "compared/comparison.json", "large.png")
    assert [name for name in made if not (tmp_path / name).is_file()] == []
