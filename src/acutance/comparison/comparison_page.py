"""The page that a comparison writes at its end, from what it scored."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from acutance.comparison.comparison import Comparison
from acutance.comparison.frontier_plot import draw_frontiers
from acutance.comparison.sweep import method_of
from acutance.comparison.trials import run_folders
from acutance.comparison.untrained import untrained_of
from acutance.comparison.verdict import verdict
from acutance.data import PictureSet
from acutance.provenance import quoted
from acutance.report.gallery import gallery
from acutance.report.page import scored_facts, write_report
from acutance.run_folder import RunFolder, RunId
from acutance.scores.candidate import Candidate
from acutance.scores.results import Results
from acutance.scores.scorer import Source

MANY = 4
"""Methods beyond which a title counts them."""


def write_comparison(comparison: Comparison, sets: Sequence[PictureSet], device: str, out: Path) -> None:
    """Write OUT/report.html, of as many runs as there are; the pictures are those of one seed on the first set.

    Where a method has several strengths, its frontier is drawn there, and in OUT/frontier-SET.png.

    Args:
        comparison: of one run or more.
        sets: those that were scored.
        device: what to make the pictures on.
        out: the folder of the page.
    """
    folders = run_folders(comparison.recipes, comparison.seeds, comparison.out)
    seed, results = _of_one_seed(comparison, sets[0].name)
    weights = {each.network: RunFolder(folders[RunId(each.network, seed)]).last for each in results}
    sources = {recipe: _source(recipe, file, results[0].scale, device) for recipe, file in weights.items()}
    shown = gallery(results, sources, sets[:1])
    scored = [replace(each, network=_label(run)) for run, each in comparison.results.items()]
    told = {
        "Control": comparison.control,
        "Against": ", ".join(comparison.recipes[1:]),
        "Runs": f"{len(scored)} of {len(folders)}, seeds {', '.join(map(str, comparison.seeds))}",
    }
    if comparison.chosen_on:
        told["Strengths chosen on"] = ", ".join(comparison.chosen_on)
    drawn = draw_frontiers(comparison, out)
    write_report(
        RunFolder(out).report,
        title=f"{comparison.control} against {_named(comparison.recipes[1:])}",
        runs={
            _label(run): folder for run, folder in folders.items() if folder.is_dir() and not untrained_of(run.recipe)
        },
        results=scored,
        figures={**drawn, **shown.figures},
        commands=[quoted()],
        facts={**told, **scored_facts(scored, sets)},
        sliders=shown.sliders,
        verdict=verdict(comparison),
        choice=f"{shown.choice} By the runs of seed {seed}." if shown.choice else "",
    )


def _named(recipes: Sequence[str]) -> str:
    methods = list(dict.fromkeys(map(method_of, recipes)))
    return ", ".join(methods) if len(methods) <= MANY else f"{len(methods)} methods"


def _source(recipe: str, weights: Path, scale: int, device: str) -> Callable[[], Source]:
    candidate, untrained = Candidate(weights, scale, device=device), untrained_of(recipe)
    return candidate if untrained is None else untrained.source(candidate)


def _label(run: RunId) -> str:
    return f"{run.recipe}, seed {run.seed}"


def _of_one_seed(comparison: Comparison, name: str) -> tuple[int, list[Results]]:
    """Return the first seed for which all recipes have results, or any has, and these on one set, named by recipe."""
    seed = next(iter([*comparison.seeds_of(*comparison.recipes), *(run.seed for run in comparison.results)]))
    results = {run.recipe: each for run, each in comparison.results.items() if run.seed == seed}
    have = [(recipe, results[recipe]) for recipe in comparison.recipes if recipe in results]
    return seed, [replace(each, network=recipe, sets={name: each.sets[name]}) for recipe, each in have]
