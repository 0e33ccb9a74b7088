"""What becomes of a run of two processes that is interrupted, or of which one is killed: for real, at random times."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from safetensors.torch import load_file

from acutance.training.state import read_state

TESTS = Path(__file__).parents[1]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.endswith("RANK")} | {
    "OMP_NUM_THREADS": "1"
}


def words(recipe: Path, photos: Path, out: Path, *more: object) -> list[str]:
    fixed = ["--scale", "2", "--device", "cpu", "--cache", str(out.parent / "store")]
    named = [f"{recipe}:pixel", "--data", str(photos), "--out", str(out), *fixed]
    return ["-m", "acutance", "train", *named, *map(str, more)]


def run(command: list[str], *before: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*(before or [sys.executable]), *command], capture_output=True, text=True, env=ENVIRONMENT, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["4"], ["2", "--kill"]])
def test_every_run_that_is_ended_leaves_a_checkpoint(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "processes.pairs", *arguments],
        cwd=TESTS,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": kept") == int(arguments[0])


@pytest.mark.slow
def test_what_a_killed_run_left_goes_on_alone_and_by_torchrun(recipe, photos, tmp_path):
    """Two processes of our own start, one killed; then one process; then two that torchrun starts: one run."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert run(words(recipe, photos, whole, "--steps", 200)).returncode == 0
    command = [sys.executable, *words(recipe, photos, parts, "--steps", 200, "--devices", 2)]
    first = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 300
    while not (parts / "metrics.jsonl").exists():
        assert first.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    (second,) = map(int, Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()[:1])
    os.kill(second, signal.SIGKILL)
    _, told = first.communicate(timeout=60)
    assert first.returncode == 1
    assert "process 2 of 2 was ended by SIGKILL. What was trained is kept: go on with --resume." in told
    assert "Traceback" not in told
    state = read_state(parts / "checkpoints" / "last.pt")
    assert state is not None
    assert 0 < state["step"] < 200
    refused = run(words(recipe, photos, parts, "--steps", 199, "--resume"))
    assert refused.returncode == 2
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    done = run(words(recipe, photos, parts, "--steps", 200, "--resume"), *torchrun)
    assert done.returncode == 0, done.stderr
    one, two = (load_file(out / "checkpoints" / "last.safetensors") for out in (whole, parts))
    apart = max((one[name] - two[name]).abs().max().item() for name in one)
    # Rounding of two processes for one is 8e-7 after 100 steps, and grows from step to step.
    assert apart < 1e-3
    steps = [json.loads(line)["step"] for line in (parts / "metrics.jsonl").read_text().splitlines()]
    assert steps == sorted(set(steps))


def test_a_batch_that_cannot_be_shared_is_refused_before_anything_starts(recipe, photos, tmp_path):
    done = run(words(recipe, photos, tmp_path / "run", "--devices", 2, "--batch", 3))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "acutance: 2 processes cannot share a batch of 3 equally; the nearest --batch is 4."
    )
    assert not (tmp_path / "run").exists()
