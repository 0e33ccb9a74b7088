"""The folder of a run whose first process, which writes everything, was killed: another goes on in its place."""

import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from acutance.errors import AcutanceError, RequestError
from acutance.run_folder import RunFolder
from acutance.runs.best import Best
from acutance.training.state import read_state

PATIENCE = 2.0
"""Seconds within which the system gives back what a killed process held."""


@contextmanager
def inherited(folder: RunFolder, best: Best) -> Generator[dict[str, Any]]:
    """Claim a folder, and yield what the first process knew of it: the best score, and the weights of that.

    Raises:
        RequestError: the first process holds it, or another has come before this one.
    """
    with ExitStack() as claim:
        _wait_for(claim, folder)
        yield _known(folder, best)


def _wait_for(claim: ExitStack, folder: RunFolder) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            claim.enter_context(folder.claimed())
            return
        except RequestError:
            if time.monotonic() > deadline:
                raise
            time.sleep(PATIENCE / 20)


def _known(folder: RunFolder, best: Best) -> dict[str, Any]:
    """Return the best score that the checkpoint knows, with its weights, or one that the curve has had since.

    Beside it, what the checkpoint keeps of the folder, with the curve up to now.
    """
    try:
        state = read_state(folder.state) or {}
    except AcutanceError:
        state = {}
    kept, since = replace(best), best.replayed(folder.lines())
    if "best" in state:
        kept.take_up(state)
    files = {"files": state["files"] | folder.logged()} if "files" in state else {}
    newest = since if since.score > kept.score else replace(kept, stale=max(kept.stale, since.stale))
    return files | newest.state_dict()
