"""Makes docs/results.md of the files in docs/results/: `make results`. No figure in it is typed.

Each file is a comparison.json of `acutance compare` with what a reader must know beside it: title, command, machine,
note, and what the paper says (`published`: recipe -> text). Those in `extractors/` are what `acutance extractor
evaluate --json` wrote, the one in `data/` is what `acutance data overlap --json` wrote.
"""

import json
from pathlib import Path
from typing import Any

from acutance.metrics import METRICS

DOCS = Path(__file__).parent
HEAD = """# What was measured

**Nothing here shows yet that PCL or SPSR helps.** On the light EDSR a sharpening filter of one factor does more than
PCL; on RLFN, at three tenths of L1's gradient, the two are equal; and the control of the SPSR tables drifts in colour.
The notes under the tables say what each study lacks. A proof needs a curve over strength for each method and for the
trivial ones, finished networks, an embedding network that has learned, other pictures to choose on than to report on,
and equal pull; it is still to be done.

Made by `make results` from the files in [docs/results/](results/), which `acutance compare` wrote. Means over the
seeds, their sample standard deviation in brackets. Differences are paired by seed and set: same start, same patches,
same budget. The first interval is the 95 % t interval over the seeds; "over pictures" is that of a bootstrap over the
pictures, which takes the seeds as they are. A difference is resolved over seeds, or over pictures, where that interval
leaves out zero; `acutance compare` calls resolved only what is so over both. Nothing is corrected for the number of
comparisons, and with two seeds an interval over seeds has one degree of freedom.
PSNR and SSIM on Y, x4, under the protocol named. Under `pcl` bicubic has 28.43 on Set5, 26.09 on Set14, 25.96 on B100,
27.23 on Kodak24.
"""
EXTRACTORS = """## What the structure extractors know

Contrastive prediction (SPSR, Eq. 11: which of about 2,000 cells of a map belongs between two others) and jigsaw
(Eq. 13: which of 24 orders four cells stand in), on pictures that no extractor saw. The paper gives these as figures
only. `contrastive-h` learned on patches that augmentation had turned, so it is no "h" extractor as the paper means."""

OVERLAP = """## Test pictures among those that train

    acutance data overlap --data CLIC2025_valid --data CID22 --data GB82 --sets Set5,Set14,B100,Kodak24 --test DIR

The same photograph or a part of it, also resized, turned, mirrored or compressed: found by landmarks, then pixels."""


def score(scores: dict[str, Any], digits: int) -> str:
    spread = "" if scores["spread"] is None else f" ({scores['spread']:.{digits}f})"
    return f"{scores['mean']:.{digits}f}{spread}"


def difference(value: dict[str, Any] | None, digits: int) -> str:
    if value is None:
        return ""
    seeds, pictures = value["interval"], value.get("over_pictures")
    told = [f"{value['mean']:+.{digits}f}"]
    told += [f"{seeds[0]:+.{digits}f} to {seeds[1]:+.{digits}f}"] if seeds else []
    told += [f"over pictures {pictures[0]:+.{digits}f} to {pictures[1]:+.{digits}f}"] if pictures else []
    return f"{', '.join(told)}; {resolved(value)}; {value['better']} of {value['pictures']} better"


def resolved(value: dict[str, Any]) -> str:
    over = [name for name, key in (("seeds", "resolved"), ("pictures", "resolved_over_pictures")) if value.get(key)]
    if "over_pictures" not in value:
        return "resolved over seeds, pictures not asked" if over else "not resolved"
    return ("not resolved", f"resolved over {over[0] if over else ''} alone", "resolved")[len(over)]


def table(comparison: dict[str, Any], metric: str, published: dict[str, str]) -> str:
    sets, known = comparison["sets"], METRICS[metric]
    head = ["recipe", *(f"{name} {known.title}" for name in sets), *(["the paper's row"] if published else [])]
    rows = [head]
    for recipe in comparison["recipes"]:
        scores = [sets[name][metric]["scores"].get(recipe) for name in sets]
        if any(scores):
            rows.append([recipe, *(score(each, known.digits + 1) for each in scores if each)])
            rows[-1] += [published.get(recipe, "")] if published else []
    return markdown(rows)


def differences(comparison: dict[str, Any], metric: str) -> str:
    sets, known = comparison["sets"], METRICS[metric]
    better = "" if known.higher_is_better else " (less is better)"
    rows = [[f"{known.title} less that of {comparison['control']}{better}", *sets]]
    for recipe in comparison["recipes"][1:]:
        found = [sets[name][metric]["differences"].get(recipe) for name in sets]
        if any(found):
            rows.append([recipe, *(difference(each, known.digits + (2 if known.unit else 1)) for each in found)])
    return markdown(rows)


def section(path: Path) -> str:
    told = json.loads(path.read_text(encoding="utf-8"))
    comparison, published = told["comparison"], told.get("published", {})
    metrics = list(next(iter(comparison["sets"].values())))
    scored = metrics if told.get("every_metric") else metrics[:1]
    counted = (
        f"Runs: {comparison['runs']}, seeds {', '.join(map(str, comparison['seeds']))}, protocol "
        f"`{comparison['protocol']}`. {told['machine']}"
    )
    parts = [
        f"## {told['title']}",
        f"    {told['command']}",
        counted,
        *(table(comparison, metric, published if metric == scored[0] else {}) for metric in scored),
        *(differences(comparison, metric) for metric in metrics),
        told["note"],
    ]
    return "\n\n".join(parts)


def markdown(rows: list[list[str]]) -> str:
    """Return a table whose first row is its head."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:]))


def extractors(paths: list[Path]) -> str:
    """Return the section on what structure extractors know: a row each, a column a task and set."""
    marks = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    tasks = [(task, name) for task, sets in marks[0]["tasks"].items() for name in sets]
    head = ["extractor", *(f"{task}, {name}" for task, name in tasks), "feature scale"]
    rows = [[each["extractor"], *(mark(each["tasks"][task][name]) for task, name in tasks)] for each in marks]
    for row, each in zip(rows, marks, strict=True):
        row.append(f"{each['feature_scale']:.3g}")
    course = marks[0]["course"]
    return "\n\n".join(
        [
            EXTRACTORS,
            *(f"    {' '.join(shortened(each['command']))}" for each in marks),
            f"{course['repetitions']} fresh heads a task, {course['steps']} steps each on the training pictures, the "
            "extractor frozen; in brackets the standard deviation over them and what chance gives.",
            markdown([head, *rows]),
        ]
    )


def mark(value: dict[str, Any]) -> str:
    return (
        f"{value['right']:.2%} ({value['spread']:.2%}), {value['times_chance']:.0f} times chance of "
        f"1 in {value['answers']:.0f}"
    )


def shortened(command: list[str]) -> list[str]:
    """Return a command without the places that folders have on the machine it ran on."""
    return [Path(word).name if word.startswith("/") else word for word in command]


def overlap(path: Path) -> str:
    told = json.loads(path.read_text(encoding="utf-8"))
    found, left = len(told["overlaps"]) or "none", len(told["not_looked_for"]) or "none"
    counted = f"{told['train']} pictures that train what ships, {told['test']} that test"
    return f"{OVERLAP}\n\n{counted}: {found} in common, {left} that could not be looked for."


def main() -> None:
    files = sorted((DOCS / "results").glob("*.json"))
    marks = sorted((DOCS / "results" / "extractors").glob("*.json"))
    parts = [*(section(path) for path in files), extractors(marks), overlap(DOCS / "results" / "data" / "overlap.json")]
    (DOCS / "results.md").write_text("\n".join([HEAD, *(part + "\n" for part in parts)]), encoding="utf-8")


if __name__ == "__main__":
    main()
