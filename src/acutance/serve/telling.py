"""What a client is told of its orders, once or as it happens (server-sent events)."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

from acutance.serve.desk import Desk
from acutance.serve.order import Order

SHORTEST, BEAT, LOOK = 0.2, 15.0, 2.0
"""Seconds between two events at least, between two signs of life at most, and between looks at one's place in line."""
FILES = ("thumbnail", "before", "shown", "result")


def told(order: Order, line: dict[str, tuple[int, float]]) -> dict[str, Any]:
    """Return what a client is told of an order."""
    place, seconds = line.get(order.id, (None, order.seconds_left()))
    base = f"/api/pictures/{order.id}"
    made = [
        {"network": each["network"], "seconds": each["seconds"], "url": f"{base}/{each['file'].removesuffix('.png')}"}
        for each in order.result.get("made", ())
    ]
    size = {**order.picture, **{key: value for key, value in order.result.items() if key.startswith("result_")}}
    return {
        "id": order.id,
        "kind": order.kind,
        "name": order.name or None,
        "state": order.state,
        "wish": order.wish,
        "format": size.get("format"),
        "width": size.get("width"),
        "height": size.get("height"),
        "frames": size.get("frames", 1),
        "result_width": size.get("result_width"),
        "result_height": size.get("result_height"),
        "bytes": order.result.get("bytes"),
        "share": round(order.share, 4),
        "tiles": {"done": order.tiles[0], "of": order.tiles[1]},
        "writing": order.writing and order.state == "working",
        "place": place,
        "seconds_left": None if seconds is None else round(seconds, 1),
        "seconds": round(order.ended - order.began, 2) if order.state == "done" and order.began else None,
        "fault": order.fault or None,
        "notes": order.result.get("notes", order.picture.get("notes", [])),
        "made": made,
        "links": {"self": base} | {name: f"{base}/{name}" for name in FILES if order.file(name)},
    }


def all_told(desk: Desk, client: str) -> list[dict[str, Any]]:
    """Return what a client is told of all its orders."""
    line = desk.seconds_until()
    return [told(order, line) for order in desk.of(client)]


async def events(desk: Desk, client: str) -> AsyncGenerator[bytes]:
    """Yield server-sent events: `all` at first, then `changed` and `gone`, until the server closes."""
    event = desk.watch(client)
    try:
        first = all_told(desk, client)
        known = {each["id"]: json.dumps(each) for each in first}
        yield _event("all", first)
        while not desk.closing.is_set():
            waits = any(order.state == "waiting" for order in desk.of(client))
            try:
                await asyncio.wait_for(event.wait(), LOOK if waits else BEAT)
            except TimeoutError:
                yield b": still here\n\n"
            event.clear()
            began = time.monotonic()
            now = {each["id"]: json.dumps(each) for each in all_told(desk, client)}
            if changed := [json.loads(text) for name, text in now.items() if known.get(name) != text]:
                yield _event("changed", changed)
            if gone := sorted(known.keys() - now.keys()):
                yield _event("gone", gone)
            known = now
            await asyncio.sleep(max(0.0, SHORTEST - (time.monotonic() - began)))
    finally:
        desk.unwatch(client, event)


def _event(kind: str, value: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(value)}\n\n".encode()
