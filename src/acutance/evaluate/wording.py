"""How scores are written: digits, units and the words that go with them."""

from collections.abc import Iterable

from acutance.evaluate.results import Results, Scores
from acutance.metrics import PROTOCOLS

DIGITS = {"psnr": 2}
UNITS = {"psnr": " dB"}


def number(metric: str, score: float, more: int = 0) -> str:
    """Return "28.42" for PSNR and "0.8104" for others, with `more` digits where a small difference asks for them."""
    return f"{score:.{DIGITS.get(metric, 4) + more}f}"


def values(scores: Scores) -> str:
    """Return "28.42 dB / 0.8104", or nothing where there are no scores."""
    return " / ".join(number(metric, score) + UNITS.get(metric, "") for metric, score in scores.items())


def heading(metrics: Iterable[str]) -> str:
    """Return "PSNR / SSIM"."""
    return " / ".join(metric.upper() for metric in metrics)


def protocol_sentence(protocol: str, scale: int) -> str:
    """Name a protocol and say what it measures."""
    return f"Protocol {protocol} at x{scale}: {PROTOCOLS[protocol].description}."


def coverage_sentence(results: Iterable[Results]) -> str:
    """Say how many pictures each mean covers; a network that covers fewer than the others is named."""
    scored = [(each.network, name, result) for each in results for name, result in each.sets.items()]
    full = {name: f"{result.expected} of {name}" for _, name, result in scored}
    short = [f"{who} has {what.coverage} of {name}" for who, name, what in scored if len(what.images) < what.expected]
    return "; but ".join([f"Means over the pictures: {', '.join(full.values())}", *short]) + "."
