"""A run that was trained: its network, its curve, its folder and its report."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acutance import tables
from acutance.errors import RequestError, shown
from acutance.run_folder import RunFolder
from acutance.runs.guessing import doubt

if TYPE_CHECKING:
    from acutance.networks import Network
    from acutance.runs.rehearsal import Rehearsal

Curves = dict[str, list[tuple[int, float]]]
"""What was logged, by its name: steps with the values at them."""
OWN = "own:"
"""How the name of a network of somebody's own begins (`networks.own.PREFIX`, which takes torch to load)."""


@dataclass(frozen=True)
class Run:
    """What a run folder holds, for use: `acutance.train` returns one, and `Run(Path("runs/x"))` opens one again.

    It stands for its folder wherever a path is asked for, and a notebook shows it as a table.

    Attributes:
        folder: of the run.
        rehearsal: what `check` found; None for a run that was trained.
    """

    folder: Path
    rehearsal: "Rehearsal | None" = None

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
        """What was run and on what, as experiment.json has it; empty where that is missing or damaged."""
        return RunFolder(self.folder).told() or {}

    @property
    def rows(self) -> tables.Rows:
        """Each logged value at the first and the last line of the curve, as a table.

        A set that the best weights were chosen on is marked as such.
        """
        chosen = [f"validation/{name}/" for name in self.description.get("chosen", {}).get("on", [])]
        mark = " (chosen on this set)"
        ends = [
            (name + mark * name.startswith(tuple(chosen)), values[0], values[-1]) for name, values in self.curve.items()
        ]
        head = ["value", "first", "at step", "last", "at step"]
        return [head, *([name, *_told(*first), *_told(*last)] for name, first, last in ends)]

    @property
    def sentence(self) -> str:
        """What it is and how far it got, such as "runs/x: pcl:edsr_light, seed 1, 200 of 200 steps"."""
        if self.rehearsal:
            return f"{self.folder}: {self.rehearsal}"
        told, folder = self.description, RunFolder(self.folder)
        if not told:
            lost = folder.description.exists() or folder.is_trained()
            what = f"{folder.description.name} is damaged or missing; --resume makes it again" if lost else ""
            return f"{self.folder}: {what or 'nothing was trained here'}."
        steps, whole = [line["step"] for line in folder.lines()], told["experiment"].get("steps")
        return f"{self.folder}: {told['recipe']}, seed {told.get('seed')}, {max(steps, default=0)} of {whole} steps"

    @property
    def summary(self) -> str:
        """Where the run and its report lie, whether its critic guesses, and what one would type next."""
        if self.rehearsal:
            return str(self.rehearsal)
        doubts = [each for each in (doubt(self.curve),) if each]
        lines = [self.sentence, *doubts, f"Its report: {self.report}", "What comes next, for example:"]
        return "\n".join(map(shown, [*lines, *(f"    acutance {each}" for each in self._next)]))

    @property
    def _next(self) -> tuple[str, str]:
        """What one would type next, for what the network is: of somebody's own, of other bands, one that restores."""
        network = self.description.get("experiment", {}).get("network", {})
        trust = " --trust" * str(network.get("name")).startswith(OWN)
        if network.get("config", {}).get("bands", 3) != 3:
            scored, picture = " --bands held_out/", "scene.npy"
        else:
            scored, picture = f"{self._undone} --sets Set5,Set14 --data benchmarks/", "photo.jpg"
        return f"evaluate {self.folder}{trust}{scored}", f"upscale {picture} --network {self.folder}{trust}"

    @property
    def _undone(self) -> str:
        """How evaluation gets LR where it is no smaller than HR, or worse than bicubic, as options."""
        from acutance.recipes.restore import degradation_named

        experiment = self.description.get("experiment", {})
        scale = experiment.get("network", {}).get("config", {}).get("scale")
        name = degradation_named(experiment.get("degradation", ""), scale or 1)
        return f" --with {name}" if name else " --lr degraded/" if scale == 1 else ""

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
