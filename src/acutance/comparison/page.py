"""The pages that `evaluate` and `compare` write at their end, from what they scored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from acutance.errors import RequestError
from acutance.provenance import quoted
from acutance.run_folder import RunFolder
from acutance.scores.candidate import Upscaling

if TYPE_CHECKING:
    from acutance.comparison.comparison import Comparison
    from acutance.data import PictureSet
    from acutance.report.published import Published
    from acutance.scores.results import Results
    from acutance.scores.scorer import Source


def check_page(path: Path) -> None:
    """Raise RequestError unless the suffix is that of a page."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise RequestError(f"{path}: a report is a page, named FILE.html.")


def write_evaluation(
    path: Path,
    results: "Sequence[Results]",
    published: "Sequence[Published]",
    sources: "Mapping[str, Callable[[], Source]]",
    sets: "Sequence[PictureSet]",
) -> None:
    """Write the page of `evaluate`; the last of the results are those of the network, before them bicubic's.

    The curve and the settings of a run folder are on it too.
    """
    from acutance.report.gallery import gallery
    from acutance.report.page import write_report

    network, run = results[-1].network, Path(results[-1].network)
    shown = gallery(results, sources, sets)
    write_report(
        path,
        title=f"{network} on {', '.join(each.name for each in sets)}",
        runs={network: run} if run.is_dir() else {},
        results=results,
        figures=shown.figures,
        commands=[quoted()],
        facts=_facts(results[-1:], sets),
        sliders=shown.sliders,
        published=published,
        choice=shown.choice,
    )


def write_comparison(
    path: Path,
    comparison: "Comparison",
    folders: Mapping[tuple[str, int], Path],
    sets: "Sequence[PictureSet]",
    device: str,
) -> None:
    """Write the page of `compare`, of as many runs as there are; the pictures are those of one seed on the first set.

    Args:
        path: the HTML file.
        comparison: of one run or more.
        folders: of the runs, by recipe and seed; those that have not begun are left out.
        sets: those that were scored.
        device: what to make the pictures on.
    """
    from acutance.comparison.verdict import verdict
    from acutance.report.gallery import gallery
    from acutance.report.page import write_report

    seed, results = _of_one_seed(comparison, sets[0].name)
    weights = {each.network: RunFolder(folders[each.network, seed]).last for each in results}
    sources = {recipe: Upscaling(file, results[0].scale, device=device) for recipe, file in weights.items()}
    shown = gallery(results, sources, sets[:1])
    runs = {_label(*run): folder for run, folder in folders.items() if folder.is_dir()}
    scored = [replace(each, network=_label(*run)) for run, each in comparison.results.items()]
    told = {
        "Control": comparison.control,
        "Against": ", ".join(comparison.recipes[1:]),
        "Runs": f"{len(scored)} of {len(folders)}, seeds {', '.join(map(str, comparison.seeds))}",
    }
    write_report(
        path,
        title=f"{comparison.control} against {', '.join(comparison.recipes[1:])}",
        runs=runs,
        results=scored,
        figures=shown.figures,
        commands=[quoted()],
        facts={**told, **_facts(scored, sets)},
        sliders=shown.sliders,
        verdict=verdict(comparison),
        choice=f"{shown.choice} By the runs of seed {seed}." if shown.choice else "",
    )


def _label(recipe: str, seed: int) -> str:
    return f"{recipe}, seed {seed}"


def _of_one_seed(comparison: "Comparison", name: str) -> "tuple[int, list[Results]]":
    """Return the first seed for which all recipes have results, or any has, and these on one set, named by recipe."""
    seed = next(iter([*comparison.seeds_of(*comparison.recipes), *(seed for _, seed in comparison.results)]))
    have = [recipe for recipe in comparison.recipes if (recipe, seed) in comparison.results]
    results = {recipe: comparison.results[recipe, seed] for recipe in have}
    return seed, [replace(each, network=recipe, sets={name: each.sets[name]}) for recipe, each in results.items()]


def _facts(results: "Sequence[Results]", sets: "Sequence[PictureSet]") -> dict[str, str]:
    measured = ", ".join(f"{each.name} ({len(each.pairs)})" for each in sets)
    failed = dict.fromkeys(sentence for each in results for sentence in each.failed)
    facts = {"Measured on": measured, "Scale": f"x{results[0].scale}", "Protocol": results[0].protocol}
    return {**facts, **({"Not scored": " ".join(failed)} if failed else {})}
