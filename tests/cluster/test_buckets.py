"""Pictures in buckets: a real server of the S3 protocol (moto), real s3fs; no cluster, as `test_cluster` has that."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request as Asked
from urllib.request import urlopen

import pytest

from acutance.cluster.manifest import Entry, Manifest
from acutance.cluster.request import Request
from acutance.cluster.shares import tasks_of
from acutance.cluster.worker import Worker
from acutance.errors import RequestError
from acutance.upscaling import upscale_files
from acutance.upscaling.rules import Rules
from manifests_made import put_many, tiny

server: Any = pytest.importorskip("moto.server", reason="moto[server] is not installed")
s3fs: Any = pytest.importorskip("s3fs", reason="s3fs is not installed")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A file system with an empty bucket, scans."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    urlopen(Asked(f"http://{host}:{port}/moto-api/reset", method="POST")).close()  # what another server has left
    s3fs.S3FileSystem.clear_instance_cache()
    system = s3fs.S3FileSystem()
    system.mkdir("scans")
    yield system
    s3fs.S3FileSystem.clear_instance_cache()
    running.stop()


def _done(request: Request, given: str, out: str, book: Path) -> list[Entry]:
    """Return what becomes of pictures, as `upscale_on_cluster` does it, with one worker that is no process."""
    tasks = tasks_of([given], out, request)
    with Manifest(book, request.words()) as manifest:
        left = tasks.left(manifest)
        worker = Worker(request.writing(), len(left), 1)
        for task in left:
            manifest.add(worker.done(task))
        return [*tasks.settled, *(manifest.known[task.source] for task in left)]


def test_pictures_in_a_bucket_are_those_of_one_machine(tmp_path: Path, store: Any) -> None:
    put_many(tmp_path / "in", 6)
    request = Request(str(tiny(tmp_path / "tiny.safetensors")))
    for path in (tmp_path / "in").iterdir():
        store.put_file(str(path), f"scans/in/{'deep/' if path.stem > '002' else ''}{path.name}")
    store.pipe("scans/in/bad.png", b"no picture at all")
    store.pipe("scans/in/.hidden.png", b"no picture at all")
    upscale_files([tmp_path / "in"], tmp_path / "one", request.network, engine="torch")
    entries = _done(request, "s3://scans/in", "s3://scans/out", tmp_path / "m.jsonl")
    assert sorted(entry.status for entry in entries) == ["done"] * 6 + ["failed"]
    [failed] = [entry for entry in entries if entry.why]
    assert str(failed.why).startswith("s3://scans/in/bad.png: this is not a picture")
    store.invalidate_cache()
    made = {path.rsplit("/", 1)[1]: store.cat(path) for path in store.find("scans/out")}
    assert made == {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    again = _done(request, "s3://scans/in", "s3://scans/out", tmp_path / "m.jsonl")
    assert sorted(entry.status for entry in again) == ["failed"] + ["skipped"] * 6
    other = _done(request, "s3://scans/in/deep", "s3://scans/out/deep", tmp_path / "other.jsonl")
    assert {entry.status for entry in other} == {"failed"}
    assert "s3://scans/out/deep/003.png is there already; --overwrite makes it again." in str(other[0].why)
    over = Request(request.network, rules=Rules(overwrite=True))
    assert {entry.status for entry in _done(over, "s3://scans/in/deep", "s3://scans/out/deep", tmp_path / "o")} == {
        "done"
    }


def test_what_is_no_place_is_a_sentence_and_no_bucket_is_made(tmp_path: Path, store: Any) -> None:
    request = Request(str(tiny(tmp_path / "tiny.safetensors")))
    store.pipe("scans/in/a.png", b"x")
    for given, out, sentence in (
        ("s3://nowhere/in", "s3://scans/out", "s3://nowhere/in cannot be listed: The specified bucket does not exist"),
        ("s3://scans/none", "s3://scans/out", "there is nothing at s3://scans/none"),
        ("s3://scans/in", "s3://mistyped/out", "there is no bucket mistyped for what goes to s3://mistyped/out"),
        ("s3://scans/in", "s3://scans/in/", "s3://scans/in/a.png is an input, and would be overwritten"),
    ):
        with pytest.raises(RequestError, match=sentence):
            tasks_of([given], out, request)
    assert store.ls("") == ["scans"]
    assert os.environ["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
