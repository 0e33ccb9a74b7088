"""How a difference grows while networks train: what each recipe had beyond the control at every validation.

    python studies/growth.py runs/scratch --control pixel:edsr_light --recipe pcl:edsr_light --json growth.json

Reads the logs of the runs that `acutance compare --config` validated, and writes a table: a row a step, the control's
score, and each recipe's less that of the control, the mean over the seeds with each seed in brackets.
"""

import argparse
import json
from pathlib import Path
from statistics import fmean

from acutance.files import write_json
from acutance.metrics import METRICS
from acutance.run_folder import RunFolder, RunId

Curve = dict[int, dict[str, float]]
START = "validation/"


def curve(folder: Path) -> Curve:
    """Return the validations of a run: step -> name of a set and a metric -> mean."""
    lines = [json.loads(line) for line in RunFolder(folder).metrics.read_text(encoding="utf-8").splitlines()]
    start = "validation/"
    found = {
        line["step"]: {key.removeprefix(start): line[key] for key in line if key.startswith(start)} for line in lines
    }
    return {step: values for step, values in found.items() if values}


def table(curves: dict[str, list[Curve]], control: str) -> list[list[str]]:
    """Return the rows of the table, its head first, for the curves of each recipe, a curve a seed."""
    first = curves[control][0]
    names = list(next(iter(first.values())))
    others = [each for each in curves if each != control]
    rows = [["steps", *(_headed(name, each) for name in names for each in (control, *others))]]
    whole = [seed for each in curves.values() for seed in each]
    for step in (each for each in first if all(each in seed for seed in whole)):
        cells = [str(step)]
        for name in names:
            digits = max(4, METRICS[name.rsplit("/", 1)[1]].digits + 1)
            kept = [seed[step][name] for seed in curves[control]]
            cells.append(f"{fmean(kept):.{digits}f}")
            for each in others:
                gains = [ours[step][name] - theirs for ours, theirs in zip(curves[each], kept, strict=True)]
                spread = ", ".join(f"{gain:+.{digits}f}" for gain in gains)
                cells.append(f"{fmean(gains):+.{digits}f} ({spread})")
        rows.append(cells)
    return rows


def _headed(name: str, recipe: str) -> str:
    told, metric = name.rsplit("/", 1)
    return f"{METRICS[metric].title} on {told}, `{recipe}`"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--control", required=True)
    parser.add_argument("--recipe", action="append", required=True)
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--json", type=Path, required=True)
    asked = parser.parse_args()
    seeds = [int(each) for each in asked.seeds.split(",")]
    recipes = [asked.control, *asked.recipe]
    curves = {each: [curve(RunId(each, seed).folder(asked.runs)) for seed in seeds] for each in recipes}
    write_json(asked.json, table(curves, asked.control))


if __name__ == "__main__":
    main()
