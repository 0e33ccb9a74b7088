"""What a person sees while pictures are enlarged: progress by pictures, or by tiles or frames where there is one."""

import sys
import threading
from contextlib import ExitStack
from types import TracebackType

from acutance.errors import shown
from acutance.progress import Progress, tell
from acutance.upscaling.enlarge import Note


class Watch:
    """Progress through a number of pictures; a context manager. `alone` tells that it is one."""

    def __init__(self, pictures: int) -> None:
        self.alone = pictures == 1
        self._stack, self._lock = ExitStack(), threading.Lock()
        self._bar: Progress | None = None if self.alone else Progress("upscaling", pictures)

    def __enter__(self) -> "Watch":
        if self._bar:
            self._stack.enter_context(self._bar)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def note(self, name: str, frames: int, passes: int) -> Note:
        """Return what is to be told of the tiles of a picture.

        Each of its frames goes through networks `passes` times, and its tiles are counted anew each time.
        """
        rounds, word = (frames, "frame") if passes == 1 else (frames * passes, "pass")
        gone = 0

        def note(done: int, tiles: int) -> None:
            nonlocal gone
            tile = f"tile {done} of {tiles}"
            if rounds > 1:
                tile = f"{word} {gone + 1} of {rounds}, {tile}"
            if not self.alone:
                self._moved(0, f"{name}, {tile}")
            elif rounds > 1:
                self._moved(done == tiles, tile, f"{name}, {word}{'es' if word == 'pass' else 's'}", rounds)
            else:
                self._moved(1, "", f"{name}, tiles", tiles)
            gone += done == tiles

        return note

    def done(self, name: str) -> None:
        """Move on by a picture."""
        if not self.alone:
            self._moved(1, name)

    def say(self, sentence: str) -> None:
        """Say something on standard error at once."""
        tell(shown(sentence), sys.stderr)

    def _moved(self, steps: int, note: str, description: str = "", total: int = 0) -> None:
        with self._lock:  # several pictures may be at work
            if self._bar is None:
                self._bar = self._stack.enter_context(Progress(description, total))
            self._bar.update(steps, note)
