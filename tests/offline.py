"""Commands on a machine without a network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SITE = Path(__file__).parent / "offline_site"
ALONE = ("unshare", "--map-root-user", "--net")
"""Starts a command on a machine of its own that has no network, whatever language asks for it."""


def words(*command: object) -> list[str]:
    return [sys.executable, "-m", "acutance", *map(str, command)]


def offline(told: Path, *command: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command where sockets are refused, and further noted in a file, and where there is no network at all."""
    path = os.pathsep.join([str(SITE), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "OFFLINE_TOLD": str(told), "OMP_NUM_THREADS": "1"}
    alone = ALONE if _may_be_alone() else ()
    line = [*alone, *words(*command)]
    return subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=600)


def _may_be_alone() -> bool:
    return shutil.which("unshare") is not None and not subprocess.run([*ALONE, "true"], capture_output=True).returncode
