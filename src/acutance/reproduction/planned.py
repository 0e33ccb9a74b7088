"""What a table would cost here, before anything of it is trained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acutance.reproduction.plan import Plan
from acutance.runs.rehearsal import Rehearsal, gibibytes, in_time
from acutance.tables import Rows, html, plain


@dataclass(frozen=True)
class Planned:
    """What is to be trained for a table, and what a step of each recipe took here. Printed it is a table.

    Attributes:
        plan: what is to be made.
        costs: recipe -> what its rehearsal found, of every row and control.
        seeds: of each run.
        notes: what a reader should know: what is not at hand, and what every run starts from.
    """

    plan: Plan
    costs: Mapping[str, Rehearsal]
    seeds: Sequence[int]
    notes: Sequence[str] = ()

    @property
    def lasts(self) -> float:
        """Seconds of training, one run after another, without what scoring takes."""
        return len(self.seeds) * sum(cost.lasts for cost in self.costs.values())

    def rows(self) -> Rows:
        """Return a line a recipe: the rows that it makes, and what a run of it would cost."""
        body = [
            [
                self._made_by(recipe),
                recipe,
                f"{cost.seconds:.2f} s",
                str(cost.steps),
                in_time(cost.lasts),
                _memory(cost),
            ]
            for recipe, cost in self.costs.items()
        ]
        return [["row", "recipe", "a step", "steps", "a run", "peak memory"], *body]

    @property
    def sentences(self) -> list[str]:
        """What it comes to, and what is not made or not at hand."""
        runs = len(self.seeds) * len(self.costs)
        whole = f"{runs} runs with seeds {', '.join(map(str, self.seeds))}: {in_time(self.lasts)} of training"
        return [f"{whole}, one after another on this machine.", *self.plan.left_out_sentences, *self.notes]

    def __str__(self) -> str:
        return "\n".join([self.plan.heading, plain(self.rows()), *self.sentences])

    def _repr_html_(self) -> str:
        return f"<h2>{self.plan.heading}</h2>{html(self.rows())}<p>{' '.join(self.sentences)}</p>"

    def _made_by(self, recipe: str) -> str:
        rows = [row for row, made_by in self.plan.made.items() if made_by == recipe]
        return ", ".join(rows) or "control"


def _memory(cost: Rehearsal) -> str:
    return gibibytes(cost.memory) if cost.memory else ""
