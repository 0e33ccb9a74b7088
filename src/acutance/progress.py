"""Progress that a person can watch: bars on a terminal, one line a minute elsewhere, both on standard error."""

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TypeVar

Item = TypeVar("Item")
LINE_EVERY_SECONDS = 60.0


class Progress:
    """Progress of one piece of work of `total` steps; a context manager.

    `update(steps, note)` moves it on; `note` is a short text shown beside it, such as a loss.
    """

    def __init__(self, description: str, total: int, done: int = 0) -> None:
        self.description, self.total, self.done, self.note = description, total, done, ""
        self._terminal = sys.stderr.isatty()
        self._started = self._spoken = time.monotonic()
        self._said: int | None = None

    def __enter__(self) -> "Progress":
        self._started = self._spoken = time.monotonic()
        if self._terminal:
            self._bar, self._task = _rich_bar(self.description, self.total, self.done)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal:
            self._bar.stop()
        elif kind is None and self.total and self.done != self._said:
            self._say()

    def update(self, steps: int = 1, note: str | None = None) -> None:
        """Move on by `steps`; keep the last note where none is given."""
        self.done += steps
        self.note = self.note if note is None else note
        if self._terminal:
            self._bar.update(self._task, advance=steps, note=self.note)
        elif time.monotonic() - self._spoken >= LINE_EVERY_SECONDS:
            self._say()

    def _say(self) -> None:
        self._spoken, self._said = time.monotonic(), self.done
        elapsed = self._spoken - self._started
        print(
            f"{self.description}: {self.done}/{self.total} in {elapsed:.0f} s {self.note}".rstrip(),
            file=sys.stderr,
            flush=True,
        )


def say(sentence: str) -> None:
    """Tell a person something about long work, where its progress is told."""
    print(sentence, file=sys.stderr, flush=True)


def track(items: Iterable[Item], description: str, total: int) -> Iterator[Item]:
    """Yield the items, showing how many are done."""
    with Progress(description, total) as progress:
        for item in items:
            yield item
            progress.update()


def _rich_bar(description: str, total: int, done: int):
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    bar = Bar(*columns, console=Console(stderr=True))
    return bar, bar.add_task(description, total=total, completed=done, note="")
