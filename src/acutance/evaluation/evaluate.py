"""`acutance.evaluate`: a network's scores on test sets, beside bicubic's and the papers'."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path

from acutance.cluster.scoring import ScoreAll, scored_on_cluster
from acutance.data import Declared, PictureSet, recognise
from acutance.errors import RequestError
from acutance.evaluation.outputs import Outputs, Place
from acutance.evaluation.scored_sets import found_sets
from acutance.evaluation.subject import Subject, Working, baseline, elsewhere, subject_of
from acutance.networks import Network
from acutance.report.published import rows
from acutance.scores.chosen import Chosen, chosen_on, marked
from acutance.scores.measuring import EVERY, make_scorer, score_every_way
from acutance.scores.pool import Plan, ScorerPool
from acutance.scores.results import Results, merge
from acutance.scores.scorer import Upscaler


def evaluate(
    network: str | PathLike[str] | Network | Upscaler | None = None, *, results: Place = None,
    data: Place = None, sets: str | Iterable[str | Path] = "Set5,Set14,B100",
    lr: Place | Sequence[str | PathLike[str]] = None, white_level: int | None = None, scale: int | None = None,
    degraded: str | None = None, protocol: str = "pcl", metrics: str | Sequence[str] = ("psnr", "ssim"),
    weights: Place = None, explain: bool = False, workers: int = 1, cache: Place = None,
    json: Place = None, csv: Place = None, table: Place = None, report: Place = None, save: Place = None,
    tile: int | None = None, ensemble: bool = False, device: str = "auto",
    engine: str | None = None, precision: str = "32", trust: bool = False, cluster: str | None = None,
    on_set: Callable[[Results], None] | None = None,
) -> Results:  # fmt: skip
    """Score a network, or SR pictures made elsewhere, picture by picture, beside bicubic and what papers print.

        >>> import acutance
        >>> photos = Path(acutance.__file__).parent / "photos"
        >>> results = acutance.evaluate("edsr-light-x4", data=photos, sets="test")
        >>> results["test"]["psnr"] > results.baseline["test"]["psnr"]
        True

    Args:
        network: a run, its folder, a file of weights, .onnx or .xml, a bundled name, a `Network`, "bicubic"; or any
            function of an LR picture, (h, w, 3) in uint8, that returns SR.
        results: a folder of SR pictures that another program made, instead of a network.
        data: the folder of the test sets; that of ACUTANCE_DATA by default.
        sets: names of folders in `data`, or folders: "Set5,Set14" or a list.
        lr, white_level: as for `acutance.train`; `lr` may have a folder SET/ for each set.
        degraded: how LR is made, where not by bicubic reduction: a name as of `acutance.degrade.named`, "noise:25".
        scale: of bicubic, a function and `results`, 4 by default; a network knows its own.
        protocol, metrics: names in `acutance.metrics.PROTOCOLS` and `METRICS`; "psnr,ssim" or a list.
        weights: the folder of the files that LPIPS and NIQE need; that of ACUTANCE_WEIGHTS by default.
        explain: score under every convention there is instead of one.
        workers, cache: pictures scored at once, each by a process of its own; a folder to keep SR in for other metrics.
        json, csv, table, report, save: where to write the scores, those of every picture, the means (.md, .tex, .csv),
            a page with pictures (.html), and SR as SET/PICTURE.png.
        tile, ensemble, device: as those of `acutance.upscale`.
        engine, precision: as well; without PyTorch in 32 bits, whose numbers are those of the protocol. What is scored
            in fewer bits says so behind its name.
        trust: run the program of a network of somebody's own, as `acutance.load`.
        cluster: "auto" or the address of a Ray cluster whose machines see the same files: pictures are scored there.
        on_set: called with the results of each set when they are there.

    Raises:
        RequestError: a name, a value or a folder is wrong; nothing was written then.
    """
    outputs = Outputs.to(explain=explain, json=json, csv=csv, table=table, report=report, save=save)
    _demand_one_way(cluster, workers, degraded)
    how = Working(tile, ensemble, device, _path(cache), workers, engine, precision, trust, cluster)
    subject = _subject(network, results, scale, how)
    declared = Declared.of(lr, white_level)
    with found_sets(_path(data), sets, subject.scale, declared, degraded) as found:
        sources = subject.sources(found, alone=explain)
        by = chosen_on(network) if isinstance(network, str | PathLike | Network) else None
        score = score_every_way if explain else partial(make_scorer, protocol, metrics, _path(weights))
        plan = Plan(sources, score, subject.scale)
        with ScorerPool(plan, workers, _afar(plan, cluster, device)) as pool:
            parts = [*_parts(pool, subject, found, EVERY if explain else protocol, outputs.save, by, on_set)]
        beside = rows(subject.design, subject.scale, parts[0].protocol, [each.name for each in found])
        scored = replace(marked(merge(parts), by, found), published=(*beside,))
        outputs.write(scored, sources, found)
    return scored


def _subject(
    network: str | PathLike[str] | Network | Upscaler | None, results: Place, scale: int | None, working: Working
) -> Subject:
    if network is not None and results is None:
        return subject_of(network, scale, working)
    if network is None and results is not None:
        return elsewhere(Path(results), scale)
    raise RequestError("name a network (bicubic is one), or a folder of pictures with --results DIR.")


def _afar(plan: Plan, cluster: str | None, device: str) -> AbstractContextManager[ScoreAll] | None:
    return scored_on_cluster(plan, cluster=cluster, device=device) if cluster else None


def _demand_one_way(cluster: str | None, workers: int, degraded: str | None) -> None:
    if cluster and workers > 1:
        raise RequestError("a cluster has workers of its own: leave out --workers or --cluster.")
    if cluster not in (None, "auto") and degraded is not None:
        raise RequestError("--with makes LR on this machine alone, where workers of another cluster do not see it.")


def _parts(
    pool: ScorerPool,
    subject: Subject,
    sets: Iterable[PictureSet],
    protocol: str,
    save: Path | None,
    chosen: Chosen | None,
    on_set: Callable[[Results], None] | None,
) -> Iterator[Results]:
    """Yield the results of each set, with those of bicubic where the pool has it."""
    for pictures in sets:
        recognised = recognise(pictures)
        known = "" if recognised is None else recognised.sentence
        scored = {
            name: Results(
                name,
                subject.scale,
                protocol,
                {
                    pictures.name: replace(
                        pool.score(name, pictures, save if name == subject.name else None), known=known
                    )
                },
            )
            for name in pool.networks
        }
        own = marked(scored.pop(subject.name), chosen, [pictures])
        results = replace(own, baseline=scored.get(baseline(subject.scale)))
        if on_set is not None:
            on_set(results)
        yield results


def _path(place: Place) -> Path | None:
    return None if place is None else Path(place)
