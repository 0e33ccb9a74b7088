"""What all workers tell of their tasks: nothing is done twice that was done, and what kills workers is given up."""

from typing import Any, Protocol, TypeVar, runtime_checkable

from acutance.cluster.connection import library

ATTEMPTS = 3
"""Workers that a task may cost before it is given up."""

Task = TypeVar("Task", contravariant=True)
Result = TypeVar("Result", covariant=True)


@runtime_checkable
class Book(Protocol):
    """Where workers look up a task, and write down what became of it."""

    def begin(self, number: int) -> tuple[int, Any]:
        """Return how often a task was begun, and its result where one has ended it, else None."""
        ...

    def end(self, number: int, result: Any) -> None:
        """Take what became of a task."""
        ...


class Ledger:
    """A `Book` in a process that outlives the workers."""

    def __init__(self) -> None:
        self._begun: dict[int, int] = {}
        self._ended: dict[int, Any] = {}

    def begin(self, number: int) -> tuple[int, Any]:
        """Return how often a task was begun, and its result where one has ended it, else None."""
        self._begun[number] = self._begun.get(number, 0) + 1
        return self._begun[number], self._ended.get(number)

    def end(self, number: int, result: Any) -> None:
        """Take what became of a task."""
        self._ended[number] = result

    def forget(self, number: int) -> None:
        """Drop a task whose result has arrived."""
        self._begun.pop(number, None)
        self._ended.pop(number, None)


class Afar:
    """A `Book` that another process keeps: an actor of Ray."""

    def __init__(self, ledger: Any) -> None:
        self._ray, self._ledger = library(), ledger

    def begin(self, number: int) -> tuple[int, Any]:
        """Return how often a task was begun, and its result where one has ended it, else None."""
        return self._ray.get(self._ledger.begin.remote(number))

    def end(self, number: int, result: Any) -> None:
        """Take what became of a task."""
        self._ray.get(self._ledger.end.remote(number, result))


@runtime_checkable
class Does(Protocol[Task, Result]):
    """A worker: it does tasks one after the other, and says what becomes of one that others died of."""

    def done(self, task: Task) -> Result:
        """Do a task; whatever is wrong with it is in the result."""
        ...

    def lost(self, task: Task) -> Result:
        """Return the result of a task that is given up."""
        ...


class Accounted:
    """A worker that looks into the book first."""

    def __init__(self, worker: Does[Any, Any], book: Book) -> None:
        self._worker, self._book = worker, book

    def __call__(self, number: int, task: Any) -> Any:
        """Return what became of a task: of this attempt, or of one whose worker died before it could say so."""
        attempt, result = self._book.begin(number)
        if result is None:
            result = self._worker.done(task) if attempt <= ATTEMPTS else self._worker.lost(task)
            self._book.end(number, result)
        return result
