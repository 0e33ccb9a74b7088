"""Networks x sets -> scores: `acutance.evaluate`, and what it writes."""

from acutance.evaluation.evaluate import evaluate

__all__ = ["evaluate"]
