"""The soak in its short form: each part in a process of its own, as `make soak` runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

LEAST = {"kills": 6, "flips": 90, "disks": 8, "signals": 3}
"""What each part tries at the least."""


@pytest.mark.slow
@pytest.mark.parametrize("part", LEAST)
def test_nothing_is_lost_and_nothing_let_in(part: str) -> None:
    if part == "disks" and not sys.platform.startswith("linux"):
        pytest.skip("libraries are preloaded otherwise there")
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    words = [sys.executable, "-m", "soak", part, "--short"]
    done = subprocess.run(words, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = re.findall(r": (\d+) [a-z ]+.*; 0 faults$", done.stdout, re.M)
    assert sum(map(int, counts)) >= LEAST[part], done.stdout
