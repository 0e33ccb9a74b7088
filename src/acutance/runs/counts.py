"""Numbers that a run is asked for: those that make no sense are refused before any work."""

from collections.abc import Iterable

from acutance.errors import RequestError


def check_counts(seeds: Iterable[object], /, **counts: object) -> None:
    """Raise RequestError unless seeds are whole numbers from 0 on, and all counts that are given from 1 on."""
    for seed in seeds:
        if not _is_whole(seed, 0):
            raise RequestError(f"the seed is {seed!r}; it must be a whole number from 0 on.")
    for name, count in counts.items():
        if count is not None and not _is_whole(count, 1):
            raise RequestError(f"--{name.replace('_', '-')} is {count!r}; it must be a whole number from 1 on.")


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
