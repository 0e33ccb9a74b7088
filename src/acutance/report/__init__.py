"""Scores, curves and pictures as tables, figures and one page.

- `write_report` makes the page, of run folders, results, pictures and charts; `gallery` chooses the pictures.
- `write_figure` shows a picture as several networks make it; `crops`, `gradients` and `spectra` are its three forms.
- `sheets` writes tables for other programs; `published` has the tables of the papers.
- `write_study` makes a page on which people rank pictures blindly; `count_votes` draws what they said.
- `curves` and `svg` draw what runs logged.
"""

from acutance.report.blind_study import write_study
from acutance.report.figure import write_figure
from acutance.report.page import write_report
from acutance.report.votes import count_votes

__all__ = ["count_votes", "write_figure", "write_report", "write_study"]
