"""Whether the embedding network of a run still guesses at its end, by its loss beside that of chance."""

from collections.abc import Mapping, Sequence
from statistics import fmean

LOSS, CHANCE = "loss/critic/contrastive", "chance/contrastive"
GUESSING_LOSS = 0.9
"""Beyond this share of the loss of chance a critic is said to guess."""


def end_of(curve: Mapping[str, Sequence[tuple[int, float]]]) -> float | None:
    """Return the critic's loss at the end of a run, the mean over the last fifth of its lines; None for no critic."""
    losses = [value for step, value in curve.get(LOSS, ()) if step > 0]  # --critic-steps count below
    return fmean(losses[-max(1, len(losses) // 5) :]) if losses else None


def doubt(curve: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Return a sentence of warning where the embedding network guesses; empty where it does not, or there is none."""
    loss, chances = end_of(curve), curve.get(CHANCE)
    if loss is None or not chances or loss <= GUESSING_LOSS * chances[-1][1]:
        return ""
    return (
        f"The embedding network guesses: its loss is {loss:.2f} at the end where guessing has {chances[-1][1]:.2f}, so "
        "this run holds no learned contrast. More steps teach it, or --critic-steps before the network learns."
    )
