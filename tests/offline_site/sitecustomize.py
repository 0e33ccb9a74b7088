"""Loaded by every Python process whose path has this folder: no socket reaches further than this machine."""

import os
import sys
from pathlib import Path
from typing import Any

REACHING = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"}
"""What Python does, as audit hooks are told, before anything leaves the machine."""


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if event in REACHING or event == "urllib.Request":
        with Path(os.environ["OFFLINE_TOLD"]).open("a") as file:
            file.write(f"{event} {arguments[1:]}\n")
        raise OSError(f"no network: {event} {arguments[1:]}")


sys.addaudithook(_forbid)
