"""Who is told how a run goes on, beside its folder: loggers, and the page that is written anew as it goes."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from acutance.errors import AcutanceError
from acutance.training.loggers import Logger

SHARE = 0.02
"""Of the time of a run that its page may take."""
FIRST = 3.0
"""Seconds before the first page: a run that is over by then has its page at its end alone."""
REST = 20.0
"""Seconds between two pages, at least."""


@dataclass
class Onlookers:
    """Tells loggers every line of the curve, and writes the page of a run again when that is due.

    Attributes:
        loggers: as `training.loggers` makes them.
        page: writes the page; None for none while the run goes on.
    """

    loggers: Sequence[Logger] = ()
    page: Callable[[], None] | None = None
    _due: float = field(default_factory=lambda: time.monotonic() + FIRST, init=False)

    def tell(self, values: Mapping[str, Any]) -> None:
        """Hand on a line of the curve."""
        named = {name: value for name, value in values.items() if name != "step"}
        for logger in self.loggers:
            logger.log_metrics(named, values["step"])

    def look(self) -> None:
        """Write the page, unless the run or the last page is too young: it takes no more than a fiftieth of the time.

        A page that cannot be written is no reason to end a run, which writes it again at its end.
        """
        if self.page is None or time.monotonic() < self._due:
            return
        started = time.monotonic()
        with suppress(AcutanceError, OSError):
            self.page()
        ended = time.monotonic()
        self._due = ended + max(REST, (ended - started) / SHARE)

    def finish(self, *, whole: bool) -> None:
        """Let loggers write what they hold; `whole` where the run got to its end."""
        for logger in self.loggers:
            logger.finalize("success" if whole else "aborted")
