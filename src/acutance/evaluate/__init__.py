"""Scores on test sets, comparisons over seeds, and the tables, figures and reports that show them."""

from acutance.evaluate.benchmark import Upscaler, benchmark, bicubic_upscaler
from acutance.evaluate.compare import compare
from acutance.evaluate.comparison import Comparison, Difference
from acutance.evaluate.drawing import svg
from acutance.evaluate.figure import comparison
from acutance.evaluate.gradients import gradient_comparison, gradient_picture
from acutance.evaluate.panels import Box
from acutance.evaluate.report import write_report
from acutance.evaluate.results import Results, SetResult, merge
from acutance.evaluate.spectra import spectra
from acutance.evaluate.table import markdown, notes, picture_rows, plain, set_rows
from acutance.evaluate.verdict import comparison_rows, sentences
from acutance.evaluate.wording import values

__all__ = [
    "Box",
    "Comparison",
    "Difference",
    "Results",
    "SetResult",
    "Upscaler",
    "benchmark",
    "bicubic_upscaler",
    "compare",
    "comparison",
    "comparison_rows",
    "gradient_comparison",
    "gradient_picture",
    "markdown",
    "merge",
    "notes",
    "picture_rows",
    "plain",
    "sentences",
    "set_rows",
    "spectra",
    "svg",
    "values",
    "write_report",
]
