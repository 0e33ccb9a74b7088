"""What a worker does, and what the manifest keeps, without a cluster: addresses, attempts, second starts."""

from pathlib import Path

import numpy as np
import pytest

from acutance import images
from acutance.cluster.ledger import ATTEMPTS, Accounted, Ledger
from acutance.cluster.manifest import Entry, Manifest
from acutance.cluster.request import Request
from acutance.cluster.shares import tasks_of
from acutance.cluster.worker import Worker
from acutance.errors import RequestError
from acutance.upscaling import upscale_files
from acutance.upscaling.rules import Rules
from manifests_made import put_many, tiny


@pytest.fixture
def request_of_tiny(tmp_path: Path) -> Request:
    return Request(str(tiny(tmp_path / "tiny.safetensors")))


def test_pictures_at_addresses_are_those_of_one_machine(tmp_path: Path, request_of_tiny: Request) -> None:
    fsspec = pytest.importorskip("fsspec")
    put_many(tmp_path / "in/deep", 3)
    memory = fsspec.filesystem("memory")
    for path in (tmp_path / "in/deep").iterdir():
        memory.pipe(f"/scans/deep/{path.name}", path.read_bytes())
    memory.pipe("/scans/bad.png", b"no picture at all")
    upscale_files([tmp_path / "in"], tmp_path / "one", request_of_tiny.network, engine="torch")
    for given, out in (("memory://scans", "memory://larger"), ("memory://scans", f"file://{tmp_path}/files")):
        tasks = tasks_of([given], out, request_of_tiny)
        worker = Worker(request_of_tiny.writing(), len(tasks.tasks), 1)
        entries = [worker.done(task) for task in tasks.tasks]
        assert sorted(entry.status for entry in entries) == ["done"] * 3 + ["failed"]
        failed = next(entry for entry in entries if entry.why)
        assert failed.why is not None
        assert failed.why.startswith("memory:///scans/bad.png: this is not a picture")
    for path in (tmp_path / "one/deep").iterdir():
        assert memory.cat(f"/larger/deep/{path.name}") == path.read_bytes()
        assert (tmp_path / "files/deep" / path.name).read_bytes() == path.read_bytes()


def test_what_is_done_is_not_done_again_and_what_kills_workers_is_given_up(
    tmp_path: Path, request_of_tiny: Request
) -> None:
    put_many(tmp_path / "in", 2)
    first, second = tasks_of([tmp_path / "in"], tmp_path / "out", request_of_tiny).tasks
    ledger = Ledger()
    entry = Accounted(Worker(request_of_tiny.writing(), 2, 1), ledger)(first.number, first)
    made = (tmp_path / "out/000.png").stat().st_mtime_ns
    assert Accounted(Worker(request_of_tiny.writing(), 2, 1), ledger)(first.number, first) == entry
    assert (tmp_path / "out/000.png").stat().st_mtime_ns == made
    for _ in range(ATTEMPTS):
        ledger.begin(second.number)  # by workers that died
    lost = Accounted(Worker(request_of_tiny.writing(), 2, 1), ledger)(second.number, second)
    assert lost.status == "failed"
    assert lost.why == f"{second.source}: {ATTEMPTS} workers died of it."


def test_a_manifest_goes_on_and_knows_whose_it_is(tmp_path: Path, request_of_tiny: Request) -> None:
    put_many(tmp_path / "in", 4)
    names = [str(tmp_path / f"in/{number:03}.png") for number in range(4)]
    images.write(tmp_path / "out/003.png", np.zeros((4, 4, 3), np.uint8))
    images.write(tmp_path / "out/001.png", np.zeros((4, 4, 3), np.uint8))
    book = tmp_path / "out/m.jsonl"
    with Manifest(book, request_of_tiny.words()) as manifest:
        for entry in (Entry(names[0], "a", "begun"), Entry(names[0], "a", "done"), Entry(names[1], "b", "begun")):
            manifest.add(entry)
    with book.open("a") as file:
        file.write('{"source": "half a li')
    with Manifest(book, request_of_tiny.words()) as manifest:
        tasks = tasks_of([tmp_path / "in"], tmp_path / "out", request_of_tiny)
        left = tasks.left(manifest)
        # 000 is done; 001 was begun, so that what stands there may be written over; 003 is somebody else's.
        assert [task.source for task in left] == [names[1], names[2]]
        assert [(entry.source, entry.status) for entry in tasks.settled] == [
            (names[0], "skipped"),
            (names[3], "failed"),
        ]
        manifest.add(Entry(names[2], "c", "done"))
    with Manifest(book, request_of_tiny.words()) as manifest:
        assert manifest.is_done(names[2])
    other = Request(request_of_tiny.network, rules=Rules(first_frame=True))
    with pytest.raises(RequestError, match="of another request"):
        Manifest(book, other.words())
    (tmp_path / "text").write_text("no manifest")
    with pytest.raises(RequestError, match="no manifest"):
        Manifest(tmp_path / "text", other.words())


def test_requests_that_make_no_sense(tmp_path: Path, request_of_tiny: Request) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/clash/a.heic", b"x")
    memory.pipe("/clash/a.png", b"x")
    with pytest.raises(RequestError, match=r"would both become memory:///out/a\.png"):
        tasks_of(["memory://clash"], "memory://out", request_of_tiny)
    memory.pipe("/same/a.png", b"x")
    with pytest.raises(RequestError, match=r"memory:///same/a\.png is an input, and would be overwritten"):
        tasks_of(["memory://same"], "memory://same", request_of_tiny)
    with pytest.raises(RequestError, match="standard"):
        tasks_of(["-"], tmp_path, request_of_tiny)
    with pytest.raises(RequestError, match="nosuch"):
        tasks_of(["nosuch://clash"], tmp_path, request_of_tiny)
    with pytest.raises(RequestError, match="pattern of names"):
        tasks_of(["memory://clash"], "memory://o", Request(rules=Rules(name="{stem}_x")))
