"""What is fuzzed: a module a reader, which makes the valid files to begin from, and reads a file all through."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from fuzz.inputs import Seed

KINDS = ("pictures", "checkpoints")


class Reader(Protocol):
    """A reader of files: what its module offers."""

    seeds: Callable[[], Sequence[Seed]]
    attempt: Callable[[Path], object]


def reader(kind: str) -> Reader:
    """Return the module of a kind; only what it needs is loaded."""
    return cast(Reader, import_module(f"fuzz.{kind}"))
