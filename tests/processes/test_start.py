"""How many processes there are: as asked for, or as torchrun and Slurm have started them; what cannot be is refused."""

import os
import sys
import time
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from torch import distributed

from acutance import processes
from acutance.errors import RequestError
from acutance.training import Machine

TORCHRUN = {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}


@pytest.mark.parametrize(
    ("machine", "environment", "words"),
    [
        (Machine(devices=3), TORCHRUN, "2 processes were started, and 3 asked for; leave --devices out"),
        (Machine(), TORCHRUN, "2 processes cannot share a batch of 7 equally; the nearest --batch is 8"),
        (Machine(devices=2), {}, "2 processes cannot share a batch of 7 equally; the nearest --batch is 8"),
        (Machine(), {"SLURM_STEP_NUM_TASKS": "3", "SLURM_STEP_NUM_NODES": "2"}, "3 tasks on 2 nodes"),
        (Machine("cpu", nodes=7), {}, "7 machines need torchrun or Slurm, or MASTER_ADDR, MASTER_PORT, NODE_RANK set"),
        (Machine("cpu", nodes=7), {"MASTER_ADDR": "a", "NODE_RANK": "1"}, "or MASTER_PORT set on each"),
    ],
)
def test_what_cannot_be_is_a_sentence(machine, environment, words, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RequestError, match=words):
        machine.launch(batch=7)


def test_a_notebook_is_told_to_be_a_file(monkeypatch):
    monkeypatch.setattr(sys, "orig_argv", ["python", "-"])
    with pytest.raises(RequestError, match="write this in a file, and run that"):
        Machine("cpu", devices=2).launch(batch=2)


def wait_for_a_slow_first(rank: int) -> None:
    """The first is busy by itself for longer than others would wait for it."""
    impatient = distributed.new_group(timeout=timedelta(seconds=1))
    assert isinstance(impatient, distributed.ProcessGroup)
    if rank == 0:
        time.sleep(4)
    else:
        with pytest.raises(RuntimeError):
            distributed.barrier(impatient)
    processes.wait()


def of_slurm(rank: int, folder: str) -> None:
    """Task of a step of two on one node, as srun starts them."""
    os.environ |= {
        "SLURM_JOB_ID": str(os.getppid()),
        "SLURM_STEP_NUM_TASKS": "2",
        "SLURM_STEP_NUM_NODES": "1",
        "SLURM_STEP_NODELIST": "127.0.0.1",
        "SLURM_PROCID": str(rank),
        "SLURM_LOCALID": str(rank),
        "SLURM_NODEID": "0",
    }
    fabric = Machine("cpu").launch(batch=4)
    wait_for_a_slow_first(rank)
    told = [fabric.global_rank, fabric.world_size, *processes.rows(2)[1].indices(4)[:2], processes.agree(rank == 1)]
    Path(folder, str(rank)).write_text(repr(told))
    distributed.destroy_process_group()


@pytest.mark.slow
def test_slurm_says_who_is_who_and_nobody_times_out(tmp_path):
    context = get_context("spawn")
    tasks = [context.Process(target=of_slurm, args=(rank, str(tmp_path))) for rank in (0, 1)]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join(300)
    assert [task.exitcode for task in tasks] == [0, 0]
    assert (tmp_path / "0").read_text() == "[0, 2, 0, 2, True]"
    assert (tmp_path / "1").read_text() == "[1, 2, 2, 4, True]"
