"""The frontier of a comparison as a picture: the first metric against each other one, a line a method."""

import io
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from PIL import Image

from acutance.comparison.frontier import is_swept
from acutance.comparison.sweep import families, strength_of
from acutance.errors import shown
from acutance.files import atomic
from acutance.metrics import METRICS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from acutance.comparison.comparison import Comparison

COLOURS = ("#0b6bcb", "#2b8a3e", "#9c36b5", "#c92a2a", "#0c8599", "#846358", "#495057")
FILTER = "#e8590c"


def draw_frontiers(comparison: "Comparison", out: Path) -> Mapping[str, Image.Image]:
    """Write OUT/frontier-SET.png for every set, and return the pictures by their captions; none where nothing is swept.

    Whiskers are the standard deviation over the seeds. Axes are turned so that better is up and to the right.
    """
    if not is_swept(comparison.recipes):
        return {}
    drawn: dict[str, Image.Image] = {}
    for name in comparison.sets:
        first, *others = comparison.metrics(name)
        if others:
            picture = _figure(comparison, name, first, others)
            with atomic(out / f"frontier-{name}.png") as path:
                path.write_bytes(picture)
            caption = f"{name}: each method over its strength, from the control (the star); better is up and right"
            drawn[caption] = Image.open(io.BytesIO(picture)).convert("RGB")
    return drawn


def _figure(comparison: "Comparison", name: str, first: str, others: list[str]) -> bytes:
    from matplotlib.figure import Figure

    columns = min(3, len(others))
    rows = -(-len(others) // columns)
    figure = Figure(figsize=(4.6 * columns, 3.4 * rows + 1.1), layout="constrained", dpi=110)
    panels = figure.subplots(rows, columns, squeeze=False).flatten()
    for panel, metric in zip(panels, others, strict=False):
        _panel(panel, comparison, name, (first, metric))
    for panel in panels[len(others) :]:
        panel.set_axis_off()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _panel(panel: "Axes", comparison: "Comparison", name: str, pair: tuple[str, str]) -> None:
    colours = iter(COLOURS * 3)
    for method, members in families(comparison.recipes).items():
        trivial = set(members) <= set(comparison.trivial)
        colour = FILTER if method == "filter" else next(colours)
        line = [comparison.control, *members]
        found = [(each, *(_centre(comparison, each, name, metric) for metric in pair)) for each in line]
        known = [(each, x, y) for each, x, y in found if x is not None and y is not None]
        if len(known) < 2:
            continue
        xs, ys = [x[0] for _, x, _ in known], [y[0] for _, _, y in known]
        panel.errorbar(
            xs,
            ys,
            xerr=[x[1] for _, x, _ in known],
            yerr=[y[1] for _, _, y in known],
            fmt="s--" if trivial else "o-",
            markersize=3.5 if trivial else 5,
            linewidth=1 if trivial else 1.8,
            elinewidth=0.7,
            color=colour,
            label=shown(method),
        )
        for each, x, y in known[1:]:
            panel.annotate(
                f"{strength_of(each) or 0:g}",
                (x[0], y[0]),
                (3, 3),
                textcoords="offset points",
                fontsize=6,
                color=colour,
            )
    _dress(panel, comparison, name, pair)


def _dress(panel: "Axes", comparison: "Comparison", name: str, pair: tuple[str, str]) -> None:
    control = [_centre(comparison, comparison.control, name, metric) for metric in pair]
    if control[0] is not None and control[1] is not None:
        panel.plot(control[0][0], control[1][0], "*", color="black", markersize=11, label=shown(comparison.control))
    across, along = (METRICS[metric] for metric in pair)
    panel.set_xlabel(f"{across.title}{f', {across.unit}' if across.unit else ''}", fontsize=8)
    panel.set_ylabel(along.title.removesuffix(" v0.1 (SqueezeNet)"), fontsize=8)
    panel.tick_params(labelsize=7)
    panel.grid(alpha=0.25)
    if not along.higher_is_better:
        panel.invert_yaxis()
    if not across.higher_is_better:
        panel.invert_xaxis()


def _centre(comparison: "Comparison", recipe: str, name: str, metric: str) -> tuple[float, float] | None:
    """Return the mean over the seeds and their standard deviation."""
    values = list(comparison.means(recipe, name, metric).values())
    return (fmean(values), stdev(values) if len(values) > 1 else 0.0) if values else None
