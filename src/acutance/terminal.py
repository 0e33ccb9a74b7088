"""What a person is told on a terminal: in characters that it has, and without any that would steer it."""

import os
import re
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, Protocol, TextIO, cast, runtime_checkable

from acutance.errors import shown

_BETWEEN_ENDS = re.compile(r"[^\n\t]+")


@runtime_checkable
class Stream(Protocol):
    """What text is printed on."""

    def write(self, text: str, /) -> int:
        """Take a text, and return the number of its characters."""
        ...

    def flush(self) -> None:
        """Send what was taken on its way."""


class Escaped:
    """A stream that takes any text: what would steer a terminal, or is not in the encoding beneath, is escaped.

    Ends of lines and tabs pass; those inside a name are for `errors.shown`. `beneath` is the stream that is written to.
    """

    encoding = "utf-8"
    """Of what it takes, whatever the encoding beneath, so that nobody goes round it."""

    def __init__(self, beneath: Stream) -> None:
        self.beneath = beneath

    def write(self, text: str, /) -> int:
        """Write a text, escaped; return the number of characters that were taken."""
        safe = _BETWEEN_ENDS.sub(lambda found: shown(found[0]), text)
        encoding = getattr(self.beneath, "encoding", None) or "utf-8"  # a stream in memory has none
        self.beneath.write(safe.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Send what was written on its way."""
        self.beneath.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


@contextmanager
def escaped_output() -> Generator[None]:
    """Escape what the block writes on standard output and standard error."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (stream and cast(TextIO, escaped(stream)) for stream in before)  # pythonw has none
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def show(text: object, stream: Stream | None = None) -> None:
    """Print a text, of one line or more, on standard output or another stream, escaped and at once."""
    # Text and end of line together, as processes side by side share the output.
    print(f"{text}\n", end="", file=escaped(sys.stdout if stream is None else stream), flush=True)


def say(sentence: str) -> None:
    """Tell a person something about long work, where its progress is told: on standard error, by one process of all."""
    if is_first_process():
        show(shown(sentence), sys.stderr)


def is_first_process() -> bool:
    """Whether this process is alone, or the first of those that train together."""
    return all(os.environ.get(rank, "0") == "0" for rank in ("RANK", "LOCAL_RANK", "NODE_RANK"))


def escaped(stream: Stream) -> Stream:
    """Return a stream that escapes: the one that is given, where it does."""
    return stream if isinstance(stream, Escaped) else Escaped(stream)


def unescaped(stream: Stream) -> Stream:
    """Return the stream beneath one that escapes, for a bar, which moves the cursor."""
    return stream.beneath if isinstance(stream, Escaped) else stream
