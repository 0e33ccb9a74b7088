"""The parts of the server that need no server: whose turn it is, what is offered, what its document says."""

import json
import re
import time
from pathlib import Path

import pytest

from acutance.errors import RequestError
from acutance.images import Output
from acutance.run_folder import RunFolder
from acutance.serve.apart import Processes
from acutance.serve.limits import Limits
from acutance.serve.offered import ENGINES, FORMATS, Offers
from acutance.serve.refusal import Refusal
from acutance.serve.run_list import RunList
from acutance.serve.texts import texts

pytest.importorskip("starlette")
from acutance.serve.application import application
from acutance.serve.desk import Desk
from acutance.serve.openapi import document
from acutance.serve.order import Order
from acutance.serve.visitor import Door

SERVE = Path(__file__).parents[2] / "src" / "acutance" / "serve"


def _desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, Limits(), Offers())


def test_whoever_sends_many_waits_behind_who_sends_one(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    for number, client in enumerate("aaaabac"):
        order = Order(f"{client}{number}", client, tmp_path, created=float(number))
        desk.orders[order.id] = order
    assert [order.id for order in desk.line()] == ["a0", "b4", "c6", "a1", "a2", "a3", "a5"]
    assert [place for place, _ in desk.seconds_until().values()] == [1, 2, 3, 4, 5, 6, 7]


def test_the_document_tells_of_every_address_and_of_no_other(tmp_path: Path) -> None:
    runs = RunList(tmp_path)
    routes = application(_desk(tmp_path), Door(None), frozenset(), runs).routes
    there = {
        (re.sub(r":str}", "}", route.path), method.lower())  # type: ignore[attr-defined]
        for route in routes
        for method in route.methods or ()  # type: ignore[attr-defined]
        if method != "HEAD" and route.path.startswith("/api/") and route.path != "/api/openapi.json"  # type: ignore[attr-defined]
    }
    told = {(path, method) for path, methods in document("1")["paths"].items() for method in methods}
    assert there == told


def test_every_text_is_there_and_used() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in SERVE.iterdir() if path.is_file() and path.suffix != ".json"
    )
    named = {name for name in texts() if f'"{name}"' in sources}
    by_part = {name for name in texts() if name.split(".")[0] in ("state", "action", "engine", "view")}
    assert texts().keys() - named - by_part == set()
    asked = set(re.findall(r'(?<![\w.])t\("([\w.-]+)"', sources)) | set(re.findall(r'said\("([\w.-]+)"', sources))
    assert asked - texts().keys() == set()


def test_every_format_that_is_offered_can_be_written() -> None:
    for name in FORMATS:
        assert Output(name).format == name
    from acutance.engines.ways import ENGINES as KNOWN

    assert set(ENGINES) == set(KNOWN)


def test_networks_of_ones_own_are_offered_by_their_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.pth"
    file.touch()
    own = Offers([file]).named("mine")
    assert own.source == str(file)
    assert str(tmp_path) not in json.dumps(own.told())
    with pytest.raises(RequestError, match="called default-x4 already"):
        Offers([file.rename(tmp_path / "default-x4.pth")])


def test_what_is_damaged_on_the_disk_is_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    order = Order("a", "client", folder)
    order.record()
    assert Order.recorded(folder) is not None
    for text in ('{"id": "a"}', "{", json.dumps({**json.loads((folder / "order.json").read_text()), "wish": 3})):
        (folder / "order.json").write_text(text)
        assert Order.recorded(folder) is None


def test_a_run_is_shown_with_its_curves_pictures_and_scores(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "deep" / "run")
    run.sample("baby", 5).parent.mkdir(parents=True)
    run.sample("baby", 5).write_bytes(b"picture")
    for step in range(1, 2001):
        run.append({"step": step, "loss/pixel": 1 / step, "validation/Set5/psnr": 20.0 + step / 1000})
    run.scores.write_text(json.dumps({"results": {"sets": {"Set5": {"psnr": 31.5, "ssim": 0.89, "lr": "x"}}}}))
    runs = RunList(tmp_path)
    (short,) = runs.told()
    assert (short["name"], short["step"], short["finished"]) == ("deep/run", 2000, False)
    whole = runs.run(short["id"])
    assert [chart["title"] for chart in whole["charts"]] == ["PSNR on the validation set", "Loss"]
    points = whole["charts"][0]["curves"][0]["points"]
    assert len(points) <= 601
    assert points[-1] == (2000, 22.0)
    assert whole["scores"] == [["", "PSNR", "SSIM"], ["Set5", "31.5", "0.89"]]
    assert runs.sample(short["id"], "0").read_bytes() == b"picture"
    for identity, number in ((short["id"], "1"), (short["id"], "../0"), ("../..", "0")):
        with pytest.raises(Refusal):
            runs.sample(identity, number)


def test_processes_that_are_closed_start_none(tmp_path: Path) -> None:
    began = time.monotonic()
    Processes(2).close()
    assert time.monotonic() - began < 5
