"""Numbers gone wrong: of what they were, how often, and when it is enough."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from acutance import processes
from acutance.errors import AcutanceError

PATIENCE = 25
"""Steps in a row that may be left out for numbers that are not finite, before the run goes back or gives up."""
PREDICTION, GRADIENT, STATISTICS = "prediction", "gradient", "statistics"
"""What may be not finite beside the losses, which go by the names of their terms."""


class NotFinite(Exception):
    """A step met numbers that are not finite, and is to change nothing.

    Attributes:
        names: of what they are: "prediction", or else TERM and "critic/TERM" for losses, or else "gradient/..." or
            "statistics/..." of either. What follows from it is not named.
    """

    def __init__(self, *names: str) -> None:
        super().__init__(", ".join(names))
        kinds = [name.partition("/")[0] for name in names]
        losses = [name for name, kind in zip(names, kinds, strict=True) if kind not in (GRADIENT, STATISTICS)]
        self.names = (PREDICTION,) if PREDICTION in names else tuple(losses) or names


class Diverged(AcutanceError):
    """Step after step meets numbers that are not finite, or the weights have become such."""


class Mishaps:
    """The steps that changed nothing, as their numbers were not finite.

    Attributes:
        last: of what they were in the last step; empty where that was sound.
        counts: how many steps it was so, by name.
        in_a_row: steps that were so up to now.
    """

    def __init__(self) -> None:
        self.last: tuple[str, ...] = ()
        self.counts: Counter[str] = Counter()
        self.in_a_row = 0

    def passed(self) -> None:
        """Note a sound step."""
        self.last, self.in_a_row = (), 0

    def add(self, fault: NotFinite) -> None:
        """Note a step that was none."""
        self.last = fault.names
        self.counts.update(fault.names)
        self.in_a_row += 1

    def values(self) -> dict[str, int]:
        """Return what the last step adds to the curve: "not_finite/NAME", how often that was so by now."""
        return {f"not_finite/{name}": self.counts[name] for name in self.last}

    def demand_few(self) -> None:
        """Raise Diverged after PATIENCE such steps in a row."""
        if self.in_a_row >= PATIENCE:
            names = " and ".join(self.last)
            raise Diverged(
                f"{names} was not finite {self.in_a_row} steps in a row; lower the learning rate, or look at that term."
            )

    def state_dict(self) -> dict[str, Any]:
        """Return what changes from step to step."""
        return {"counts": dict(self.counts), "in_a_row": self.in_a_row}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.counts, self.in_a_row = Counter(state["counts"]), state["in_a_row"]


class Findings:
    """Values of a step that are to be finite, group by group as they come, looked at together.

    So the device is waited for once a step, when all of it is on its way. What follows from a group that is not finite
    is not finite either: the first such group is the one that is named.
    """

    def __init__(self) -> None:
        self._groups: list[Mapping[str, Tensor]] = []

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Note a group of values."""
        self._groups.append({name: value.detach().float().sum() for name, value in values.items()})

    def demand_finite(self) -> None:
        """Raise NotFinite, in all processes alike, unless the sums of all values are finite.

        A sum that overflows although its numbers do not counts as not finite: nothing that learns is that large.
        """
        found = processes.all_of(torch.stack([sum_ for group in self._groups for sum_ in group.values()]).isfinite())
        if bool(found.all()):
            return
        sound = iter(found.tolist())
        for group in self._groups:
            if bad := [
                name for name, is_sound in zip(group, [next(sound) for _ in group], strict=True) if not is_sound
            ]:
                raise NotFinite(*bad)
