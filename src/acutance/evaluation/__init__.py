"""Networks x sets -> scores: `acutance.evaluate`, and what it writes."""

from acutance.evaluation.by_band import evaluate_bands
from acutance.evaluation.evaluate import evaluate
from acutance.evaluation.real_pictures import evaluate_real

__all__ = ["evaluate", "evaluate_bands", "evaluate_real"]
