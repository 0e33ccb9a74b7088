"""The next batches are prepared by threads of their own while the present one trains."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from acutance.types import Batch


class Ahead:
    """Gives the batches of `batch_at`, a pure function of the step, and has the one after ready when it is due.

    Asking for another step than the next costs the time of preparing it, and no more: nothing depends on the order.
    Several threads prepare as many batches at once, where one takes longer than a step.
    """

    def __init__(self, batch_at: Callable[[int], Batch], threads: int = 1) -> None:
        self._batch_at, self._ahead = batch_at, threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="batches")
        self._due: dict[int, Future[Batch]] = {}

    def __call__(self, step: int) -> Batch:
        """Return batch `step`. What failed while it was prepared is raised here."""
        before = self._due
        self._due = {each: before.pop(each, None) or self._submit(each) for each in range(step, step + 1 + self._ahead)}
        for late in before.values():
            late.cancel()
        return self._due.pop(step).result()

    def _submit(self, step: int) -> Future[Batch]:
        return self._threads.submit(self._batch_at, step)

    def __enter__(self) -> "Ahead":
        return self

    def __exit__(self, *fault: object) -> None:
        """End the threads, after the batches in hand."""
        self._threads.shutdown(cancel_futures=True)
