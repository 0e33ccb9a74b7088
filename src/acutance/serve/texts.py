"""Everything that the page and the answers say stands in en.json, so that it can be said in another language."""

import json
from functools import cache
from importlib import resources


@cache
def texts() -> dict[str, str]:
    """Return all of it, by name."""
    return json.loads(resources.files("acutance.serve").joinpath("en.json").read_text(encoding="utf-8"))


def said(name: str, **values: object) -> str:
    """Return a text with its values.

    >>> said("refused.bytes", most="64 MiB")
    'The file is larger than 64 MiB, which is the limit.'
    """
    return texts()[name].format(**values)


def in_bytes(count: float) -> str:
    """Return a number of bytes as people say it.

    >>> in_bytes(64 << 20), in_bytes(1536)
    ('64 MiB', '1.5 KiB')
    """
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} GiB"


def in_seconds(seconds: float) -> str:
    """Return a time as people say it.

    >>> in_seconds(10), in_seconds(900), in_seconds(86400)
    ('10 seconds', '15 minutes', '24 hours')
    """
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} seconds"
