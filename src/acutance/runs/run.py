"""A run that was trained: its network, its curve, its folder and its report."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acutance import tables
from acutance.errors import RequestError
from acutance.run_folder import RunFolder

if TYPE_CHECKING:
    from acutance.networks import Network

Curves = dict[str, list[tuple[int, float]]]
"""What was logged, by its name: steps with the values at them."""


@dataclass(frozen=True)
class Run:
    """What a run folder holds, for use: `acutance.train` returns one, and `Run(Path("runs/x"))` opens one again.

    It stands for its folder wherever a path is asked for, and a notebook shows it as a table.

    Attributes:
        folder: of the run.
        rehearsal: what `check` found, in a sentence; empty for a run that was trained.
    """

    folder: Path
    rehearsal: str = ""

    @cached_property
    def network(self) -> "Network":
        """The network with its weights, those of the best validation or else the last, ready to use on the CPU.

        Raises:
            RequestError: there are no weights yet.
        """
        from acutance.checkpoints import load

        weights = RunFolder(self.folder).weights
        if weights is None:
            raise RequestError(f"{self.folder} holds no weights yet.")
        return load(weights)

    @property
    def curve(self) -> Curves:
        """Everything that was logged: `steps, values = zip(*run.curve["loss/pixel"])`."""
        curve: Curves = {}
        for line in RunFolder(self.folder).lines():
            for name in line.keys() - {"step"}:
                curve.setdefault(name, []).append((line["step"], line[name]))
        return {name: curve[name] for name in sorted(curve)}

    @property
    def report(self) -> Path:
        """The page that tells it all, report.html; it opens in any browser."""
        return RunFolder(self.folder).report

    @property
    def description(self) -> dict[str, Any]:
        """What was run and on what, as experiment.json has it; empty where nothing was."""
        path = RunFolder(self.folder).description
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    @property
    def rows(self) -> tables.Rows:
        """Each logged value at the first and the last line of the curve, as a table."""
        ends = [(name, values[0], values[-1]) for name, values in self.curve.items()]
        head = ["value", "first", "at step", "last", "at step"]
        return [head, *([name, *_told(*first), *_told(*last)] for name, first, last in ends)]

    @property
    def sentence(self) -> str:
        """What it is and how far it got, such as "runs/x: pcl:edsr_light, seed 1, 200 of 200 steps"."""
        if self.rehearsal:
            return f"{self.folder}: {self.rehearsal}"
        told, steps = self.description, [line["step"] for line in RunFolder(self.folder).lines()]
        if not told:
            return f"{self.folder}: nothing was trained here."
        whole = told["experiment"]["steps"]
        return f"{self.folder}: {told['recipe']}, seed {told['seed']}, {max(steps, default=0)} of {whole} steps"

    @property
    def summary(self) -> str:
        """Where the run and its report lie, and what one would type next."""
        if self.rehearsal:
            return self.rehearsal
        lines = [self.sentence, f"Its report: {self.report}", "What comes next, for example:"]
        evaluate = f"    acutance evaluate {self.folder} --sets Set5,Set14 --data benchmarks/"
        return "\n".join([*lines, evaluate, f"    acutance upscale photo.jpg --network {self.folder}"])

    def __fspath__(self) -> str:
        return str(self.folder)

    def __repr__(self) -> str:
        return f"Run({self.sentence})"

    def _repr_html_(self) -> str:
        from html import escape

        page = f'<p><a href="{escape(str(self.report))}">{escape(str(self.report))}</a></p>'
        return f"<p>{escape(self.sentence)}</p>{tables.html(self.rows)}{page if self.report.is_file() else ''}"


def _told(step: int, value: float) -> tuple[str, str]:
    return f"{value:.4g}", str(step)
