"""The page under load: 200 clients upload at once on loopback, while another asks for the page; bounded and local.

    python benchmarks/serving.py                 # 200 clients of 2 pictures each
    python benchmarks/serving.py --clients 50

A server is started on a free port of 127.0.0.1 with its limits as they are by default, but for the time that is given.
Each client sends its pictures and, where it is told 429, waits as it is told and tries again, until the time is over.
"""

import argparse
import asyncio
import collections
import dataclasses
import os
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from photographs import photograph
from serve_pictures import png
from serving import Server, serving

SIDE = 48
"""Pixels of a side of the pictures."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--each", type=int, default=2, help="pictures of a client")
    parser.add_argument("--seconds", type=float, default=180, help="after which clients give up")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        server.ended(server.sent(png(photograph(0, SIDE, SIDE))))  # what forks has loaded all by now
        asyncio.run(load(server, given.clients, given.each, given.seconds))


async def load(server: Server, clients: int, each: int, seconds: float) -> None:
    deadline, statuses = time.monotonic() + seconds, collections.Counter[str]()
    ended: dict[int, list[float]] = collections.defaultdict(list)
    waits: list[float] = []
    largest = [0, 0]
    began = time.monotonic()
    over = asyncio.Event()
    watchers = [
        asyncio.create_task(visit(server.address, waits, over)),
        asyncio.create_task(weigh(server, largest, over)),
    ]
    crawlers = [asyncio.create_task(crawl(server.address)) for _ in range(10)]
    course = Course(server.address, each, began, deadline, statuses)
    await asyncio.gather(*(client(course, number, ended[number]) for number in range(clients)))
    over.set()
    await asyncio.gather(*watchers)
    dropped = await asyncio.gather(*crawlers)
    firsts = sorted(times[0] for times in ended.values() if times)
    total = sum(map(len, ended.values()))
    print(f"{clients} clients, {each} pictures of {SIDE}x{SIDE} each, {time.monotonic() - began:.0f} s")
    print(f"answers to uploads: {dict(sorted(statuses.items()))}")
    print(f"done: {total} of {clients * each}; clients with none: {sum(not times for times in ended.values())}")
    if firsts:
        print(f"first picture of a client after: median {np.median(firsts):.0f} s, last {firsts[-1]:.0f} s")
        print(f"pictures done a client: {min(map(len, ended.values()))} to {max(map(len, ended.values()))}")
    print(f"the page meanwhile ({len(waits)} times): median {1000 * np.median(waits):.0f} ms, 95 % under "
          f"{1000 * np.percentile(waits, 95):.0f} ms, slowest {1000 * max(waits):.0f} ms")  # fmt: skip
    print(f"resident memory at most: {largest[0] / 2**20:.0f} MiB the server, {largest[1] / 2**20:.0f} MiB in all")
    print(f"uploads that crawl: dropped after {min(dropped):.0f} to {max(dropped):.0f} s")


@dataclasses.dataclass(frozen=True)
class Course:
    """What holds for every client."""

    address: str
    each: int
    began: float
    deadline: float
    statuses: collections.Counter[str]


async def client(course: Course, number: int, ended: list[float]) -> None:
    """Send pictures, and wait until all are done."""
    async with httpx.AsyncClient(base_url=course.address, timeout=120, trust_env=False) as http:
        for picture in range(course.each):
            await send(course, http, number * course.each + picture)
        known = set[str]()
        while len(known) < course.each and time.monotonic() < course.deadline:
            for told in (await http.get("/api/pictures")).json():
                if told["state"] == "done" and told["id"] not in known:
                    known.add(told["id"])
                    ended.append(time.monotonic() - course.began)
            await asyncio.sleep(1)


async def send(course: Course, http: httpx.AsyncClient, seed: int) -> None:
    """Send a picture, again and again while there is no place for it."""
    content = png(photograph(seed, SIDE, SIDE))
    while time.monotonic() < course.deadline:
        try:
            files = {"picture": ("a.png", content)}
            answer = await http.post("/api/pictures", files=files, data={"engine": "torch", "scale": "2"})
        except httpx.HTTPError as error:
            course.statuses[type(error).__name__] += 1
            return
        course.statuses[str(answer.status_code)] += 1
        if answer.status_code != 429:
            return
        await asyncio.sleep(float(answer.headers["retry-after"]))


async def visit(address: str, waits: list[float], over: asyncio.Event) -> None:
    """Ask for the page again and again, and note how long it takes."""
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as http:
        while not over.is_set():
            began = time.perf_counter()
            (await http.get("/")).raise_for_status()
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.25)


async def crawl(address: str) -> float:
    """Begin an upload and send next to nothing of it; return the seconds until it is dropped."""
    host, port = address.removeprefix("http://").split(":")
    began = time.monotonic()
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /api/pictures HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n\x89PNG")
    await asyncio.wait_for(reader.read(), 120)
    writer.close()
    return time.monotonic() - began


async def weigh(server: Server, largest: list[int], over: asyncio.Event) -> None:
    """Note the most memory that the server, and it with all its processes, had."""
    while not over.is_set():
        own = resident(server.process.pid)
        largest[0] = max(largest[0], own)
        largest[1] = max(largest[1], own + sum(map(resident, server.processes())))
        await asyncio.sleep(0.25)


def resident(process: int) -> int:
    """Return the bytes of a process that no other shares, and its part of those that several share."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
