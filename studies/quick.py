"""The quick studies once more, each value held against the committed one: `make studies-quick`.

    python studies/quick.py --data ../shared/data --out build/studies-quick

Three parts, under ten minutes of two cores in all, each with its controls, all in 32 bits:

    filter      a sharpening filter, and noise, over `edsr-light-x4` and over RLFN's released weights, nothing trained
    light       the light EDSR goes on for 30 steps: PCL and two trivial controls at three tenths of L1's gradient
    frontier    RLFN goes on for 20 steps: PCL by the embedding network that ships and by one that never learned, at two
                strengths each, and the filter

A value that differs from studies/results/quick/ by more than its metric's tolerance is named, and the exit status is 1.
Runs that were finished in --out are not made again. `--commit` writes the values there in place of comparing them.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import fmean

import acutance
from acutance.comparison.untrained import Filter, Noise
from acutance.data import find_set
from acutance.files import write_json
from acutance.scores import benchmark
from acutance.scores.candidate import load_upscaler
from acutance.scores.measuring import make_scorer
from acutance.scores.scorer import Upscaler

COMMITTED = Path(__file__).parent / "results" / "quick"
TOLERANCE = {"psnr": 0.01, "ssim": 0.0003, "lpips_squeeze": 0.0005, "spectrum": 0.03, "grid": 0.01}
"""How far a value may be from the committed one: dB for PSNR and spectrum, levels for grid. Other processors and
numbers of threads round sums in another order, and a run carries that on; what the studies tell apart is more."""
NOISE = {**TOLERANCE, "lpips_squeeze": 0.002}
"""The same of rows of noise, which is drawn afresh where a processor makes one value of SR another: LPIPS was 0.0009
off with AVX-512."""
METRICS = tuple(TOLERANCE)
FACTORS = {"edsr-light-x4": (1.1, 1.3, 1.5), "rlfn_x4.pth": (1.1, 1.2, 1.4)}
LEVELS = (0.5, 1.0)
TRAIN = ("GB82", "CID22")
Values = dict[str, float]
"""Means by "who/seed/set/metric"."""


def filters(data: Path, out: Path) -> Values:
    """Return the scores of two networks, and of the filter and of noise over them."""
    found: Values = {}
    for network, factors in FACTORS.items():
        file = data / "weights" / network
        upscaler, _ = load_upscaler(file if file.is_file() else network, scale=4, tile=None, device="cpu")
        upscaler = _once(upscaler)
        changes = {f"x{factor:g}": Filter(factor) for factor in (1.0, *factors)}
        changes |= {f"noise {levels:g}": Noise(levels) for levels in LEVELS}
        for change, untrained in changes.items():
            kept = out / f"{network}-{change.replace(' ', '-').removeprefix('x')}.json"
            if not kept.is_file():
                write_json(kept, _scores(untrained.over(upscaler), f"{network} {change}/-", data))
            found |= json.loads(kept.read_text(encoding="utf-8"))
    return found


def _scores(upscaler: Upscaler, who: str, data: Path) -> Values:
    scorer, sets = (
        make_scorer("pcl", METRICS, data / "weights"),
        [find_set(data, name, 4) for name in ("Set5", "Set14")],
    )
    results = benchmark(upscaler, sets, network=who, scale=4, protocol=scorer)
    return {f"{who}/{name}/{metric}": each.means[metric] for name, each in results.sets.items() for metric in METRICS}


def light(data: Path, out: Path) -> Values:
    """Return the scores of the light EDSR's runs."""
    base = "edsr_light_finetune"
    trivial = [f"control:{base}_{each}" for each in ("gradient_pixel", "sharpened_targets")]
    recipes = [f"pixel:{base}", f"pcl:{base}_share", *trivial, "filter@factor=1.3"]
    return _compared(recipes, data, out, seeds=2, steps=30, sets="Set5", init="edsr-light-x4")


def frontier(data: Path, out: Path) -> Values:
    """Return the scores of RLFN's runs."""
    recipes = [f"control:rlfn_finetune_{each}_embedding_phase" for each in ("frozen", "random")]
    told = {"sweep": ("share=1,3", "factor=1.2,1.4"), "embedding": "embedding-x4", "batch": 4, "patch": 64}
    init = data / "weights" / "rlfn_x4.pth"
    return _compared(["pixel:rlfn_finetune", *recipes], data, out, seeds=2, steps=20, sets="Set5", init=init, **told)


def _compared(recipes: list[str], data: Path, out: Path, **told: object) -> Values:
    folders = [data / name for name in TRAIN]
    weights, cache = data / "weights", {"metrics": METRICS, "device": "cpu", "out": out}
    comparison = acutance.compare(recipes, data=folders, test=data, weights=weights, **cache, **told)  # pyright: ignore
    return {
        f"{recipe}/{seed}/{name}/{metric}": value
        for recipe in comparison.recipes
        for name in comparison.sets
        for metric in comparison.metrics(name)
        for seed, value in comparison.means(recipe, name, metric).items()
    }


def _once(upscaler: Upscaler) -> Upscaler:
    """Return an upscaler that makes no picture twice."""
    made: dict[bytes, object] = {}

    def upscale(lr):
        key = lr.tobytes()
        if key not in made:
            made[key] = upscaler(lr)
        return made[key]

    return upscale


PARTS: Mapping[str, Callable[[Path, Path], Values]] = {"filter": filters, "light": light, "frontier": frontier}


def differences(found: Values, committed: Values) -> list[str]:
    """Return a sentence for each value that is missing, new, or further from the committed one than its tolerance."""
    told = [f"{name}: committed, and not found now" for name in committed.keys() - found.keys()]
    told += [f"{name}: found now, and not committed" for name in found.keys() - committed.keys()]
    for name in sorted(found.keys() & committed.keys()):
        allowed = (NOISE if " noise " in name else TOLERANCE)[name.rpartition("/")[2]]
        if not abs(found[name] - committed[name]) <= allowed:
            told.append(f"{name}: {found[name]:.5f} now, {committed[name]:.5f} committed, {allowed:g} allowed")
    return told


def furthest(found: Values, committed: Values) -> str:
    """Return, a metric each, the mean and the largest distance from what is committed."""
    apart = {name: abs(found[name] - committed[name]) for name in found.keys() & committed.keys()}
    of = {metric: [value for name, value in apart.items() if name.endswith(f"/{metric}")] for metric in METRICS}
    return "; ".join(f"{metric} {fmean(each):.2g}, at most {max(each):.2g}" for metric, each in of.items() if each)


def main() -> int:
    """Make every part, and compare or commit it; 1 where something differs."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--data", type=Path, default=Path("../shared/data"))
    words.add_argument("--out", type=Path, default=Path("build/studies-quick"))
    words.add_argument("--only", choices=list(PARTS), help="one part")
    words.add_argument("--commit", action="store_true", help="write the values in place of comparing them")
    given = words.parse_args()
    told: list[str] = []
    for part in [given.only] if given.only else PARTS:
        found, file = PARTS[part](given.data, given.out / part), COMMITTED / f"{part}.json"
        if given.commit:
            _write(file, found)
        else:
            told += _held(part, found, json.loads(file.read_text(encoding="utf-8")))
    print(f"{len(told)} values differ." if told else "Committed." if given.commit else "As committed, every value.")
    return 1 if told else 0


def _held(part: str, found: Values, committed: Values) -> list[str]:
    """Print and return what differs in a part."""
    told = differences(found, committed)
    print(f"\n{part}: {len(found)} values, {len(told)} differ. Distances: {furthest(found, committed)}", flush=True)
    print("".join(f"  {each}\n" for each in told), end="", flush=True)
    return told


def _write(file: Path, found: Values) -> None:
    file.parent.mkdir(exist_ok=True)
    rounded = {name: round(value, 6) for name, value in sorted(found.items())}
    file.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
