"""Limits, passwords and endings of servers that really run."""

import asyncio
import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from acutance.serve.apart import Processes
from acutance.serve.task import Task
from acutance.serve.wish import Wish
from photographs import photograph
from serve_pictures import png
from serving import Server, serving, started, until

pytest.importorskip("starlette")
SMALL, LARGE = photograph(1, 24, 32), photograph(2, 300, 300)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes little and keeps it for a short time."""
    limits = {"bytes": 400_000, "pixels": 100_000, "queue": 3, "each": 2, "idle_seconds": 0.5, "upload_seconds": 1.5}
    with serving(tmp_path_factory.mktemp("narrow"), limits={**limits, "keep": 2.0, "seconds": 60}) as server:
        yield server


def raw(server: Server, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send parts of a request, and return what comes until the connection is closed."""
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        for part in parts:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # who answers early does not listen on
                connection.sendall(part)
            time.sleep(pause)
        answer = b""
        while chunk := connection.recv(4096):
            answer += chunk
        return answer


HEAD = b"POST /api/pictures HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"


def test_uploads_that_stand_still_or_crawl_are_dropped_in_time(narrow: Server) -> None:
    began = time.monotonic()
    assert b" 408 " in raw(narrow, HEAD, b"\x89PNG").split(b"\r\n")[0]
    assert time.monotonic() - began < 20
    crawling = raw(narrow, HEAD, *[b"x"] * 12, pause=0.2)
    assert b" 408 " in crawling.split(b"\r\n")[0]
    assert b"too slowly" in crawling
    assert list((narrow.folder / "pictures").iterdir()) == []


def test_half_an_upload_leaves_nothing(narrow: Server) -> None:
    host, port = narrow.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(HEAD + b"\x89PNG")
        time.sleep(0.2)
    until(lambda: None if list((narrow.folder / "pictures").iterdir()) else True)
    assert narrow.client.get("/api/offers").status_code == 200


def test_too_many_bytes_are_refused_whether_they_are_announced_or_not(narrow: Server) -> None:
    announced = narrow.post(bytes(500_000))
    assert announced.status_code == 413
    assert "391 KiB" in announced.json()["error"]
    unannounced = narrow.client.post("/api/pictures", content=(bytes(10_000) for _ in range(60)))
    assert unannounced.status_code == 413


def test_the_queue_has_an_end_for_one_and_for_all(narrow: Server) -> None:
    content = png(LARGE)
    for picture in [narrow.sent(content), narrow.sent(content)]:
        assert picture["state"] == "waiting"
    mine = narrow.post(content)
    assert mine.status_code == 429
    assert "limit" in mine.json()["error"]
    assert int(mine.headers["retry-after"]) >= 1
    with narrow.another_client() as other, narrow.another_client() as third:
        assert narrow.post(content, client=other).status_code == 201
        all_full = narrow.post(content, client=third)
        assert all_full.status_code == 429
        assert "queue is full" in all_full.json()["error"]
        for client in (narrow.client, other):
            for picture in client.get("/api/pictures").json():
                client.delete(picture["links"]["self"])


def test_what_is_done_is_deleted_in_time(narrow: Server) -> None:
    done = narrow.ended(narrow.sent(png(SMALL)))
    until(lambda: True if narrow.client.get(done["links"]["self"]).status_code == 404 else None)
    until(lambda: None if (narrow.folder / "pictures" / done["id"]).exists() else True)


def test_a_picture_may_take_only_so_long(tmp_path: Path) -> None:
    with serving(tmp_path, limits={"seconds": 1.0}) as server:
        late = server.ended(server.sent(png(photograph(3, 900, 900))), "failed")
        assert "longer than 1 seconds" in late["fault"]
        assert until(lambda: True if not server.children() else None)


def test_a_process_may_take_only_so_much_memory(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(png(photograph(3, 200, 200)))
    task = Task("enlarge", str(tmp_path), 10**6, 10**8, 300 << 20, 10**8, wish=Wish().told(), sources={"auto": None})
    processes = Processes(1)
    try:
        ending = asyncio.run(processes.run(task, 120))
        assert ending.status == 413
        assert "out of memory" in ending.fault
        roomy = dataclasses.replace(task, memory=1 << 30)
        assert asyncio.run(processes.run(roomy, 120)).answer
    finally:
        processes.close()


def test_a_server_that_is_ended_in_mid_work_goes_on_with_it(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        done = server.ended(server.sent(png(SMALL), "small.png"))
        result = server.client.get(done["links"]["result"]).content
        large = server.sent(png(LARGE), "large.png")
        server.ended(large, "working")
        children = until(lambda: server.children() or None)
        assert server.stop() == 0
        until(lambda: None if any(Path(f"/proc/{child}").exists() for child in children) else True)
        cookies = server.client.cookies
    with serving(tmp_path) as again:
        again.client = again.another_client(cookies=cookies)
        assert again.client.get(done["links"]["result"]).content == result
        assert again.told(done)["name"] is None
        assert again.told(large)["state"] in ("waiting", "working")
        again.ended(large)
        assert again.stop(signal.SIGKILL) == -signal.SIGKILL
    record = json.loads((tmp_path / "pictures" / large["id"] / "order.json").read_text())
    assert record["state"] == "done"
    assert "name" not in record


def test_two_servers_do_not_share_a_folder(tmp_path: Path) -> None:
    with serving(tmp_path):
        words = [sys.executable, "-m", "acutance", "serve", "--port", "0", "--folder", str(tmp_path)]
        second = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert second.returncode == 2
    assert "another process is at work" in second.stderr


def test_a_password_opens_the_door_and_guessing_is_slow(tmp_path: Path) -> None:
    with serving(tmp_path, password="open sesame") as server:
        assert server.client.get("/").status_code == 401
        assert server.client.get("/").headers["www-authenticate"].startswith("Basic")
        assert server.client.get("/", auth=("anyone", "open sesame")).status_code == 200
        token = {"Authorization": "Bearer open sesame"}
        assert server.client.get("/api/offers", headers=token).status_code == 200
        for _ in range(10):
            assert server.client.get("/", auth=("", "guess")).status_code == 401
        assert server.client.get("/", auth=("", "open sesame")).status_code == 429


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--host", "0.0.0.0"], "whoever reaches 0.0.0.0"),
        (["--host", "0.0.0.0", "--password", "short"], "at least 8 characters"),
        (["--runs", "nowhere"], "nowhere: there is no such folder"),
        (["--network", "nowhere.pth"], "nowhere.pth: there is no such network"),
        (["--keep", "0"], "keep must be above 0"),
        (["--memory", "0.1"], "0.5 GiB at least"),
        (["--host", "no.such.host.invalid", "--password", "long enough"], "cannot listen"),
    ],
)
def test_what_cannot_be_served_is_said_before_it_listens(tmp_path: Path, words: list[str], sentence: str) -> None:
    command = [sys.executable, "-m", "acutance", "serve", "--port", "0", "--folder", str(tmp_path / "f"), *words]
    environment = {name: value for name, value in os.environ.items() if name != "ACUTANCE_PASSWORD"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "acutance", "serve", "--port", "0", "--folder", str(tmp_path / "f")]
    with started(words, tmp_path / "f") as server:
        assert "Acutance" in server.client.get("/").text
        assert server.stop(signal.SIGINT) == 0
