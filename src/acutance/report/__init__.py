"""Scores, curves and pictures as tables, figures and one page.

- `write_report` makes the page, of run folders, results, pictures and charts; `gallery` chooses the pictures.
- `write_figure` shows a picture as several networks make it; `crops`, `gradients` and `spectra` are its three forms.
- `sheets` writes tables for other programs; `published` has the tables of the papers.
- `curves` and `svg` draw what runs logged.
"""

from acutance.report.figure import write_figure
from acutance.report.page import write_report

__all__ = ["write_figure", "write_report"]
