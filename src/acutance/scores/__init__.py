"""Pictures of test sets, scored one by one: what takes the scores, and the values that come out."""

from acutance.scores.benchmark import benchmark, bicubic_upscaler
from acutance.scores.results import Results, SetResult, merge
from acutance.scores.scorer import Upscaler

__all__ = ["Results", "SetResult", "Upscaler", "benchmark", "bicubic_upscaler", "merge"]
