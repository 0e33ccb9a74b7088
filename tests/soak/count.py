"""What was done, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Count:
    """What was done to something, and what came of it.

    Attributes:
        tried: kills, flips, faults or signals.
        faults: a sentence for each that lost something, left something behind, or let something in.
        outcomes: how often it ended in which of the ways that are right.
    """

    tried: int = 0
    faults: list[str] = field(default_factory=list[str])
    outcomes: Counter[str] = field(default_factory=Counter[str])

    def line(self, name: str, what: str) -> str:
        """Return the one line about it."""
        ways = "".join(f", {count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        return f"{name}: {self.tried} {what}{ways}; {len(self.faults)} faults"
