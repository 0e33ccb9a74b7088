"""Everything that a run needs to go on, in one file that tells whether it is whole; the one before lies beside it.

The file is what `torch.save` writes, with a comment at the end of the archive: the SHA-256 of all before. Runs of
before have none; their archives keep a checksum of 32 bits for each tensor.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from acutance.errors import AcutanceError
from acutance.files import atomic
from acutance.run_folder import previous
from acutance.terminal import say
from acutance.training.mishaps import Diverged

MARK = b"acutance-sha256:"
COMMENT = len(MARK) + 64
"""Bytes of the comment: the mark, and the hash in hexadecimal."""
END = b"PK\5\6"
"""How the last record of a zip archive begins, which is 22 bytes long and ends in the length of a comment."""


def demand_finite_state(state: Mapping[str, Any]) -> None:
    """Raise Diverged, naming it, where a tensor or a number of a state is not finite."""
    for name, leaf in _leaves(state, ""):
        if not bool(leaf.isfinite().all()):
            raise Diverged(f"{name} is not finite: that checkpoint is not written, and the one before stands.")


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state whole or not at all. What stood at `path` becomes the one before, once the new one is verified.

    Raises:
        Diverged: a tensor is not finite.
        AcutanceError: the file cannot be written, or is not read back as it was written.
    """
    demand_finite_state(state)
    content = io.BytesIO()  # torch.save to a path words a full disk as an internal error
    torch.save(dict(state), content)
    with atomic(path) as temporary:
        temporary.write_bytes(_marked(content.getbuffer()))
        if fault := _damage(temporary.read_bytes()):
            raise AcutanceError(f"cannot write {path}: what was written is {fault}; the one before stands.")
        if path.exists():
            path.replace(previous(path))


def read_state(path: Path) -> dict[str, Any] | None:
    """Return the newest whole state, that at `path` or the one before it, None where there is none yet.

    Raises:
        AcutanceError: there are some, and none is whole.
    """
    faults: list[str] = []
    for each in (path, previous(path)):
        if each.exists():
            try:
                state = _read(each)
            except AcutanceError as fault:
                faults.append(str(fault))
                continue
            if faults or each != path:
                say(" ".join([*faults, f"{each.name} of step {state.get('step')} is whole, and taken instead."]))
            return state
    if faults:
        raise AcutanceError(f"{' '.join(faults)} No checkpoint is left to go on from.")
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        fault = _damage(content)
        state = None if fault else torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except OSError as error:
        raise AcutanceError(f"cannot read {path}: {error.strerror or error}.") from error
    except Exception as error:  # torch has no end of words for a file that is none
        raise AcutanceError(f"{path} is damaged: {type(error).__name__}.") from error
    if not isinstance(state, dict):
        raise AcutanceError(f"{path} is {fault or 'no checkpoint of a run'}.")
    return _converted(cast(dict[str, Any], state))


def _marked(content: memoryview) -> bytes:
    """Return an archive with the SHA-256 of all of it, the length of the comment included, as its comment."""
    whole = bytes(content[:-2]) + COMMENT.to_bytes(2, "little")
    return whole + MARK + hashlib.sha256(whole).hexdigest().encode()


def _damage(content: bytes) -> str:
    """Say what is wrong with the content of a file; nothing where it is whole."""
    if content[-COMMENT:].startswith(MARK):
        found = hashlib.sha256(memoryview(content)[:-COMMENT]).hexdigest().encode()
        return "" if content.endswith(found) else "damaged: its checksum is another"
    if content[-22:-18] != END or content[-2:] != b"\0\0":
        return "cut off or damaged at its end"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            damaged = archive.testzip()
    except Exception as error:  # an archive whose table is damaged fails in many ways
        return f"damaged ({type(error).__name__})"
    return f"damaged: the checksum of {damaged} is another" if damaged else ""


def _leaves(value: object, name: str) -> Iterator[tuple[str, Tensor]]:
    """Yield each tensor and number in a nested state, by its path, but "best", which begins at minus infinity."""
    if isinstance(value, Mapping):
        for key, item in cast(Mapping[object, object], value).items():
            if key != "best":
                yield from _leaves(item, f"{name}/{key}" if name else str(key))
    elif isinstance(value, Tensor):
        yield name, value
    elif isinstance(value, float):
        yield name, torch.tensor(value)


def _converted(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state of version 0.1 as it is written today: its weights by gradient ratio were called shares.

    It also counts the steps in four more places, which nothing reads any more.
    """
    balance = state.get("trainer", {}).get("balance", {})
    if "shares" in balance:
        balance["weights"] = balance.pop("shares")
    return state
