"""Ctrl-C and termination wait for the end of the step, so that what is saved is a whole step."""

import signal
import threading
from types import FrameType, TracebackType


class Interrupt:
    """While the block runs, the first SIGINT or SIGTERM sets `requested`; a second one interrupts at once."""

    def __init__(self) -> None:
        self.requested = False
        self._signals = (signal.SIGINT, signal.SIGTERM)

    def __enter__(self) -> "Interrupt":
        if threading.current_thread() is threading.main_thread():
            self._before = [(number, signal.signal(number, self._request)) for number in self._signals]
        else:
            self._before = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)

    def _request(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
