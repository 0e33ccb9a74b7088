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
    return torch.load(path, map_location="cpu", weights_only=True) if path.exists() else None
