"""The desk: takes orders, has them made one after the other, fairly among clients, and forgets them in time."""

import asyncio
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from acutance.errors import RequestError
from acutance.serve.apart import Ending, Processes, threads_each
from acutance.serve.limits import Limits
from acutance.serve.offered import BICUBIC, Offers
from acutance.serve.order import Order
from acutance.serve.refusal import Refusal
from acutance.serve.task import THUMBNAIL, UPLOAD, Task
from acutance.serve.wish import Wish

LOOK_SECONDS = 30.0
SPEED = 3.0
"""Seconds a megapixel of a result, until there is a measurement."""
LOOKERS = 2


class Desk:
    """Every order there is, and the processes that work on them.

    Args:
        folder: in which each order has a folder; what stands there already is taken up again.
        limits: what may be asked for.
        offers: the networks there are.
    """

    def __init__(self, folder: Path, limits: Limits, offers: Offers) -> None:
        self.limits, self.offers = limits, offers
        self._folder = folder
        self.orders: dict[str, Order] = {}
        self.arriving = 0
        self.closing = asyncio.Event()
        self._processes = Processes(limits.workers + LOOKERS)
        self._looking = asyncio.Semaphore(LOOKERS)
        self._work = asyncio.Condition()
        self._writing = asyncio.Lock()
        self._watchers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._served: Counter[str] = Counter()
        self._turn = 0
        self._version = 0
        self._speed = SPEED
        self._foreseen: tuple[float, int, dict[str, tuple[int, float]]] = (0.0, -1, {})
        self._tasks: list[asyncio.Task[None]] = []

    # --- life -------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Take up what an earlier server has left, and begin to work."""
        await asyncio.to_thread(self._take_up)
        await asyncio.to_thread(self._processes.warm)
        jobs = [self._worker() for _ in range(self.limits.workers)]
        self._tasks = [asyncio.create_task(job) for job in (*jobs, self._forgetter())]

    def leave(self) -> None:
        """Let everyone know that the end is near: nobody watches from then on, and uploads are refused (503)."""
        self.closing.set()
        self._processes.stop()
        for event in [event for events in self._watchers.values() for event in events]:
            event.set()

    async def close(self) -> None:
        """Stop; what was being made waits for the next server, and what is done stays."""
        self.leave()
        await asyncio.to_thread(self._processes.close)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take_up(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found: list[Order] = []
        for folder in self._folder.iterdir():
            order = Order.recorded(folder)
            if order is None:
                shutil.rmtree(folder, ignore_errors=True)  # it was never taken, or nobody can tell what it was
                continue
            if order.active:
                order.state, order.ended = "waiting", 0.0
            found.append(order)
        for order in sorted(found, key=lambda each: each.created):
            self.orders[order.id] = order
            self._changed(order)

    # --- what clients ask for ---------------------------------------------------------------------------------------

    def of(self, client: str) -> list[Order]:
        """Return a client's orders, the oldest first."""
        return [order for order in self.orders.values() if order.client == client]

    def order(self, client: str, identity: str) -> Order:
        """Return an order of a client; refuse (404) one that is not there, or somebody else's."""
        order = self.orders.get(identity)
        if order is None or order.client != client:
            raise Refusal(404, "refused.unknown")
        return order

    def demand_room(self, client: str) -> None:
        """Refuse (429) a picture for which there is no place."""
        active = [order for order in self.orders.values() if order.active]
        if len(active) + self.arriving >= self.limits.queue:
            raise self._full("refused.queue", len(active))
        mine = sum(order.client == client for order in active)
        if mine >= self.limits.each:
            raise self._full("refused.each", mine)
        if self.arriving >= self.limits.arriving:
            raise Refusal(429, "refused.arriving", {"Retry-After": "2"})
        if shutil.disk_usage(self._folder.parent).free < self.limits.free_bytes:
            raise Refusal(429, "refused.disk", {"Retry-After": "600"})

    def _full(self, text: str, count: int) -> Refusal:
        seconds = max(1, min(60, round(self._speed)))
        return Refusal(429, text, {"Retry-After": str(seconds)}, count=count, seconds=seconds)

    def folder_of(self, identity: str) -> Path:
        """Return where the files of an order lie."""
        return self._folder / identity

    def begun(self, identity: str) -> Path:
        """Make the folder of an order that is to come."""
        folder = self.folder_of(identity)
        folder.mkdir(parents=True, mode=0o700)
        return folder

    async def take(self, order: Order) -> Order:
        """Look at an upload that lies in its folder, and put it into the queue.

        Raises:
            Refusal: it is no picture (415), too large (413), or cannot be made as it is wished (422).
        """
        wish = Wish(**order.wish)
        offer = self.offers.named(wish.network)
        async with self._looking:
            task = self._task(order, "look", scales=offer.scales)
            ending = await self._processes.run(task, LOOK_SECONDS)
        if ending.answer is None:
            if ending.stopped:
                raise Refusal(503, "refused.closing")
            raise Refusal.because(ending.status, ending.fault)
        order.picture = ending.answer
        await self._put(order)
        return order

    async def compare(self, picture: Order, order: Order) -> Order:
        """Put a comparison of networks on a crop of a picture into the queue; it has a copy of the upload."""
        folder = self.begun(order.id)
        for name in (UPLOAD, THUMBNAIL):
            await asyncio.to_thread(shutil.copyfile, picture.folder / name, folder / name)
        order.picture, order.name = picture.picture, picture.name
        await self._put(order)
        return order

    async def cancel(self, order: Order) -> None:
        """Stop an order that waits or is worked on."""
        if order.active:
            order.stop.set()
            await self._end(order, "cancelled")

    async def retry(self, order: Order) -> None:
        """Put an order that failed or was cancelled into the queue once more; refuse (429) where that is full."""
        if order.state not in ("failed", "cancelled"):
            raise Refusal(409, "refused.retry")
        self.demand_room(order.client)
        order.stop = type(order.stop)()
        order.fault, order.share, order.tiles, order.ended = "", 0.0, (0, 0), 0.0
        await self._put(order)

    async def remove(self, order: Order) -> None:
        """Forget an order, and delete its files."""
        order.stop.set()
        self.orders.pop(order.id, None)
        self._changed(order)
        async with self._work:
            self._work.notify_all()
        await asyncio.to_thread(shutil.rmtree, order.folder, True)

    # --- what is told -----------------------------------------------------------------------------------------------

    def watch(self, client: str) -> asyncio.Event:
        """Return an event that is set whenever an order of a client changes; `unwatch` ends that."""
        event = asyncio.Event()
        self._watchers[client].add(event)
        return event

    def unwatch(self, client: str, event: asyncio.Event) -> None:
        """End what `watch` began."""
        self._watchers[client].discard(event)
        if not self._watchers[client]:
            del self._watchers[client]

    def line(self) -> list[Order]:
        """Return those that wait, in the order in which they will be begun."""
        waiting: dict[str, list[Order]] = defaultdict(list)
        for order in self.orders.values():
            if order.state == "waiting":
                waiting[order.client].append(order)
        served, line = Counter(self._served), list[Order]()
        while waiting:
            client = min(waiting, key=lambda each: (served[each], waiting[each][0].created))
            served[client] = max(served.values(), default=0) + 1
            line.append(waiting[client].pop(0))
            if not waiting[client]:
                del waiting[client]
        return line

    def seconds_until(self) -> dict[str, tuple[int, float]]:
        """Return the place in the line and the seconds until the end, by what has been measured, of those that wait.

        It is told to everyone, and worked out once a second, or when there are others.
        """
        moment, count, told = self._foreseen
        if count != len(self.orders) or time.monotonic() - moment > 1:
            told = self._foresee()
            self._foreseen = time.monotonic(), len(self.orders), told
        return told

    def _foresee(self) -> dict[str, tuple[int, float]]:
        working = [order for order in self.orders.values() if order.state == "working"]
        ahead = sum(order.seconds_left() or order.pixels * self._speed for order in working)
        told: dict[str, tuple[int, float]] = {}
        for place, order in enumerate(self.line(), 1):
            ahead += order.pixels * self._speed
            told[order.id] = place, ahead / self.limits.workers
        return told

    # --- the work ---------------------------------------------------------------------------------------------------

    async def _put(self, order: Order) -> None:
        await self._record(order, state="waiting")
        order.state = "waiting"
        self.orders[order.id] = order
        self._changed(order)
        async with self._work:
            self._work.notify()

    async def _worker(self) -> None:
        while not self.closing.is_set():
            async with self._work:
                await self._work.wait_for(lambda: any(order.state == "waiting" for order in self.orders.values()))
                order = self.line()[0]
                order.state, order.began = "working", time.time()
                self._turn = max(self._served.values(), default=0) + 1
                self._served[order.client] = self._turn
            self._changed(order)
            await self._make(order)

    async def _make(self, order: Order) -> None:
        stop = order.stop

        def told(message: dict[str, Any]) -> None:
            if not stop.is_set():
                order.share = float(message.get("share", order.share))
                order.tiles = int(message.get("done", order.tiles[0])), int(message.get("of", order.tiles[1]))
                order.writing = bool(message.get("writing", False))
                self._changed(order)

        deed = "enlarge" if order.kind == "picture" else "compare"
        try:
            ending = await self._processes.run(self._task(order, deed), self.limits.seconds, stop, told)
        except (RequestError, OSError) as error:  # a network that is offered no more, or no process can be had
            ending = Ending(fault=str(error))
        if not stop.is_set() and order.id in self.orders:
            await self._ended(order, ending)

    async def _ended(self, order: Order, ending: Ending) -> None:
        if ending.answer is not None:
            order.result, order.share = ending.answer, 1.0
            taken = (time.time() - order.began) / max(order.pixels, 0.01)
            self._speed += 0.3 * (min(taken, 60.0) - self._speed)
            await self._end(order, "done")
        elif ending.fault:
            order.fault = ending.fault
            await self._end(order, "failed")
        # Else the server closes, and the record still says that it waits.

    async def _end(self, order: Order, state: Literal["done", "failed", "cancelled"]) -> None:
        ended = time.time()
        await self._record(order, state=state, ended=ended)  # before anybody is told, so that no end is lost
        order.state, order.ended = state, ended
        self._changed(order)

    def _task(self, order: Order, deed: str, scales: tuple[int, ...] = ()) -> Task:
        names = order.wish.get("networks", [order.wish.get("network")])
        return Task(
            deed=deed,
            folder=str(order.folder),
            pixels=self.limits.pixels,
            result_pixels=self.limits.result_pixels,
            memory=self.limits.memory,
            file_bytes=self.limits.file_bytes,
            threads=threads_each(self.limits.workers),
            wish=order.wish,
            sources={name: self.offers.named(name).source for name in names if name != BICUBIC},
            scales=scales,
        )

    async def _record(self, order: Order, **soon: object) -> None:
        async with self._writing:
            if order.folder.is_dir():
                await asyncio.to_thread(order.record, **soon)

    def _changed(self, order: Order) -> None:
        self._version += 1
        order.version = self._version
        for event in self._watchers.get(order.client, ()):
            event.set()

    # --- forgetting -------------------------------------------------------------------------------------------------

    def _old(self) -> Iterator[Order]:
        before = time.time() - self.limits.keep
        return (order for order in [*self.orders.values()] if not order.active and order.ended < before)

    async def _forgetter(self) -> None:
        while True:
            for order in self._old():
                await self.remove(order)
            clients = {order.client for order in self.orders.values()}
            for client in self._served.keys() - clients:
                del self._served[client]
            await asyncio.sleep(min(30.0, self.limits.keep / 4))
