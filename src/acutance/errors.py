"""Errors that a user can act on. The command line prints their sentence, no traceback, and exits with `status`."""

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, ends of lines and paragraphs, turns of the direction of writing, bytes that are not UTF-8."""


def shown(text: object) -> str:
    r"""Return a text, such as a name, on one line and without what would steer a terminal, which is escaped.

    >>> print(shown("two\nlines"))
    two\nlines
    """
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), str(text))


class AcutanceError(Exception):
    """Something failed although the request was sound: a full disk, say. As text it is one line, safe to show."""

    status: ClassVar[int] = 1

    def __str__(self) -> str:
        return shown(super().__str__())


class PictureError(AcutanceError):
    """One picture cannot be used; the rest of a batch goes on."""

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = Path(path)
        self.reason = reason

    def __reduce__(self) -> tuple[type["PictureError"], tuple[Path, str]]:
        """Say how another process makes it again, of its two values and not of the sentence alone."""
        return type(self), (self.path, self.reason)


class RequestError(AcutanceError, ValueError):
    """The request cannot be met as it was made: an unknown name, an impossible value, a folder that is not there."""

    status: ClassVar[int] = 2


def unknown(kind: str, name: str, known: Iterable[str]) -> RequestError:
    """Return the error for a name that does not exist, with the nearest that does."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names) or 'none'}."
    return RequestError(f"there is no {kind} {name!r}; {hint}")
