"""The work shared out: tasks to workers by Ray Data, what they say to the manifest."""

import importlib
import logging
import os
import pickle
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from acutance.cluster.addresses import is_address
from acutance.cluster.manifest import NAME, Entry, Manifest
from acutance.cluster.request import Request
from acutance.cluster.shares import tasks_of
from acutance.cluster.worker import Ledger, Task, Worker
from acutance.errors import RequestError
from acutance.progress import Progress

BLOCK = 8
"""Pictures that a worker takes at a time."""


def upscale_on_cluster(
    inputs: Sequence[str | Path],
    out: str | Path,
    request: Request,
    *,
    cluster: str = "auto",
    manifest: Path | None = None,
    workers: int | None = None,
) -> Generator[Entry]:
    """Upscale as `upscaling.upscale_files` on every machine of a Ray cluster, and yield what became of each picture.

    Sources and targets are paths that all machines see, or addresses (`addresses`). A worker that dies costs nothing
    but time: what it had not finished is done again by another, and a file is whole or not there. What was done, and
    what failed and why, stands in the manifest, from which a second start goes on; what failed is tried again. Results
    are byte for byte those of one process with one thread, with the same engine.

    Args:
        inputs: files and folders, or addresses of them.
        out: the folder of results, a path or an address.
        request: the network, the size, the rules.
        cluster: "auto" for a local one, or the address of one that runs.
        manifest: its file; `acutance-manifest.jsonl` in `out` by default, where that is a path.
        workers: at once; by default one for each GPU, or where there is none for each core.

    Raises:
        RequestError: before any work: Ray is not installed, there is no such cluster, or as `upscale_files`.
    """
    ray = _library()
    if manifest is None and is_address(out):
        raise RequestError(f"{out} is an address: name a file for the manifest with --manifest.")
    tasks = tasks_of(inputs, out, request)
    words = request.words() | {"out": str(out)}
    with Manifest(manifest or Path(out) / NAME, words) as book:
        left = tasks.left(book)
        yield from tasks.settled
        if left:
            with _connected(ray, cluster), Progress("upscaling", len(left)) as progress:
                for entry in _shared(ray, left, request.writing(), book, workers):
                    progress.update(1, Path(entry.source).name)
                    yield entry


def _shared(
    ray: Any, tasks: Sequence[Task], request: Request, manifest: Manifest, workers: int | None
) -> Generator[Entry]:
    for task in tasks:
        target = str(task.job.target) if task.job else task.out
        manifest.add(Entry(task.source, target, "begun"))
    manifest.sync()
    ledger = ray.remote(num_cpus=0)(Ledger).remote()
    data: Any = importlib.import_module("ray.data")
    items = [{"number": task.number, "task": pickle.dumps(task)} for task in tasks]
    blocks = data.from_items(items, override_num_blocks=-(-len(items) // BLOCK))
    resources = ray.cluster_resources()
    gpus = int(resources.get("GPU", 0)) if request.device in ("auto", "cuda") else 0
    count = min(workers or gpus or max(1, int(resources.get("CPU", 1))), -(-len(items) // BLOCK))
    share = {"num_gpus": 1} if gpus else {"num_cpus": 1}
    made = blocks.map_batches(
        _Remote, fn_constructor_args=(request, len(tasks), ledger), batch_size=BLOCK,
        compute=data.ActorPoolStrategy(size=count), **share,
    )  # fmt: skip
    for row in made.iter_rows():
        entry: Entry = pickle.loads(row["entry"])  # by our own workers
        manifest.add(entry)
        ledger.forget.remote(row["number"])
        yield entry


class _Remote:
    """A `Worker` as Ray Data calls it."""

    def __init__(self, request: Request, many: int, ledger: Any) -> None:
        self._worker = Worker(request, many, 1, _Afar(ledger))

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        entries = [pickle.dumps(self._worker.done(pickle.loads(task))) for task in batch["task"]]
        return {"number": batch["number"], "entry": np.array(entries, dtype=object)}


class _Afar:
    """A `Book` that another process keeps."""

    def __init__(self, ledger: Any) -> None:
        self._ray, self._ledger = _library(), ledger

    def begin(self, number: int) -> tuple[int, Entry | None]:
        return self._ray.get(self._ledger.begin.remote(number))

    def end(self, number: int, entry: Entry) -> None:
        self._ray.get(self._ledger.end.remote(number, entry))


def _library() -> Any:
    try:
        importlib.import_module("ray.data")
        return importlib.import_module("ray")
    except ImportError as error:
        raise RequestError(
            f"--cluster needs Ray: python -m pip install 'acutance[ray]' ({str(error).splitlines()[0]})."
        ) from error


@contextmanager
def _connected(ray: Any, cluster: str) -> Generator[None]:
    own = not ray.is_initialized()
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # of what Ray does by itself, such as a worker restarted
    if own:
        _demand_answer(cluster)
        address = "local" if cluster == "auto" else cluster
        more = {"include_dashboard": False} if address == "local" else {}
        try:
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


def _demand_answer(cluster: str) -> None:
    """Raise RequestError where nobody answers at HOST:PORT, which Ray would try for many minutes."""
    host, _, port = cluster.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
        except (OSError, OverflowError) as error:
            raise RequestError(f"there is no cluster at {cluster}: {error}.") from error
