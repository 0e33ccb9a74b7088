"""What a program put before and behind the names of pictures: baby_SwinIR.png and bird_SwinIR.png are named alike."""

from collections import Counter
from collections.abc import Collection

SEPARATORS = "_-. x("


def affixes(names: Collection[str], stems: Collection[str]) -> list[tuple[str, str]]:
    """Return what stands before and behind the names in most of the stems; several where as many have each.

    >>> affixes(["baby", "bird"], ["baby_SwinIR", "bird_SwinIR", "notes"])
    [('', '_SwinIR')]

    One stem alone shows how all are named only if something separates the name from the rest.
    """
    counted = Counter(
        (stem[:at], stem[at + len(name) :]) for name in names for stem in stems if name and (at := stem.find(name)) >= 0
    )
    likely = {each: count for each, count in counted.items() if count > 1 or _is_separated(*each)}
    most = max(likely.values(), default=0)
    return [each for each, count in likely.items() if count == most]


def _is_separated(before: str, behind: str) -> bool:
    return (not before or before[-1] in SEPARATORS) and (not behind or behind[0] in SEPARATORS)
