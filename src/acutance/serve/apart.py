"""Processes apart: each upload has one of its own, forked from one that has loaded what they need, and watched here.

What such a process says is taken as JSON, never unpickled: it has read a stranger's file, and is trusted with nothing.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from threading import Event
from typing import Any

from acutance.serve.inside import work
from acutance.serve.task import Task
from acutance.serve.texts import in_bytes, in_seconds, said

GLANCE = 0.2
"""Seconds between looks at whether a process is to be stopped."""
LONGEST_LINE = 1 << 16
PRELOADED = "acutance.serve.workshop"
COMMAND_LINE = "acutance.cli.main"
"""What a process that is started by the command `acutance` imports anew, which is quick where it is loaded."""


@dataclass(frozen=True)
class Ending:
    """How a process ended: with an answer, with a fault that is told, or because it was stopped."""

    answer: dict[str, Any] | None = None
    fault: str = ""
    status: int = 500

    @property
    def stopped(self) -> bool:
        """Whether it was told to end."""
        return self.answer is None and not self.fault


class Processes:
    """Starts processes and watches them, so many at a time."""

    def __init__(self, count: int) -> None:
        # Forks of a process that has loaded PyTorch are there in a few milliseconds; without forks each has to load it.
        forks = "forkserver" in get_all_start_methods()
        self._context: Any = get_context("forkserver" if forks else "spawn")
        if forks:
            also = [COMMAND_LINE] if COMMAND_LINE in sys.modules else []
            self._context.set_forkserver_preload([PRELOADED, *also])
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="watch")
        self._stop = Event()

    def warm(self) -> None:
        """Begin to load what processes need, before the first is asked for."""
        if self._context.get_start_method() == "forkserver":
            from multiprocessing.forkserver import ensure_running

            ensure_running()

    async def run(
        self,
        task: Task,
        seconds: float,
        stop: Event | None = None,
        told: Callable[[dict[str, Any]], None] | None = None,
    ) -> Ending:
        """Do a task in a process of its own, which may take so long; `told` hears how it goes on."""
        loop = asyncio.get_running_loop()

        def tell(said: dict[str, Any]) -> None:
            if told is not None:
                with suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(told, said)

        return await loop.run_in_executor(self._threads, self._watched, task, seconds, stop or Event(), tell)

    def stop(self) -> None:
        """Stop them all; none is started any more."""
        self._stop.set()

    def close(self) -> None:
        """Stop them all, and wait until they have ended."""
        self.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _watched(self, task: Task, seconds: float, stop: Event, tell: Callable[[dict[str, Any]], None]) -> Ending:
        if self._stop.is_set() or stop.is_set():
            return Ending()
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=work, args=(task, theirs), daemon=True)
        try:
            process.start()
            theirs.close()
            ending = self._heard(ours, time.monotonic() + seconds, stop, tell)
            if ending is None:
                process.join(5)
                return Ending(fault=_died(process.exitcode, task.memory))
            return ending if ending.fault or ending.answer is not None else _late(stop, self._stop, seconds)
        finally:
            ours.close()
            with suppress(ValueError, AttributeError, OSError):
                process.kill()
                process.join(5)

    def _heard(
        self, pipe: Connection, deadline: float, stop: Event, tell: Callable[[dict[str, Any]], None]
    ) -> Ending | None:
        """Return the ending that a process tells; an empty one where it is to be killed, None where it has died."""
        while True:
            if stop.is_set() or self._stop.is_set() or time.monotonic() > deadline:
                return Ending()
            try:
                if not pipe.poll(GLANCE):
                    continue
                message: Any = json.loads(pipe.recv_bytes(LONGEST_LINE))
            except (EOFError, OSError, ValueError):
                return None
            if not isinstance(message, dict):
                return None
            if "answer" in message:
                return Ending(answer=dict(message["answer"]))
            if "fault" in message:
                return Ending(fault=str(message["fault"])[:1000], status=int(message["status"]))
            tell(message)


def _late(stop: Event, all_stop: Event, seconds: float) -> Ending:
    if stop.is_set() or all_stop.is_set():
        return Ending()
    return Ending(fault=said("fault.late", most=in_seconds(seconds)), status=408)


def _died(status: int | None, memory: int) -> str:
    if sys.platform == "linux" and status in (-6, -9, -11, -7):
        return said("fault.died", memory=in_bytes(memory))
    return said("fault.ended", status=status)


def threads_each(workers: int) -> int:
    """Return how many threads each of so many processes may have: OMP_NUM_THREADS, or its share of the cores."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // workers)
