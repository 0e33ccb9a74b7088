"""`acutance.compare`: recipes against each other, on the same pictures, budget and seeds."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from acutance.comparison.comparison import Comparison
from acutance.comparison.degraded import degraded
from acutance.comparison.entries import Given, enter
from acutance.comparison.held_out import demand_apart, folders_of, held_out
from acutance.comparison.shared import demand_not_chosen, shared_settings
from acutance.comparison.study import Scoring, Study, Training
from acutance.comparison.sweep import swept
from acutance.data import Declared, find_sets
from acutance.data.declared import as_folders
from acutance.data.sets import sets_root
from acutance.files import check_target, write_json
from acutance.recipes.recipe import Request
from acutance.runs.asked import located
from acutance.runs.counts import check_counts

Place = str | PathLike[str]


def compare(
    recipes: Sequence[Given], *, data: Place | Sequence[Place],
    lr: Place | Sequence[Place] | None = None, white_level: int | None = None,
    test: Place | None = None, sets: str | Sequence[str | Path] = "Set5,Set14", protocol: str = "pcl",
    metrics: str | Sequence[str] = ("psnr", "ssim"), weights: Place | None = None,
    seeds: int | Sequence[int] = 3, first_seed: int = 1,
    scale: int = 4, steps: int | None = None, batch: int | None = None, patch: int | None = None,
    vgg: Place | None = None, squeezenet: Place | None = None, resnet: Place | None = None,
    embedding: Place | None = None, extractor: Place | None = None,
    perceptual: str | None = None, without: Collection[str] = (), init: Place | None = None,
    out: Place = "runs/compare", device: str = "auto", precision: str = "32-true", jobs: int = 1,
    engine: str | None = None, trust: bool = False, json: Place | None = None,
    sweep: str | Sequence[str] = (), choose_on: str | Sequence[str | Path] = (),
    config: Place | None = None, report_chosen: bool = False,
) -> Comparison:  # fmt: skip
    """Train each recipe with each seed, score it, and say whether a difference is more than the spread of the seeds.

    >>> import acutance, tempfile
    >>> photos, small = Path(acutance.__file__).parent / "photos", {"scale": 8, "steps": 1, "batch": 1, "patch": 48}
    >>> pair = ["pixel:edsr_light", "pcl:edsr_light"]
    >>> told = acutance.compare(pair, data=photos, sets="test", seeds=2, out=tempfile.mkdtemp(), **small)
    pixel:edsr_light, seed 1...
    >>> told.difference("pcl:edsr_light", "test", "psnr").pictures, [run.seed for run in told.runs]
    (4, [1, 1, 2, 2])

    The first of `recipes`, names or functions as `acutance.train` takes them, is the control: runs take its steps,
    batch and patch where none are given. `vgg` to `extractor` go to the recipes that ask for them. They learn from
    the pictures in `data` (`lr` and `white_level` as for `acutance.train`) but those of the `sets`, which are
    folders, or names in `test` (by default ACUTANCE_DATA or else the first of `data`), and are scored as by
    `acutance.evaluate`, `engine` too. `seeds` is how many, from `first_seed` on, or a list of them; `jobs` how many
    runs are made at once, each with its share of the threads; `trust` as for `acutance.train`. Runs, tables and
    report.html go to `out`, where the same call goes on after an interruption; `json` is a file for the comparison
    besides. "filter@factor=1.2" among the recipes is a sharpening filter over the control's SR. `sweep` makes every
    other recipe at several strengths, as "share=0.3,1,3" or "factor=1.1,1.3", and draws their frontiers, or every one
    at several rates, "learning_rate=1e-4,3e-4"; `choose_on` is sets by which one strength of each method is chosen
    (`chosen_strength`). `config` is a settings file of what all runs share (`shared.SHARED`). What is validated on, or
    `init` was chosen on, is not reported on, but with `report_chosen`. Raises RequestError before the first run.
    """
    check_target(json)
    chosen = _seeds(seeds, first_seed)
    check_counts(chosen, seeds=len(chosen), steps=steps, batch=batch, patch=patch, jobs=jobs)
    folders, out, declared = as_folders(data), Path(out), Declared.of(lr, white_level)
    files = {"vgg": vgg, "squeezenet": squeezenet, "resnet": resnet, "embedding": embedding, "extractor": extractor}
    given = swept(recipes, [sweep] if isinstance(sweep, str) else sweep, trust)
    entries = enter(given, Request(scale, patch, steps, batch, located(files), perceptual, without), trust)
    root, control = sets_root(_path(test), folders), next(iter(entries.values())).experiment()
    scale, said = control.network.scale, control.declared(declared).for_others
    found = find_sets(root, sets, scale, declared=said)
    others = find_sets(root, choose_on, scale, declared=said) if choose_on else ()
    demand_apart(found, others)
    kept = held_out(folders, folders_of([*found, *others]))
    demand_not_chosen(_path(init), found, report_chosen=report_chosen)
    shared = shared_settings(config, entries, [*found, *others], scale, report_chosen=report_chosen)
    found, others = (degraded(control, each, out / "lr") for each in (found, others))
    training = Training(entries, kept, declared, _path(init), out / "store", device, precision, shared)
    scoring = Scoring(found, scale, protocol, metrics, _path(weights), device, engine)
    choosing = replace(scoring, sets=others) if others else None
    return _kept(Study(training, scoring, choosing).compare(chosen, out, jobs), json)


def _kept(comparison: Comparison, json: Place | None) -> Comparison:
    if json is not None:
        write_json(Path(json), comparison.to_json())
    return comparison


def _path(place: Place | None) -> Path | None:
    return None if place is None else Path(place)


def _seeds(seeds: int | Sequence[int], first: int) -> list[int]:
    return list(range(first, first + seeds)) if isinstance(seeds, int) else list(seeds)
