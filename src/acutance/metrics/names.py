"""Which metrics a list of names means."""

from collections.abc import Iterable
from pathlib import Path

from acutance.errors import unknown
from acutance.metrics.compared import Measure
from acutance.metrics.lpips import BACKBONES
from acutance.metrics.metric import METRICS

STRUCTURE = "structure_contrastive_h"
"""What "structure" is short for: the extractor of SPSR's main results."""


def measures_of(names: Iterable[str], weights: Path | None, backbone: str) -> dict[str, Measure]:
    """Return how each metric is taken, "lpips" meaning LPIPS with the features of `backbone`.

    Raises:
        RequestError: there is no such metric or backbone, or weights that one needs are missing.
    """
    return {name: METRICS[name].build(weights) for name in full_names(names, backbone)}


def full_names(names: Iterable[str], backbone: str = "squeeze") -> list[str]:
    """Return the names as they stand in results, each once.

    "lpips" is short for LPIPS with the features of `backbone`, "lpips_shifted" for its mean over shifts of a pixel,
    "structure" for the distance that the bundled extractor of SPSR-P sees.

    Raises:
        RequestError: there is no such metric or backbone.
    """
    if backbone not in BACKBONES:
        raise unknown("backbone of LPIPS", backbone, BACKBONES)
    lpips = {"lpips": f"lpips_{backbone}", "lpips_shifted": f"lpips_{backbone}_shifted"}
    short = {**lpips, "structure": STRUCTURE}
    full = list(dict.fromkeys(short.get(name, name) for name in names))
    for name in full:
        if name not in METRICS:
            raise unknown("metric", name, [*METRICS, *short])
    return full
