"""The page of the tasks other than super-resolution: a comparison each, and a training on degraded pictures."""

import json
import textwrap
from pathlib import Path
from typing import Any

from matplotlib import pyplot as plt
from plots import COLOURS, draw, save
from tables import difference_rows, markdown, score_rows

from acutance.metrics import METRICS

LATER = ("cbsd68", "second-order")
CURVES = {"absolute_error": "L1, levels of 255", "psnr": "PSNR, dB", "ssim": "SSIM"}


def task_parts(folder: Path, images: Path) -> tuple[str, list[str]]:
    """Draw what is in a folder of results, and return the title and the parts of the page."""
    told = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    parts = [f"# {told['title']}", *told["answer"]]
    for task, words in told["tasks"].items():
        comparison = json.loads((folder / f"{task}.json").read_text(encoding="utf-8"))
        parts += [f"## {words['title']}", *_comparison(task, comparison, images), *words["note"]]
    whole, second = (json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in LATER)
    parts += [f"## {told['whole']['title']}", markdown(_beside(whole)), *told["whole"]["note"]]
    parts += [f"## {told['second']['title']}", *_curves(second, images), *told["second"]["note"]]
    return told["title"], [_wrapped(each) for each in (*parts, *told["end"])]


def _wrapped(part: str) -> str:
    """Return a paragraph with lines that fit a screen; what is none stays."""
    plain = part[0] not in " |#!<" and "\n" not in part
    return textwrap.fill(part, 120, break_long_words=False, break_on_hyphens=False) if plain else part


def _beside(told: dict[str, Any]) -> list[list[str]]:
    """Return the scores on one set: the input, the network and what is published beside it."""
    (name,) = told["sets"]
    ours = [("the degraded pictures", told["baseline"]["sets"][name]), (told["network"], told["sets"][name])]
    rows = [[row, f"{scores['psnr_rgb']:.2f}", f"{scores['ssim']:.4f}"] for row, scores in ours]
    theirs = [(row["name"], row["sets"][name]["psnr_rgb"]) for row in told.get("published", ()) if name in row["sets"]]
    return [
        [name, "PSNR (RGB), dB", "SSIM"],
        *rows,
        *([f"{row}, as printed", f"{psnr:.2f}", ""] for row, psnr in theirs),
    ]


def _comparison(task: str, comparison: dict[str, Any], images: Path) -> list[str]:
    bars = draw(images / f"task-{task}.svg", comparison)
    metrics = list(next(iter(comparison["sets"].values())))
    return [
        f"![Differences to L1 alone, a panel a metric](images/task-{task}.svg)",
        f"*Differences to `{comparison['control']}`, a point a test set; shaded: better. {bars}*",
        *(_folded(f"{METRICS[each].title}: differences", difference_rows(comparison, each)) for each in metrics),
        *(_folded(f"{METRICS[each].title}: scores", score_rows(comparison, each)) for each in metrics),
    ]


def _curves(told: dict[str, Any], images: Path) -> list[str]:
    figure, panels = plt.subplots(1, len(CURVES), figsize=(9, 2.6))
    for panel, (metric, title) in zip(panels, CURVES.items(), strict=True):
        steps, values = zip(*told["curves"][metric], strict=True)
        panel.plot(steps, values, "o-", markersize=3, color=COLOURS[0], label=told["recipe"])
        panel.axhline(told["bicubic"][metric], color="#555", linewidth=0.9, linestyle=":", label="bicubic")
        panel.set_title(title, fontsize=9)
        panel.set_xlabel("steps")
    panels[0].legend(fontsize=7)
    save(figure, images / "task-second-order.svg")
    rows = [["after", *CURVES.values()], *_rows(told)]
    return [
        f"![{told['set']} over the steps: L1, PSNR and SSIM](images/task-second-order.svg)",
        f"*The pictures of {told['set']}, degraded once, scored while the network learns; dotted: bicubic.*",
        markdown(rows),
    ]


def _rows(told: dict[str, Any]) -> list[list[str]]:
    digits = {"absolute_error": 3, "psnr": 3, "ssim": 4}
    rows = [["bicubic", *(f"{told['bicubic'][metric]:.{digits[metric]}f}" for metric in CURVES)]]
    steps = [step for step, _ in told["curves"]["psnr"]]
    for step in (steps[0], steps[len(steps) // 2], steps[-1]):
        values = [dict(map(tuple, told["curves"][metric]))[step] for metric in CURVES]
        cells = (f"{value:.{digits[metric]}f}" for metric, value in zip(CURVES, values, strict=True))
        rows.append([f"{step} steps", *cells])
    return rows


def _folded(summary: str, table: list[list[str]]) -> str:
    return f'<details markdown="1">\n<summary>{summary}</summary>\n\n{markdown(table)}\n\n</details>'
