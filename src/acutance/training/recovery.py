"""What is left of a run to go on from, whatever of its files is damaged or missing."""

from pathlib import Path
from typing import Any

from acutance.errors import AcutanceError
from acutance.run_folder import RunFolder
from acutance.tensors import read
from acutance.terminal import say
from acutance.training.state import read_state


def state_to_go_on_from(folder: RunFolder) -> dict[str, Any] | None:
    """Return the newest whole state of a run; None where the run begins, or is finished and needs none.

    A run of which nothing whole is left begins again, which is said; its weights are not overwritten by that. One that
    was finished, but has only a state from before its last step left, is finished no more, and goes on from there.

    Raises:
        AcutanceError: no state is whole, but weights are.
    """
    try:
        state, fault = read_state(folder.state), ""
    except AcutanceError as error:
        state, fault = None, f"{error.args[0]} "
    if state is None and folder.is_trained():
        _do_without(folder, fault or f"{folder.state} is missing. No checkpoint is left to go on from. ")
    if state is not None and state["step"] < (folder.ending() or {"steps": 0})["steps"]:
        folder.reopen()  # otherwise its curve would be cut back to that state for good
    return state


def fault_of(weights: Path, step: int = 0) -> str:
    """Say what is wrong with a file of weights; nothing where it is whole, and not from before `step`.

    A run that is killed after it wrote its state has the weights of the state before.
    """
    if not weights.is_file():
        return f"{weights} is missing."
    try:
        content = read(weights)
        content.weights()
    except AcutanceError as fault:
        return str(fault)
    match (content.header or {}).get("card"):
        case {"step": int(found)} if found < step:
            return f"{weights} is of step {found}, from before the checkpoint."
        case _:
            return ""


def _do_without(folder: RunFolder, fault: str) -> None:
    results = folder.extractor, folder.last, folder.best
    left = [path for path in results if not fault_of(path)]
    if folder.finished() and left:
        broken = [fault_of(path) for path in results if path.exists() and path not in left]
        say(" ".join([*broken, f"{fault}The run is finished, and {left[0]} is whole."]))
    elif left:
        raise AcutanceError(
            f"{fault}Begin a new run from the weights that are left: --init {left[0]} and another --out."
        )
    else:
        say(f"{fault}Nor are weights in {folder.path}: the run begins again at its first step.")
        folder.reopen()
