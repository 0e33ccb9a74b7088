"""Keys of files in sentences: a few, and short, for a file may hold anything as a key."""

from collections.abc import Iterable

LONGEST = 80


def some(keys: Iterable[str]) -> str:
    """Return the first three keys, and how many more there are."""
    names = sorted(keys)
    return ", ".join(map(short, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def short(key: str) -> str:
    """Return a key, or the beginning of a long one."""
    return key if len(key) <= LONGEST else f"{key[:LONGEST]}..."
