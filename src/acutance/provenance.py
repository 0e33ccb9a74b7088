"""What a run rests on beside its recipe, written down so that it can be told again: code, machine, files."""

import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from acutance.files import sha256
from acutance.terminal import say

if TYPE_CHECKING:
    import torch
    from lightning_fabric import Fabric


def command_line() -> list[str]:
    """Return the command that this process was asked to do, word by word: `acutance ...`, or somebody's Python."""
    program = Path(sys.argv[0])
    ours = program.stem == "acutance" or program.parent.name == "acutance"
    return ["acutance", *sys.argv[1:]] if ours else sys.orig_argv


def quoted() -> str:
    """Return that command as a shell reads it."""
    return shlex.join(command_line())


def circumstances(fabric: "Fabric") -> dict[str, object]:
    """Return the command, the version of everything that computes, and what it computes on."""
    import torch

    return {
        "command": command_line(),
        "version": version("acutance"),
        "commit": _commit(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "device": str(fabric.device),
        "world": fabric.world_size,
    }


@cache
def say_untested(device: "torch.device") -> None:
    """Say once, in a line, that nobody has tried yet what is about to compute; nothing of any other device."""
    if device.type == "mps":
        say("Acutance is untested on Apple's GPU (mps); --device cpu is what its results were made on.")


def fingerprints(files: Mapping[str, Path | None]) -> dict[str, object]:
    """Return the fingerprint of each file that was given; a run folder stands for its embedding network."""
    from acutance.run_folder import RunFolder

    given = {name: path for name, path in files.items() if path is not None}
    return {name: fingerprint(RunFolder(path).embedding if path.is_dir() else path) for name, path in given.items()}


def fingerprint(path: Path | None) -> dict[str, str] | None:
    """Return where a file lies and the SHA-256 of what is in it."""
    if path is None:
        return None
    return {"source": str(path), "sha256": sha256(path)}


def _commit() -> str | None:
    """Return the commit of the working tree that this code runs from, None outside one."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
