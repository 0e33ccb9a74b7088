"""Pictures upscaled on a cluster: tasks to workers, what they say to the manifest."""

from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from acutance.cluster.addresses import is_address
from acutance.cluster.connection import connected, library
from acutance.cluster.dealing import dealt
from acutance.cluster.manifest import NAME, Entry, Manifest
from acutance.cluster.request import Request
from acutance.cluster.shares import tasks_of
from acutance.cluster.worker import Task, Worker
from acutance.errors import RequestError
from acutance.progress import Progress


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
    ray, request = library(), request.pinned()
    if manifest is None and is_address(out):
        raise RequestError(f"{out} is an address: name a file for the manifest with --manifest.")
    tasks = tasks_of(inputs, out, request)
    words = request.words() | {"out": str(out)}
    with Manifest(manifest or Path(out) / NAME, words) as book:
        left = tasks.left(book)
        yield from tasks.settled
        if left:
            with connected(ray, cluster), Progress("upscaling", len(left)) as progress:
                for entry in _shared(ray, left, request.writing(), book, workers):
                    progress.update(1, Path(entry.source).name)
                    yield entry


def _shared(
    ray: Any, tasks: Sequence[Task], request: Request, manifest: Manifest, workers: int | None
) -> Generator[Entry]:
    for task in tasks:
        manifest.add(Entry(task.source, task.target, "begun"))
    manifest.sync()
    begin = partial(Worker, request, len(tasks), 1)
    for _, entry in dealt(ray, tasks, begin, device=request.device, workers=workers):
        manifest.add(entry)
        yield entry
