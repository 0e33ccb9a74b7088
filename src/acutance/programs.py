"""Python files of one's own, run for what they define: recipes, networks, metrics."""

import runpy
import sys
from pathlib import Path
from typing import Any

from acutance.errors import RequestError
from acutance.run_folder import run_of


def names_in(path: Path, *beside: Path) -> dict[str, Any]:
    """Run a Python file, which may import what lies beside it, or in folders of `beside`; return what it defines.

    Raises:
        RequestError: there is no such file, or it fails.
    """
    if not path.is_file():
        raise RequestError(f"there is no file {path}.")
    for folder in (path.resolve().parent, *(each.resolve() for each in beside)):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    try:
        return runpy.run_path(str(path), run_name=f"recipe_{path.stem}")
    except Exception as error:
        raise RequestError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error


def demand_ones_own(path: Path) -> None:
    """Raise RequestError where a file lies in the folder of a run, which may have come from somebody else."""
    if (run := run_of(path)) is not None:
        raise RequestError(
            f"{path} lies in the folder of a run, {run}, and is a program: whoever made the run decided what it does. "
            "Read it, and run it with --trust."
        )
