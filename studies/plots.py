"""The plots on the results pages: small SVG files that come out the same each time."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot as plt

from acutance.comparison.sweep import families, method_of, strength_of
from acutance.metrics import METRICS

plt.switch_backend("agg")
plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "acutance", "font.size": 9, "axes.spines.top": False})
plt.rcParams.update({"axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25, "font.family": "sans-serif"})

COLOURS = ["#3556a8", "#d1692a", "#2f8f5b", "#8a4fa0", "#a8323e", "#4b7f8c"]
FRONTIER = ["#3556a8", "#2f8f5b", "#8a4fa0", "#777777", "#b5442c", "#0c8599", "#d1692a", "#222222", "#c2255c"]
METHODS = {
    "pcl:rlfn_finetune_phase": "PCL, wavelet at a random phase",
    "pcl:rlfn_finetune_pull": "PCL, wavelet at a fixed phase, as published",
    "control:rlfn_finetune_frozen_embedding_phase": "PCL, embedding network frozen, random phase",
    "control:rlfn_finetune_random_embedding_phase": "PCL, embedding network that never learned",
    "pcl:rlfn_finetune_phase_block_4": "PCL, random phase, block 4",
    "pcl:rlfn_finetune_phase_blocks_2_to_5": "PCL, random phase, blocks 2 to 5",
    "pcl:rlfn_finetune_whole": "PCL, phase of all strides",
    "pcl:rlfn_finetune_whole_block_4": "PCL, phase of all strides, block 4",
    "pcl:rlfn_finetune_whole_blocks_2_to_5": "PCL, phase of all strides, blocks 2 to 5",
    "control:rlfn_finetune_random_embedding_whole_blocks_2_to_5": "the same, embedding network that never learned",
    "control:rlfn_finetune_frozen_embedding_whole_blocks_2_to_5": "the same, embedding network frozen",
    "control:rlfn_finetune_embedding_distance_whole_blocks_2_to_5": "the same, L1 in its features, no contrast",
    "noise": "white noise over L1's pictures, nothing trained",
    "control:rlfn_finetune_gradient_pixel": "L1 of gradient maps",
    "control:rlfn_finetune_sharpened_targets": "L1 to sharpened originals",
    "filter": "sharpening filter over L1's pictures, nothing trained",
}
"""How the methods of the frontier are called beside its plot."""
GRID = 0.2
"""Levels of `grid` beyond the control's from which a method is said to draw one."""
SHADE, THREE_SEEDS = "#eaf3ea", 3
PANELS = 2
"""Test sets whose frontier is drawn, the first ones: more are too small to read."""


def draw(path: Path, comparison: dict[str, Any]) -> str:
    """Draw the differences to the control, a panel a metric, and return what the bars are."""
    sets, recipes = comparison["sets"], comparison["recipes"][1:]
    metrics = list(next(iter(sets.values())))
    height = 1.3 + 0.16 * len(recipes) * len(sets)
    figure, panels = plt.subplots(1, len(metrics), figsize=(2.1 + 2.1 * len(metrics), height), sharey=True)
    key = bars(comparison)
    for panel, metric in zip(panels, metrics, strict=True):
        for place, (name, scores) in enumerate(sets.items()):
            found = [scores[metric]["differences"].get(recipe) for recipe in recipes]
            points(panel, found, shift=place / (len(sets) + 1), colour=COLOURS[place], key=key, label=name)
        dress(panel, metric)
    panels[0].set_yticks([row + 0.3 for row in range(len(recipes))], [short(recipe) for recipe in recipes])
    panels[0].invert_yaxis()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="lower center", ncol=len(sets), frameon=False)
    save(figure, path, bottom=0.35 / height)
    over = {"interval": "seeds", "over_pictures": "pictures"}.get(key)
    return f"Bars: 95 % interval over the {over}." if over else "Two seeds, so no intervals are drawn."


def bars(comparison: dict[str, Any]) -> str:
    """Return which interval says something: over three seeds, or over pictures."""
    if len(comparison["seeds"]) >= THREE_SEEDS:
        return "interval"
    return "over_pictures" if len(comparison["seeds"]) == 1 else "none"


def points(panel: Any, found: list[Any], *, shift: float, colour: str, key: str, label: str) -> None:
    known = [(row + shift, value) for row, value in enumerate(found) if value]
    ends = [value.get(key) or [value["mean"]] * 2 for _, value in known]
    across = [x for low, high in ends for x in (low, high, None)]
    down = [y for row, _ in known for y in (row, row, None)]
    panel.plot(np.array(across, float), np.array(down, float), linewidth=1, color=colour)
    rows, means = [row for row, _ in known], [value["mean"] for _, value in known]
    panel.plot(means, rows, "o", markersize=3.5, color=colour, label=label)


def dress(panel: Any, metric: str) -> None:
    """Give a panel its title, its zero and a shade on the side that is better."""
    known = METRICS[metric]
    panel.axvline(0, color="#555", linewidth=0.8)
    left, right = panel.get_xlim()
    left, right = min(left, -0.05 * (right - left)), max(right, 0.05 * (right - left))
    panel.axvspan(*((0, right) if known.higher_is_better else (left, 0)), color=SHADE, zorder=0)
    panel.set_xlim(left, right)
    panel.set_title(known.title.removesuffix(" v0.1 (SqueezeNet)").removesuffix(" (contrastive-h)"), fontsize=9)
    panel.locator_params(axis="x", nbins=4)
    panel.tick_params(axis="both", labelsize=8)


def short(recipe: str) -> str:
    """Return a recipe's name without what all rows of a plot have in common."""
    return recipe.split("search.py:")[-1].split(":")[-1].split("+squeezenet")[0]


def draw_controls(path: Path, plots: list[dict[str, Any]]) -> None:
    """Draw PSNR against LPIPS, a panel a network: the more to the left and the higher, the better."""
    figure, panels = plt.subplots(1, len(plots), figsize=(9, 3.6))
    for panel, told in zip(panels, plots, strict=True):
        for place, (label, values) in enumerate(told["curves"].items()):
            lpips, psnr = zip(*values, strict=True)
            marker = "s--" if "filter" in label else "o-"
            panel.plot(lpips, psnr, marker, markersize=5, linewidth=1, color=f"C{place}", label=label)
        panel.axhline(0, color="#555", linewidth=0.8)
        panel.axvline(0, color="#555", linewidth=0.8)
        panel.set_title(told["title"], fontsize=9)
        panel.set_xlabel("LPIPS (SqueezeNet), less is better")
        panel.set_ylabel("PSNR, dB")
        panel.legend(fontsize=7)
        panel.locator_params(axis="x", nbins=5)
    save(figure, path)


def draw_frontier(path: Path, comparison: dict[str, Any], methods: list[str]) -> None:
    """Draw methods over their strength, LPIPS against PSNR less the control's, a panel for each of the first two sets.

    What draws a grid is told of beside the axes, which end at what draws none. `methods` are those that are drawn; all
    where it is empty.
    """
    figure, panels = plt.subplots(1, PANELS, figsize=(9, 4.8))
    lines = {
        method: each for method, each in families(comparison["recipes"]).items() if method in (methods or [method])
    }
    for panel, (name, scores) in zip(panels, list(comparison["sets"].items())[:PANELS], strict=True):
        told = {metric: scores[metric]["differences"] for metric in ("lpips_squeeze", "psnr", "grid")}
        among = {each for members in lines.values() for each in members}
        told = {metric: {each: value for each, value in of.items() if each in among} for metric, of in told.items()}
        gridded = [each for each, value in told["grid"].items() if value["mean"] > GRID]
        for place, (method, members) in enumerate(lines.items()):
            known = [each for each in members if each in told["psnr"]]
            lpips, psnr = ([told[metric][each] for each in known] for metric in ("lpips_squeeze", "psnr"))
            frontier_line(panel, lpips, psnr, place, trivial=set(members) <= set(comparison["trivial"]))
            panel.lines[-1].set_label(METHODS.get(method, method))
            for each, x, y in zip(known, lpips, psnr, strict=True):
                if each not in gridded:
                    at = x["mean"], y["mean"]
                    panel.annotate(strength_in(each), at, (4, 4), textcoords="offset points", fontsize=7)
        panel.plot(0, 0, "*", color="black", markersize=10)
        frontier_axes(panel, told, gridded)
        panel.set_title(f"{name}; star: L1 alone", fontsize=9)
    drawn = [line for line in panels[0].lines if not line.get_label().startswith("_")]
    figure.legend(drawn, [line.get_label() for line in drawn], loc="lower center", ncol=2, frameon=False, fontsize=8)
    save(figure, path, bottom=0.05 + 0.04 * ((len(lines) + 1) // 2))


def strength_in(recipe: str) -> str:
    """Return the strength in a recipe's name as it stands beside its point; nothing where it has none."""
    found = strength_of(recipe)
    return "" if found is None else f"{found:g}"


def frontier_axes(panel: Any, told: dict[str, dict[str, Any]], gridded: list[str]) -> None:
    """Let the axes end at what draws no grid, better to the right and up, with room for the words of what does."""
    for metric, limit in (("lpips_squeeze", panel.set_xlim), ("psnr", panel.set_ylim)):
        values = [0.0, *(value["mean"] for each, value in told[metric].items() if each not in gridded)]
        span = max(values) - min(values)
        ends = min(values) - (0.4 if metric == "psnr" else 0.15) * span, max(values) + 0.15 * span
        limit(*(ends if metric == "psnr" else reversed(ends)))
    named = [
        f"{METHODS.get(method_of(each), each)} at {strength_in(each)}: "
        f"{told['lpips_squeeze'][each]['mean']:.3f}, {told['psnr'][each]['mean']:.2f} dB"
        for each in gridded
    ]
    words = "\n".join([f"with a grid of {GRID} levels or more:", *named]) if named else ""
    panel.text(0.02, 0.02, words, transform=panel.transAxes, fontsize=7, va="bottom")
    panel.locator_params(axis="x", nbins=5)
    panel.set_xlabel("LPIPS less the control's; better to the right")
    panel.set_ylabel("PSNR less the control's, dB; better up")


def frontier_line(panel: Any, lpips: list[Any], psnr: list[Any], place: int, *, trivial: bool) -> None:
    """Draw a method from the control on, with the standard deviation over the seeds; dashed where it is trivial."""
    across, down = ([0, *(each["mean"] for each in values)] for values in (lpips, psnr))
    spread = [[0, *(each["spread"] or 0 for each in values)] for values in (lpips, psnr)]
    colour = FRONTIER[place % len(FRONTIER)]
    panel.errorbar(across, down, xerr=spread[0], yerr=spread[1], fmt="none", ecolor=colour, elinewidth=0.7)
    panel.plot(across, down, "s--" if trivial else "o-", color=colour, linewidth=1.2 if trivial else 2, markersize=4)


def draw_accuracy(path: Path, told: list[dict[str, Any]], tasks: list[tuple[str, str]]) -> None:
    """Draw how many times chance each extractor is right, a group of bars a task."""
    figure, panels = plt.subplots(1, len(tasks), figsize=(3.2 * len(tasks), 2.6), squeeze=False)
    for panel, (task, name) in zip(panels[0], tasks, strict=True):
        values = [each["tasks"][task][name] for each in told]
        scale = [100 * value["right"] for value in values]
        spread = [100 * value["spread"] for value in values]
        panel.bar([each["extractor"] for each in told], scale, yerr=spread, color=COLOURS[: len(told)])
        panel.axhline(100 * values[0]["chance"], color="#555", linewidth=1, linestyle=":")
        panel.set_title(f"{task}, {name}; dotted: chance", fontsize=9)
        panel.set_ylabel("right, %")
    save(figure, path)


def save(figure: Any, path: Path, bottom: float = 0.0) -> None:
    figure.tight_layout(rect=(0, bottom, 1, 1))
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    drawn = path.read_text(encoding="utf-8")
    # Coordinates stand in quotes, and need no more; the numbers at the ticks, which do, are text.
    shortened = re.sub(r'"[^"]*"', lambda quoted: re.sub(r"(\d\.\d\d)\d+", r"\1", quoted[0]), drawn)
    path.write_text(shortened, encoding="utf-8")
