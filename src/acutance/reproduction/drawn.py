"""What became of a figure of a paper: the files that were drawn, and the numbers in them where it shows numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from acutance.reproduction.paper_figures import PaperFigure
from acutance.reproduction.plan import STAND_IN
from acutance.tables import Rows, html, plain


@dataclass(frozen=True)
class Drawn:
    """A figure that was drawn. Printed it says where it is, and what it shows in numbers.

    Attributes:
        figure: which.
        files: what was written.
        light: whether light networks stand for the paper's.
        numbers: a table of what bars show; empty for pictures.
        notes: what a reader should know.
    """

    figure: PaperFigure
    files: Sequence[Path]
    light: bool = False
    numbers: Rows = field(default_factory=list[list[str]])
    notes: Sequence[str] = ()

    @property
    def heading(self) -> str:
        """Whose figure it is, and what stands for what."""
        paper, _, number = self.figure.name.partition(":fig")
        light = f"; {STAND_IN}" if self.light else ""
        return f"{paper.upper()}, Fig. {number}: {self.figure.title}{light}"

    def __str__(self) -> str:
        table = [plain(self.numbers)] if self.numbers else []
        written = [f"{file} is written." for file in self.files]
        return "\n".join([self.heading, *table, *self.notes, *written])

    def _repr_html_(self) -> str:
        return f"<h2>{self.heading}</h2>{html(self.numbers) if self.numbers else ''}<p>{' '.join(self.notes)}</p>"
