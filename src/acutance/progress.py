"""Progress that a person can watch: bars on a terminal or in a notebook, one line a minute elsewhere.

All of it goes to standard error, and only the first of several processes that train together shows any.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from types import TracebackType
from typing import Any, TypeVar

from acutance.errors import shown
from acutance.terminal import Stream, is_first_process, say, show, unescaped

Item = TypeVar("Item")
LINE_EVERY_SECONDS = 60.0


class Progress:
    """Progress of one piece of work of `total` steps; a context manager.

    `update(steps, note)` moves it on; `note` is a short text shown beside it, such as a loss.
    """

    def __init__(self, description: str, total: int, done: int = 0) -> None:
        self.description, self.total, self.done, self.note = shown(description), total, done, ""
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
        self.note = self.note if note is None else shown(note)
        if self._shows_bar:
            self._bar.set_postfix_str(self.note, refresh=False)
            self._bar.update(steps)
        elif time.monotonic() - self._spoken >= LINE_EVERY_SECONDS:
            self._say()

    def _say(self) -> None:
        self._spoken, self._said = time.monotonic(), self.done
        elapsed = self._spoken - self._started
        say(f"{self.description}: {self.done}/{self.total} in {elapsed:.0f} s {self.note}".rstrip())


def tell(line: object, stream: Stream | None = None) -> None:
    """Print a line on standard output, or another stream, with any bar out of its way."""
    tqdm: Any = sys.modules.get("tqdm.std")  # where nobody has loaded it there is no bar
    with tqdm.tqdm.external_write_mode(file=unescaped(sys.stderr)) if tqdm else nullcontext():
        show(line, stream)


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

    return tqdm(desc=description, total=total, initial=done, dynamic_ncols=True, file=unescaped(sys.stderr))
