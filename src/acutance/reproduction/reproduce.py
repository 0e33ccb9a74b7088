"""`acutance.reproduce`: a table of a paper by one call, with ours beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from acutance.comparison.comparison import Comparison
from acutance.comparison.study import Scoring
from acutance.data import recognise
from acutance.data.declared import as_folders
from acutance.errors import RequestError
from acutance.recipes import find_recipe
from acutance.recipes.recipe import Request
from acutance.reproduction.at_hand import metrics_at_hand, sets_at_hand
from acutance.reproduction.drawn import Drawn
from acutance.reproduction.figures import FigureRequest
from acutance.reproduction.making import Making
from acutance.reproduction.paper_figures import PaperFigure, is_figure, paper_figure
from acutance.reproduction.paper_tables import BICUBIC, SCALE, paper_table
from acutance.reproduction.plan import Family, Plan, control_of_controls, pixels_learned_from, plan
from acutance.reproduction.planned import Planned
from acutance.reproduction.reproduced import Measured, Reproduced, measured_of, measured_of_bicubic
from acutance.reproduction.table_files import write
from acutance.run_folder import RunId
from acutance.runs.asked import located
from acutance.runs.counts import check_counts

Place = str | PathLike[str]
AS_IT_IS = Request(SCALE)


def reproduce(
    table: str, *, data: Place | Sequence[Place], test: Place | None = None, rows: str | Sequence[str] = (),
    light: bool = False, seeds: int = 2, steps: int | None = None, batch: int | None = None, patch: int | None = None,
    sets: str | Sequence[str] = (), metrics: str | Sequence[str] = (), weights: Place | None = None,
    vgg: Place | None = None, squeezenet: Place | None = None, resnet: Place | None = None,
    embedding: Place | None = None, extractor: Place | None = None, perceptual: str | None = None,
    init: Place | None = None, out: Place | None = None, device: str = "auto", precision: str = "32-true",
    jobs: int = 1, plan_only: bool = False, pictures: str | Sequence[str] = (),
) -> Reproduced | Drawn | Planned:  # fmt: skip
    """Train the rows of a paper's table and their controls, score them, and set them beside what is published.

    A figure is drawn of the rows of its table, which are trained as that is, or went on from where they were.

    Args:
        table: "pcl:I" to "pcl:VII", "spsr:I" to "spsr:VII"; or a figure, such as "spsr:fig14".
        data: folder or folders of HR pictures to train on; test sets inside are not trained on.
        test: folder of the test sets; ACUTANCE_DATA or the first of `data` by default.
        rows: those to make, by the paper's names or by recipes; all of the paper that can be made by default, and
            "beside" for those that the paper has not, such as equal pull.
        light: small networks stand for the paper's, for a CPU; headings say so.
        seeds: runs of each.
        steps, batch, patch: of every run; by default as each control's recipe says, which is the paper's budget.
        sets, metrics: what to score; by default those of the table that are at hand.
        weights: folder of what LPIPS and NIQE need.
        vgg, squeezenet, resnet, embedding, extractor, perceptual: as for `acutance.train`.
        init: weights that every run starts from; those of the table by default, where it has some.
        out: folder for the runs and the table; runs/TABLE by default. The same call goes on after an interruption.
        device, precision, jobs: as for `acutance.compare`.
        plan_only: train nothing; rehearse a step of every recipe, and return what it would cost.
        pictures: of a figure: SET/NAME or files; by default the middle one of each set.

    Raises:
        RequestError: a name is wrong, a file that a named row needs is missing, or no set of the table is at hand.
    """
    if is_figure(table):
        return _figure(
            paper_figure(table), data=data, test=test, rows=rows, light=light, seeds=seeds, steps=steps, batch=batch,
            patch=patch, sets=sets, metrics=metrics, weights=weights, vgg=vgg, squeezenet=squeezenet, resnet=resnet,
            embedding=embedding, extractor=extractor, perceptual=perceptual, init=init, out=out, device=device,
            precision=precision, jobs=jobs, plan_only=plan_only, pictures=pictures,
        )  # fmt: skip
    if pictures:
        raise RequestError(f"pictures are for figures; {table} is a table.")
    found, chosen = paper_table(table), list(range(1, seeds + 1))
    check_counts(chosen, seeds=seeds, steps=steps, batch=batch, patch=patch, jobs=jobs)
    files = {"vgg": vgg, "squeezenet": squeezenet, "resnet": resnet, "embedding": embedding, "extractor": extractor}
    request = Request(SCALE, patch, steps, batch, located(files), perceptual)
    planned = plan(found, _names(rows), request, light=light)
    folders, folder = as_folders(data), None if weights is None else Path(weights)
    at_hand, no_sets = sets_at_hand(found, None if test is None else Path(test), folders, _names(sets))
    measures, no_metrics = metrics_at_hand(found, _names(metrics), folder)
    scoring = Scoring(at_hand, SCALE, found.protocol, measures, folder, device)
    start = init if init is not None else (found.light_init or None) if light else None
    root = Path(out) if out is not None else Path("runs") / found.name.replace(":", "-")
    making = Making(request, folders, scoring, None if start is None else Path(start), root, device, precision)
    said = [*no_sets, *no_metrics, *([f"Every run starts from {start}."] if start else [])]
    if plan_only:
        return Planned(planned, making.rehearse(planned.families), chosen, said)
    return _made(planned, making, chosen, jobs, said)


def _figure(
    figure: PaperFigure, *, data: Place | Sequence[Place], test: Place | None, rows: str | Sequence[str], light: bool,
    sets: str | Sequence[str], out: Place | None, device: str, pictures: str | Sequence[str], plan_only: bool,
    extractor: Place | None, steps: int | None, patch: int | None, **rest: Any,
) -> Reproduced | Drawn | Planned:  # fmt: skip
    """Train the rows that a figure shows, and draw it; see `reproduce`."""
    root = Path(out) if out is not None else Path("runs") / figure.name.replace(":", "-")
    asked = FigureRequest(figure, data, test, _names(sets), _names(pictures), root, light, device)
    if not figure.rows:
        if plan_only:
            raise RequestError(
                f"{figure.name} trains no network, so there is no plan: --steps is what its heads learn."
            )
        return asked.probed(extractor, steps=steps, patch=patch)
    made = reproduce(
        figure.table, data=data, test=test, rows=asked.rows(_names(rows)), light=light, sets=sets, device=device,
        extractor=extractor, steps=steps, patch=patch, plan_only=plan_only,
        out=None if out is None else root / figure.table.replace(":", "-"), **rest,
    )  # fmt: skip
    return asked.drawn(made) if isinstance(made, Reproduced) and not plan_only else made


def _made(planned: Plan, making: Making, seeds: Sequence[int], jobs: int, absent: Sequence[str]) -> Reproduced:
    """Train and score what is planned, and write the table."""
    comparisons = {family: making.make(family, seeds, jobs) for family in planned.families}
    known = [there.sentence for each in making.scoring.sets if (there := recognise(each)) is not None]
    done = _reproduced(planned, making.request, comparisons, seeds, absent, known)
    if BICUBIC in planned.table.published:
        done = replace(done, untrained={BICUBIC: measured_of_bicubic(making.bicubic())})
    write(done, making.out)
    return done


def _reproduced(
    planned: Plan,
    request: Request,
    comparisons: Mapping[Family, Comparison],
    seeds: Sequence[int],
    absent: Sequence[str],
    known: Sequence[str],
) -> Reproduced:
    """Return the rows and the controls that are no rows, each with its share of the paper's budget."""
    trained = {(row.light if planned.light else row.recipe): row.recipe for row in planned.table.rows if row.recipe}
    controls_of = {find_recipe(ours).control: find_recipe(theirs).control for ours, theirs in trained.items() if ours}
    paper = {**controls_of, **trained}
    family_of = {recipe: family for family in planned.families for recipe in family.recipes}

    @cache
    def learned_from(control: str, as_it_is: bool) -> float:
        return pixels_learned_from(control, AS_IT_IS if as_it_is else request)

    def measured(recipe: str) -> Measured:
        ours = learned_from(control_of_controls(recipe), False)
        theirs = learned_from(control_of_controls(paper.get(recipe, recipe)), True)
        family = family_of[recipe]
        return measured_of(comparisons[family], recipe, family.entered(recipe, comparisons[family]), ours / theirs)

    def run_of(recipe: str) -> Path:
        comparison = comparisons[family_of[recipe]]
        return RunId(family_of[recipe].entered(recipe, comparison), seeds[0]).folder(comparison.out)

    rows = {name: measured(recipe) for name, recipe in planned.made.items()}
    controls = {recipe: measured(recipe) for recipe in family_of if recipe not in planned.made.values()}
    pages = [each.report for each in comparisons.values() if each.report.is_file()]
    runs = {name: run_of(recipe) for name, recipe in planned.made.items()}
    return Reproduced(planned, rows, controls, seeds, absent, pages, known, runs)


def _names(given: str | Sequence[str]) -> list[str]:
    return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else list(given)
