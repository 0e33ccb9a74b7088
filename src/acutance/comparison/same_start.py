"""Whether runs that are held against each other began alike: the same weights, and the same first patches."""

from collections.abc import Mapping
from itertools import groupby

from acutance.errors import shown
from acutance.run_folder import RunId
from acutance.runs import Run

Starts = Mapping[RunId, Mapping[str, str]]


def starts(runs: Mapping[RunId, Run]) -> dict[RunId, Mapping[str, str]]:
    """Return what the description of each run says of its start; runs of before say nothing."""
    said = {run: each.description.get("start") for run, each in runs.items()}
    return {run: start for run, start in said.items() if isinstance(start, dict)}


def unlike(starts: Starts) -> list[str]:
    """Return a sentence for each seed whose runs began from other weights of one network, or on other patches."""
    by_seed = groupby(sorted(starts, key=lambda run: run.seed), key=lambda run: run.seed)
    return [sentence for seed, runs in by_seed for sentence in _unlike(seed, {run: starts[run] for run in runs})]


def _unlike(seed: int, starts: Starts) -> list[str]:
    told: list[str] = []
    for what, words in (("weights", "from other weights"), ("batch", "on other patches")):
        first: dict[str, tuple[str, str]] = {}
        for run, start in starts.items():
            network = start.get("network", "") if what == "weights" else ""
            known, value = first.setdefault(network, (run.recipe, start.get(what, "")))
            if value != start.get(what, ""):
                told.append(
                    shown(f"Seed {seed}: {run.recipe} began {words} than {known}, so their difference is not its own.")
                )
    return told
