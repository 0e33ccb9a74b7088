"""A recipe, pictures and a budget become a run folder: trained, resumed, rehearsed."""

from acutance.runs.run import Run
from acutance.runs.train import train

__all__ = ["Run", "train"]
