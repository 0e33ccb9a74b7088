"""A reader with every fault that is hunted, one a suffix, by which the tests see that each is found."""

import os
from pathlib import Path

from acutance.errors import AcutanceError
from fuzz.inputs import Seed

SUFFIXES = (".hangs", ".crashes", ".raises", ".eats", ".refuses", ".reads")


def seeds() -> list[Seed]:
    """Return a file for each."""
    return [Seed(f"a{suffix}", bytes(64)) for suffix in SUFFIXES]


def attempt(path: Path) -> None:
    """Do what the suffix says, once the content is no longer that of the valid file."""
    if path.read_bytes() == bytes(64):
        return
    if path.suffix == ".raises":
        raise KeyError("no such thing")
    if path.suffix == ".refuses":
        raise AcutanceError("this is no file.")
    if path.suffix == ".crashes":
        os.abort()
    if path.suffix == ".hangs":
        while True:
            pass
    if path.suffix == ".eats":
        assert len(bytearray(2 << 30))
