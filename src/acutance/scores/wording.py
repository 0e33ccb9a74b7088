"""How scores are written: digits, units and the words that go with them."""

from collections.abc import Iterable
from math import floor, log10

from acutance.metrics import METRICS, PROTOCOLS
from acutance.scores.results import Results, Scores


def number(metric: str, score: float, more: int = 0) -> str:
    """Return "28.42" for PSNR and "0.8104" for SSIM, with `more` digits where a small difference asks for them."""
    return f"{score:.{METRICS[metric].digits + more}f}"


def signed(metric: str, difference: float, more: int = 1) -> str:
    """Return "+0.123" for a difference in PSNR: with a sign, and one digit more than a score has, or `more`."""
    text = number(metric, difference, more)
    return text if text.startswith("-") else f"+{text}"


def digits_beyond(metric: str, difference: float) -> int:
    """Return how many digits more than a score has show two that count: 1 to 4, so that none reads as zero."""
    if difference == 0:
        return 1
    second = 1 - floor(log10(abs(difference)))
    return min(4, max(1, second - METRICS[metric].digits))


def unit(metric: str) -> str:
    """Return what follows a number of the metric: " dB" or nothing."""
    return f" {METRICS[metric].unit}".rstrip()


def values(scores: Scores) -> str:
    """Return "28.42 dB / 0.8104", or nothing where there are no scores."""
    return " / ".join(number(metric, score) + unit(metric) for metric, score in scores.items())


def heading(metrics: Iterable[str]) -> str:
    """Return "PSNR / SSIM"."""
    return " / ".join(METRICS[metric].title for metric in metrics)


def direction_sentence(metrics: Iterable[str]) -> str:
    """Say which of the metrics are better the lower they are; nothing where none is."""
    lower = [METRICS[metric].title for metric in metrics if not METRICS[metric].higher_is_better]
    return f"Lower is better: {', '.join(lower)}." if lower else ""


def protocol_sentence(protocol: str, scale: int) -> str:
    """Name a protocol and say what it measures."""
    return f"Protocol {protocol} at x{scale}: {PROTOCOLS[protocol].description}."


def chosen_sentence(results: Iterable[Results]) -> str:
    """Say which sets a network was chosen on, which are no test of it; nothing where there are none."""
    told = [
        f"{name} (chosen on this set: {each.network}, by {result.chosen})"
        for each in results
        for name, result in each.sets.items()
        if result.chosen
    ]
    return f"No test: {'; '.join(told)}." if told else ""


def remark_sentence(results: Iterable[Results]) -> str:
    """Say what a reader should know of pictures that were scored; nothing where there is nothing."""
    told = [
        f"{picture} of {name} is {remark}"
        for each in results
        for name, result in each.sets.items()
        for picture, remark in result.remarks.items()
    ]
    return f"{'; '.join(dict.fromkeys(told))}." if told else ""


def lr_sentence(results: Iterable[Results]) -> str:
    """Say what LR was scored: made of HR by bicubic here, or the sets' own files."""
    sets: dict[str, list[str]] = {}
    for name, result in [item for each in results for item in each.sets.items()]:
        sets.setdefault(result.lr, []).append(name)
    told = {lr: list(dict.fromkeys(names)) for lr, names in sets.items()}
    if len(told) < 2:
        return f"LR: {next(iter(told))}." if told else ""
    parts = [f"{lr} of {', '.join(names)}" for lr, names in told.items()]
    return f"LR: {'; '.join(parts)}."


def known_sentence(results: Iterable[Results]) -> str:
    """Say what of the papers' test sets was there; nothing of other sets."""
    return " ".join(dict.fromkeys(what.known for each in results for what in each.sets.values() if what.known))


def coverage_sentence(results: Iterable[Results]) -> str:
    """Say how many pictures each mean covers; a network that covers fewer than the others is named."""
    scored = [(each.network, name, result) for each in results for name, result in each.sets.items()]
    whole = [(name, what.expected) for _, name, what in scored if len(what.images) == what.expected]
    full = ", ".join(f"{expected} of {name}" for name, expected in dict.fromkeys(whole))
    short = [f"{who} has {what.coverage} of {name}" for who, name, what in scored if len(what.images) < what.expected]
    return f"Means over the pictures: {'; but '.join([full, *short] if full else short)}."
