"""The spectra of what networks made beside that of HR: whether the high frequencies that PCL claims are there."""

from collections.abc import Iterable, Mapping

import numpy as np

from acutance.metrics.spectrum import RINGS, radial_spectrum
from acutance.report.curves import Chart, Points
from acutance.report.panels import Pixels


def spectra(pictures: Iterable[Mapping[str, Pixels]], *, border: int = 0) -> Chart:
    """Return the radial spectrum of Y under each label, in dB, as the mean over pictures (`metrics.radial_spectrum`).

    Args:
        pictures: for each picture what the networks made of it, and HR, by their label.
        border: pixels left out on every side.

    Raises:
        RequestError: a picture has fewer than 64 pixels a side less its border.
    """
    gathered: dict[str, list[np.ndarray]] = {}
    for made in pictures:
        for label, pixels in made.items():
            gathered.setdefault(label, []).append(radial_spectrum(pixels, border=border))
    curves = {(label, "power"): _points(np.mean(rings, axis=0)) for label, rings in gathered.items()}
    return Chart("Spectrum of Y", curves, across="cycles a pixel", upwards="power in dB")


def less(chart: Chart, label: str) -> Chart:
    """Return a chart of spectra with that of `label` taken from all others, which lie too near each other without."""
    (_, base) = next(points for (of, _), points in chart.curves.items() if of == label)
    curves = {
        (of, what): (across, [value - taken for value, taken in zip(values, base, strict=True)])
        for (of, what), (across, values) in chart.curves.items()
        if of != label
    }
    return Chart(f"{chart.title}, less that of {label}", curves, chart.across, f"{chart.upwards} less {label}'s")


def _points(decibels: np.ndarray) -> Points:
    middles = (np.arange(RINGS) + 0.5) / (2 * RINGS)
    return middles.tolist(), decibels.tolist()
