"""Ray: whether it is installed, and a cluster to which this process is connected."""

import importlib
import logging
import os
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

from acutance.errors import RequestError


def library() -> Any:
    """Return Ray; raise RequestError where it is not installed."""
    try:
        importlib.import_module("ray.data")
        return importlib.import_module("ray")
    except ImportError as error:
        raise RequestError(
            f"--cluster needs Ray: python -m pip install 'acutance[ray]' ({str(error).splitlines()[0]})."
        ) from error


@contextmanager
def connected(ray: Any, cluster: str) -> Generator[None]:
    """Connect this process to a cluster, "auto" for a local one that ends with it; raise RequestError where none is."""
    own = not ray.is_initialized()
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # of what Ray does by itself, such as a worker restarted
    if own:
        _demand_answer(cluster)
        address = "local" if cluster == "auto" else cluster
        more = {"include_dashboard": False} if address == "local" else {}
        try:
            with _silent():  # a line about its own log, from C++
                ray.init(address=address, log_to_driver=False, logging_level="ERROR", **more)
        except Exception as error:  # Ray has errors of its own for each way in which there is none
            said = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
            raise RequestError(f"there is no cluster at {cluster}: {said}.") from error
    context: Any = importlib.import_module("ray.data").DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    try:
        yield
    finally:
        if own:
            with suppress(Exception):
                ray.shutdown()


def room(ray: Any, device: str, workers: int | None = None) -> tuple[int, dict[str, float]]:
    """Return how many workers there are to be on a cluster, and what each takes of it: a GPU, or else a core.

    Args:
        ray: the library, connected.
        device: of the workers, as the user says it.
        workers: at most; None for as many as there is room for.
    """
    resources = ray.cluster_resources()
    gpus = int(resources.get("GPU", 0)) if device in ("auto", "cuda") else 0
    count = workers or gpus or max(1, int(resources.get("CPU", 1)))
    return count, {"num_gpus": 1} if gpus else {"num_cpus": 1}


@contextmanager
def _silent() -> Generator[None]:
    """Let nothing reach standard error, not even from outside of Python."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _demand_answer(cluster: str) -> None:
    """Raise RequestError where nobody answers at HOST:PORT, which Ray would try for many minutes."""
    host, _, port = cluster.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
        except (OSError, OverflowError) as error:
            raise RequestError(f"there is no cluster at {cluster}: {error}.") from error
