"""Progress that a person can watch: bars on a terminal or in a notebook, one line a minute elsewhere.

All of it goes to standard error, and only the first of several processes that train together shows any.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

Item = TypeVar("Item")
LINE_EVERY_SECONDS = 60.0


class Progress:
    """Progress of one piece of work of `total` steps; a context manager.

    `update(steps, note)` moves it on; `note` is a short text shown beside it, such as a loss.
    """

    def __init__(self, description: str, total: int, done: int = 0) -> None:
        self.description, self.total, self.done, self.note = description, total, done, ""
        self._shows_bar = is_first_process() and (sys.stderr.isatty() or _in_notebook())
        self._started = self._spoken = time.monotonic()
        self._said: int | None = None

    def __enter__(self) -> "Progress":
        self._started = self._spoken = time.monotonic()
        if self._shows_bar:
            self._bar = _bar(self.description, self.total, self.done)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shows_bar:
            self._bar.close()
        elif kind is None and self.total and self.done != self._said:
            self._say()

    def update(self, steps: int = 1, note: str | None = None) -> None:
        """Move on by `steps`; keep the last note where none is given."""
        self.done += steps
        self.note = self.note if note is None else note
        if self._shows_bar:
            self._bar.set_postfix_str(self.note, refresh=False)
            self._bar.update(steps)
        elif time.monotonic() - self._spoken >= LINE_EVERY_SECONDS:
            self._say()

    def _say(self) -> None:
        self._spoken, self._said = time.monotonic(), self.done
        elapsed = self._spoken - self._started
        say(f"{self.description}: {self.done}/{self.total} in {elapsed:.0f} s {self.note}".rstrip())


def say(sentence: str) -> None:
    """Tell a person something about long work, where its progress is told."""
    if is_first_process():
        print(sentence, file=sys.stderr, flush=True)


def is_first_process() -> bool:
    """Whether this process is alone, or the first of those that train together."""
    return all(os.environ.get(rank, "0") == "0" for rank in ("LOCAL_RANK", "NODE_RANK"))


def track(items: Iterable[Item], description: str, total: int) -> Iterator[Item]:
    """Yield the items, showing how many are done."""
    with Progress(description, total) as progress:
        for item in items:
            yield item
            progress.update()


def _in_notebook() -> bool:
    """Whether a Jupyter kernel runs this, whose standard error is no terminal but shows bars."""
    ipython: Any = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _bar(description: str, total: int, done: int):
    from tqdm.auto import tqdm

    return tqdm(desc=description, total=total, initial=done, dynamic_ncols=True)
