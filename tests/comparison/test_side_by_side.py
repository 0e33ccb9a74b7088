"""Runs side by side: what is begun when one of them fails, and when Ctrl-C reaches them all."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import sys
import time
from pathlib import Path

from acutance.comparison.side_by_side import side_by_side
from acutance.run_folder import RunId
from acutance.scores.results import Results


def make(run, folder):
    folder.mkdir(parents=True)
    if run.seed == 1:
        raise ValueError("the first run fails")
    time.sleep(float(sys.argv[2]))
    return Results(run.recipe, 4, "pcl", {})


if __name__ == "__main__":
    out, first = Path(sys.argv[1]), int(sys.argv[3])
    folders = {run: run.folder(out) for run in (RunId("recipe", seed) for seed in range(first, first + 6))}
    print([run.seed for run, _ in side_by_side(folders, make, out / "logs", 2)])
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path / "program.py"


def begin(program: Path, *, seconds: float, first: int) -> "subprocess.Popen[str]":
    words = [sys.executable, program, program.parent / "out", seconds, first]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        list(map(str, words)), stdout=pipe, stderr=pipe, text=True, env=environment, start_new_session=True
    )


def begun(program: Path) -> int:
    return len(list((program.parent / "out").glob("recipe/seed-*")))


@pytest.mark.slow
def test_all_come_out(program: Path) -> None:
    told, _ = begin(program, seconds=0.1, first=2).communicate(timeout=120)
    assert sorted(map(int, told.strip("[]\n").split(","))) == [2, 3, 4, 5, 6, 7]


@pytest.mark.slow
def test_none_is_begun_once_one_failed(program: Path) -> None:
    _, told = begin(program, seconds=5, first=1).communicate(timeout=120)
    assert "the first run fails" in told
    assert begun(program) <= 2


@pytest.mark.slow
def test_control_c_ends_those_that_run_and_none_is_begun(program: Path) -> None:
    process = begin(program, seconds=100, first=2)
    until = time.monotonic() + 60
    while begun(program) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    try:
        _, told = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert begun(program) == 2
    assert process.returncode != 0
    assert "SpawnProcess" not in told, "a process that waits for its next run said so"
