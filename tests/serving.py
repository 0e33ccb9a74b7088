"""A server of the page, as a process of its own, for as long as a test needs it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

from acutance.serve import Limits

START = """
import json, sys
from acutance.serve import Limits, serve

limits, options = json.loads(sys.argv[1])
serve(port=0, limits=Limits(**limits), told=lambda address: print(address, flush=True), **options)
"""
Found = TypeVar("Found")
PATIENCE = 120.0
"""Seconds; the machine may have much else to do."""


class Server:
    """A running server: its address, its process, and a client with cookies of its own."""

    def __init__(self, process: "subprocess.Popen[str]", address: str, folder: Path) -> None:
        self.process, self.address, self.folder = process, address, folder
        self.client = self.another_client()

    def another_client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=PATIENCE, trust_env=False, **options)

    def post(self, content: bytes, name: str = "photo.png", client: httpx.Client | None = None, **options: Any):
        """Send a picture with its options, and return the answer."""
        return (client or self.client).post("/api/pictures", files={"picture": (name, content)}, data=options)

    def sent(self, content: bytes, name: str = "photo.png", **options: Any) -> dict[str, Any]:
        """Send a picture that is taken, and return what is told of it."""
        answer = self.post(content, name, **{"engine": "torch", **options})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def told(self, picture: dict[str, Any]) -> dict[str, Any]:
        return self.client.get(picture["links"]["self"]).json()

    def ended(self, picture: dict[str, Any], *states: str) -> dict[str, Any]:
        """Wait until a picture is in one of these states, and return what is told of it then."""
        wanted = states or ("done",)

        def there() -> dict[str, Any] | None:
            now = self.told(picture)
            assert now["state"] in ("waiting", "working", *wanted), now
            return now if now["state"] in wanted else None

        return until(there)

    def children(self) -> list[int]:
        """Return the processes that are at work on pictures: children of the one that forks."""
        return [child for forker in _children(self.process.pid) for child in _children(forker)]

    def processes(self) -> list[int]:
        """Return every process that the server has started."""
        return [*_children(self.process.pid), *self.children()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the server, and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def serving(folder: Path, *, limits: dict[str, float] | None = None, **options: Any) -> Generator[Server]:
    """Start a server, and end it after the block."""
    Limits(**(limits or {}))  # type: ignore[arg-type]
    words = [sys.executable, "-c", START, json.dumps([limits or {}, {"folder": str(folder), **options}])]
    with started(words, folder) as server:
        yield server


@contextmanager
def started(words: list[str], folder: Path) -> Generator[Server]:
    """Start a server by a command whose first line has its address."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        address = next((word for word in line.split() if word.startswith("http")), "")
        assert address, f"the server did not start: {line!r}"
        yield Server(process, address.rstrip("/"), folder)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        process.stdout.close()


def until(there: Callable[[], Found | None], patience: float = PATIENCE) -> Found:
    """Ask again and again, and return the first answer that is not None."""
    deadline = time.monotonic() + patience
    while (found := there()) is None:
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def _children(parent: int) -> list[int]:
    found: list[int] = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(place.name))
    return found
