"""Lanes: threads of which each takes one thing all the way, so that reading, network and writing of several overlap."""

import ctypes
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from queue import SimpleQueue
from types import TracebackType
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
TICK = 0.5
"""Seconds after which a wait looks up, as Windows delivers no Ctrl-C to one without an end."""


class _Ticket(Generic[Item, Result]):
    def __init__(self, item: Item) -> None:
        self.item, self.done, self.lane = item, threading.Event(), 0
        self.results: list[Result] = []
        self.error: BaseException | None = None


class Lanes(Generic[Item, Result]):
    """Threads that work; what is put in comes out in the same order. A context manager, which ends with them.

    Args:
        work: done with each item, in one of the threads.
        count: of threads.
        begin: called once in each.
    """

    def __init__(self, work: Callable[[Item], Result], count: int, begin: Callable[[], None]) -> None:
        self._work, self._begin, self._stopping = work, begin, False
        self._queue: SimpleQueue[_Ticket[Item, Result] | None] = SimpleQueue()
        self._out: deque[_Ticket[Item, Result]] = deque()
        # A second Ctrl-C, while the first waits for them, ends the process without them.
        self._threads = [threading.Thread(target=self._drive, daemon=True) for _ in range(count)]

    def __enter__(self) -> "Lanes[Item, Result]":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def put(self, item: Item) -> None:
        """Have something done."""
        ticket = _Ticket[Item, Result](item)
        self._out.append(ticket)
        self._queue.put(ticket)

    def take(self) -> Result:
        """Return the result of what was put in first and not taken yet, or raise what its work has raised."""
        while not self._out[0].done.wait(TICK):
            pass
        ticket = self._out.popleft()
        if ticket.error is not None:
            raise ticket.error
        return ticket.results[0]

    def stop(self) -> list[Result]:
        """End all work as Ctrl-C would, wait for that, and return the results that there are and were not taken."""
        self._stopping = True
        for _ in self._threads:
            self._queue.put(None)
        with _interrupts_untold():
            self._interrupt_all()
            for thread in self._threads:
                while thread.is_alive():
                    thread.join(TICK)
                    if thread.is_alive():  # a callback from a library in C lets an exception go no further
                        self._interrupt_all()
        results = [result for ticket in self._out for result in ticket.results]
        for ticket in self._out:
            ticket.error = None  # whose frames may have a file in hand
        self._out.clear()
        return results

    def _interrupt_all(self) -> None:
        for ticket in self._out:
            if ticket.lane and not ticket.done.is_set():
                _interrupt(ticket.lane)

    def _drive(self) -> None:
        try:
            self._begin()
            while (ticket := self._queue.get()) is not None:
                self._do(ticket)
        except KeyboardInterrupt:  # a stop that came when the work was just done
            pass

    def _do(self, ticket: _Ticket[Item, Result]) -> None:
        ticket.lane = threading.get_ident()
        try:
            if self._stopping:
                raise KeyboardInterrupt
            ticket.results.append(self._work(ticket.item))
        except BaseException as error:
            ticket.error = error
        finally:
            ticket.done.set()


class Turns:
    """Lets those that are numbered from 0 through in their order, and so many at a time."""

    def __init__(self, at_once: int) -> None:
        self._free, self._next = at_once, 0
        self._gone: set[int] = set()
        self._changed = threading.Condition()

    @contextmanager
    def at(self, number: int) -> Generator[None]:
        """Wait for the turn of a number, which lasts for the block."""
        with self._changed:
            while not (self._next == number and self._free):
                self._changed.wait(TICK)
            self._free -= 1
        self.pass_by(number)
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def pass_by(self, number: int) -> None:
        """Let those behind a number go on: it has had its turn, or will have none."""
        with self._changed:
            self._gone.add(number)
            while self._next in self._gone:
                self._gone.remove(self._next)
                self._next += 1
            self._changed.notify_all()


@contextmanager
def _interrupts_untold() -> Generator[None]:
    """Print nothing of a KeyboardInterrupt that met a callback, where it can only be dropped."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda told: None if issubclass(told.exc_type, KeyboardInterrupt) else before(told)
    try:
        yield
    finally:
        sys.unraisablehook = before


def _interrupt(lane: int) -> None:
    """Raise KeyboardInterrupt in a thread, before its next line of Python: where Ctrl-C would raise it in the first."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(lane), ctypes.py_object(KeyboardInterrupt))
