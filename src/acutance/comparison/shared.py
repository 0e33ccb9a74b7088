"""What every run of a comparison is told besides its recipe and its seed: how it is led, judged and carried out."""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from acutance.data import PictureSet, find_sets
from acutance.errors import RequestError
from acutance.recipes.strength import RATE
from acutance.runs.settings_file import read_settings
from acutance.runs.train import train
from acutance.scores.chosen import chosen_on, same_pictures

SHARED = (
    "learning_rate", "optimizer", "schedule", "average", "clip", "freeze", "critic_steps", "accumulate", "compile",
    "workers", "validate", "every", "test", "metrics", "weights", "best_by", "patience", "log",
)  # fmt: skip
"""The options of `acutance.train` that a comparison does not have itself."""


def shared_settings(
    config: Any, recipes: Iterable[str], sets: Sequence[PictureSet], scale: int, *, report_chosen: bool
) -> Mapping[str, Any]:
    """Return the options in a settings file that every run is to have; none without a file.

    Args:
        config: the file, as of `acutance.train`.
        recipes: the names of what is compared.
        sets: what the runs will be reported on.
        scale: of the runs.
        report_chosen: whether sets that are validated on may be reported on.

    Raises:
        RequestError: the file has no such options, a learning rate beside recipes that say theirs, or what a run
            validates on is to be reported on.
    """
    if config is None:
        return {}
    told = read_settings(config, list(inspect.signature(train).parameters))
    for name in told:
        if name not in SHARED:
            raise RequestError(f"{config}: {name} is not for all runs of a comparison; say it to compare itself.")
    if RATE in told and any(f"@{RATE}=" in each for each in recipes):
        raise RequestError(f"{config}: {RATE} is what the recipes themselves say here; leave it out.")
    if "validate" in told and not report_chosen:
        root = Path(told["test"]) if "test" in told else None
        seen = same_pictures(sets, find_sets(root, told["validate"], scale))
        if seen:
            raise RequestError(
                f"{config}: the runs are validated on {', '.join(seen)}, so scores there are no test of them; "
                "name other sets, or say --report-chosen."
            )
    return told


def demand_not_chosen(init: Path | None, sets: Sequence[PictureSet], *, report_chosen: bool) -> None:
    """Raise RequestError where the weights that every run starts from were chosen on what is to be reported."""
    chosen = None if init is None or report_chosen else chosen_on(init)
    seen = [] if chosen is None else [each.name for each in sets if chosen.on(each)]
    if chosen is not None and seen:
        raise RequestError(
            f"the weights in {init} were chosen on {', '.join(seen)}, by {chosen.by}, so scores there are no test of "
            "what starts from them; name other sets, or say --report-chosen."
        )
