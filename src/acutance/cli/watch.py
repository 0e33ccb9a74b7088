"""`acutance watch`: runs beside each other, while they go on."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(help="Folder of runs, or a run.")]
Every = Annotated[float, typer.Option(help="Seconds between two looks.")]
Once = Annotated[bool, typer.Option("--once", help="Look once, and stop; so it does where no terminal listens.")]


def watch(folder: Folder = Path("runs"), every: Every = 5.0, once: Once = False) -> None:
    """Compare runs in the terminal while they go on: steps, speed, losses, validation scores.

    Example: acutance watch runs/

    Scores stand as last taken, and beside them at the last step that all runs have reached. Ctrl-C ends it.
    """
    from acutance.report.standing import watch as watch_runs

    watch_runs(folder, every=every, once=once)
