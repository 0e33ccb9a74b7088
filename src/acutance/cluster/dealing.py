"""Tasks dealt to workers by Ray Data, each worker with a GPU or a core."""

import importlib
import pickle
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar

import numpy as np

from acutance.cluster.connection import room
from acutance.cluster.ledger import Accounted, Afar, Does, Ledger

BLOCK = 8
"""Tasks that a worker takes at a time."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def dealt(
    ray: Any,
    tasks: Sequence[Task],
    begin: Callable[[], Does[Task, Result]],
    *,
    device: str = "auto",
    workers: int | None = None,
) -> Generator[tuple[int, Result]]:
    """Yield the place of each task and what became of it, as they are done.

    Args:
        ray: the library, connected.
        tasks: that can be pickled.
        begin: makes a worker, in its own process.
        device: of the workers, as the user says it.
        workers: at once; by default one for each GPU, or where there is none for each core.
    """
    ledger = ray.remote(num_cpus=0)(Ledger).remote()
    data: Any = importlib.import_module("ray.data")
    items = [{"number": number, "task": pickle.dumps(task)} for number, task in enumerate(tasks)]
    blocks = data.from_items(items, override_num_blocks=-(-len(items) // BLOCK))
    count, share = room(ray, device, workers)
    pool = data.ActorPoolStrategy(size=min(count, -(-len(items) // BLOCK)))
    made = blocks.map_batches(_Remote, fn_constructor_args=(begin, ledger), batch_size=BLOCK, compute=pool, **share)
    for row in made.iter_rows():
        ledger.forget.remote(row["number"])
        yield int(row["number"]), pickle.loads(row["result"])  # by our own workers


class _Remote:
    """A worker as Ray Data calls it."""

    def __init__(self, begin: Callable[[], Does[Any, Any]], ledger: Any) -> None:
        self._do = Accounted(begin(), Afar(ledger))

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        pairs = zip(batch["number"], batch["task"], strict=True)
        results = [pickle.dumps(self._do(int(number), pickle.loads(task))) for number, task in pairs]
        return {"number": batch["number"], "result": np.array(results, dtype=object)}
