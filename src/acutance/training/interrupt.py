"""Ctrl-C, termination and a closed terminal wait for the end of the step, so that what is saved is a whole step."""

import signal
import threading
import time
from types import FrameType, TracebackType

SAME = 1.0
"""Seconds within which signals count as one: a terminal and a launcher, such as torchrun, both pass on a Ctrl-C."""


class Interrupt:
    """While the block runs, the first SIGINT, SIGTERM or SIGHUP sets `requested`; a later one interrupts at once."""

    def __init__(self) -> None:
        self.requested, self._since = False, 0.0
        # Windows knows no SIGHUP; whoever runs under nohup has it ignored, and it stays so.
        hang_up = getattr(signal, "SIGHUP", None)
        heard = () if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN else (hang_up,)
        self._signals = (signal.SIGINT, signal.SIGTERM, *heard)

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
        if not self.requested:
            self.requested, self._since = True, time.monotonic()
        elif time.monotonic() - self._since > SAME:
            raise KeyboardInterrupt
