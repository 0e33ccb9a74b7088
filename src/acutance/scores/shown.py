"""Results as a reader sees them: a table and the sentences below it, as text and for a notebook."""

from html import escape

from acutance.scores.measuring import CONVENTIONS, EVERY
from acutance.scores.results import Results
from acutance.scores.score_rows import convention_rows, metric_rows, notes, picture_rows, set_rows
from acutance.scores.wording import coverage_sentence, lr_sentence
from acutance.tables import html, plain


def as_text(results: Results) -> str:
    """Return the means as aligned text, bicubic's above and published ones below, and what they are of."""
    rows = convention_rows(results) if _explained(results) else set_rows(results.beside, results.published)
    return "\n".join([plain(rows), *_told(results, cells=True)])


def by_picture(results: Results) -> str:
    """Return a table of each set as aligned text: its pictures, with bicubic's scores and these."""
    return "\n\n".join(plain(picture_rows(results.beside, name)) for name in results)


def as_html(results: Results) -> str:
    """Return the same as HTML, each metric in a column of its own."""
    rows = convention_rows(results) if _explained(results) else metric_rows(results.beside, results.published)
    return f"{html(rows)}<p>{escape(' '.join(_told(results, cells=False)))}</p>"


def _explained(results: Results) -> bool:
    return results.protocol == EVERY


def _told(results: Results, *, cells: bool) -> list[str]:
    if _explained(results):
        return [CONVENTIONS, lr_sentence([results]), coverage_sentence([results])]
    return notes(results.beside, cells=cells)
