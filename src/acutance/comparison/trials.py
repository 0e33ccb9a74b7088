"""Trains and scores several recipes with several seeds, so that a difference can be held against its spread."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from acutance.comparison.comparison import Comparison
from acutance.comparison.side_by_side import Make, side_by_side
from acutance.comparison.untrained import untrained_of
from acutance.comparison.verdict import comparison_markdown
from acutance.errors import RequestError
from acutance.files import sealed, sha256, text_of, unsealed, write_json, write_text
from acutance.run_folder import RunFolder, RunId
from acutance.scores.results import Results

Train = Callable[[RunId, Path], object]
"""Trains a recipe with a seed into a run folder, going on where it was interrupted; returns when it is finished."""
Score = Callable[[RunId, Path], Results]
"""Scores the last weights of a finished run on the test sets."""
Conditions = Mapping[str, Any]
"""What scores depend on besides the weights, such as protocol and sets, as plain values."""
SCORES = RunFolder("").scores.name
"""The file of a run's folder that its scores are kept in."""


def as_it_is(comparison: Comparison) -> Comparison:
    """Return a comparison with nothing else to be said of it."""
    return comparison


def run_trials(
    recipes: Sequence[str],
    seeds: Sequence[int],
    *,
    train: Train,
    score: Score,
    out: Path,
    conditions: Conditions | None = None,
    jobs: int = 1,
    scores: str = SCORES,
    said: Callable[[Comparison], Comparison] = as_it_is,
    place: Path | None = None,
) -> Comparison:
    """Train and score each recipe with each seed; the first recipe is the control.

    Recipes take turns within a seed, so that an interrupted comparison already has pairs; filters over the control's SR
    come last. The runs are in `out`/RECIPE/seed-N; `out`/comparison.json and .md are written anew after each that was
    not there before. What is scored are the last weights, not the best on a validation set, which may be among the test
    sets. Scores are kept in the run folder and used again as long as the weights, by their hash, and `conditions` are
    the same. With several `jobs` that many runs are made side by side (`side_by_side`), and `train` and `score` must be
    picklable.

    Args:
        recipes: one or more; two or more make a comparison.
        seeds: one or more.
        train: called for every run; returns at once where the run is finished.
        score: called with every finished run.
        out: where the runs and the comparison go.
        conditions: what else the scores depend on.
        jobs: how many runs at once.
        scores: the file of a run's folder that its scores are kept in.
        said: adds to a comparison what else is known of it.
        place: where the comparison goes, if not to `out`.

    Raises:
        RequestError: no recipe, no seed, or the same one twice.
    """
    folders, place = run_folders(recipes, seeds, out), place or out
    comparison = said(so_far(recipes, seeds, out=out, conditions=conditions, scores=scores))
    make = partial(_made, train, score, _plain(conditions), scores)
    for run, result in _all(folders, make, out / "logs", jobs):
        if result != comparison.results.get(run):
            comparison = replace(comparison, results={**comparison.results, run: result})
            _write(comparison, place)
    _write(comparison, place)
    return comparison


def _write(comparison: Comparison, place: Path) -> None:
    write_json(place / "comparison.json", comparison.to_json())
    write_text(place / "comparison.md", comparison_markdown(comparison))


def so_far(
    recipes: Sequence[str],
    seeds: Sequence[int],
    *,
    out: Path,
    conditions: Conditions | None = None,
    scores: str = SCORES,
) -> Comparison:
    """Return the comparison of the runs whose scores are kept, as after an interruption; arguments of `run_trials`."""
    folders, wanted = run_folders(recipes, seeds, out), _plain(conditions)
    results = {run: kept for run, folder in folders.items() if (kept := _kept(folder, wanted, scores))}
    return Comparison(tuple(recipes), tuple(seeds), results, out)


def run_folders(recipes: Sequence[str], seeds: Sequence[int], out: Path) -> dict[RunId, Path]:
    """Return the folder of every run, in the order of the runs; raises as `run_trials`."""
    folders = {recipe: RunId(recipe, 1).folder(out) for recipe in recipes}
    if not recipes or len(set(folders.values())) < len(recipes):
        raise RequestError(f"trials need one or more different recipes, not {', '.join(recipes) or 'none'}.")
    if not seeds or len(set(seeds)) < len(seeds):
        raise RequestError(f"a comparison needs one or more different seeds, not {list(seeds)}.")
    runs = [RunId(recipe, seed) for seed in seeds for recipe in recipes]
    return {run: run.folder(out) for run in runs}


def _plain(conditions: Conditions | None) -> dict[str, Any]:
    """Return conditions as they come back from a file."""
    return json.loads(json.dumps(conditions or {}))


def _all(folders: Mapping[RunId, Path], make: Make, logs: Path, jobs: int) -> Iterator[tuple[RunId, Results]]:
    """Make the runs that are trained, then the filters, which take their weights from these."""
    filters = {run: folder for run, folder in folders.items() if untrained_of(run.recipe) is not None}
    trained = {run: folder for run, folder in folders.items() if run not in filters}
    yield from side_by_side(trained, make, logs, jobs) if jobs > 1 else _in_turn(trained, make)
    yield from _in_turn(filters, make)


def _in_turn(folders: Mapping[RunId, Path], make: Make) -> Iterator[tuple[RunId, Results]]:
    return ((run, make(run, folder)) for run, folder in folders.items())


def _made(train: Train, score: Score, conditions: Conditions, file: str, run: RunId, folder: Path) -> Results:
    train(run, folder)
    kept = _kept(folder, conditions, file)
    return kept or _scored(score, conditions, file, run, folder)


def _scored(score: Score, conditions: Conditions, file: str, run: RunId, folder: Path) -> Results:
    weights, results = RunFolder(folder).last, score(run, folder)
    if not results.failed:
        kept = {"weights": sha256(weights), "conditions": conditions, "results": results.to_json()}
        write_text(folder / file, sealed(kept))
    return results


def _kept(folder: Path, conditions: Conditions, file: str) -> Results | None:
    """Return the scores kept in a run folder, if they are of the weights that are there now and of these conditions."""
    kept = unsealed(text_of(folder / file)) or {}
    try:
        same = kept["weights"] == sha256(RunFolder(folder).last) and kept["conditions"] == conditions
        return Results.from_json(kept["results"]) if same else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
