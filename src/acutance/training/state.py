"""Everything that a run needs to go on, in one file."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from acutance.files import atomic


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state whole or not at all.

    Raises:
        AcutanceError: the file cannot be written.
    """
    content = io.BytesIO()  # torch.save to a path words a full disk as an internal error
    torch.save(dict(state), content)
    with atomic(path) as temporary:
        temporary.write_bytes(content.getbuffer())


def read_state(path: Path) -> dict[str, Any] | None:
    """Return the state in a file, None where there is none yet."""
    return _converted(torch.load(path, map_location="cpu", weights_only=True)) if path.exists() else None


def _converted(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state of version 0.1 as it is written today: its weights by gradient ratio were called shares.

    It also counts the steps in four more places, which nothing reads any more.
    """
    balance = state.get("trainer", {}).get("balance", {})
    if "shares" in balance:
        balance["weights"] = balance.pop("shares")
    return state
