"""The JSON interface of a server that really runs: pictures go in, larger ones come out, nothing else gets through."""

import io
import json
import os
import signal
import socket
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

import acutance
from acutance.ops import bicubic, image_of, pixels_of
from photographs import photograph
from serve_pictures import bomb, pixels, png
from serving import Server, serving, until

pytest.importorskip("starlette")
PICTURE = photograph(1, 40, 56)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


def test_a_picture_comes_back_as_upscale_makes_it(server: Server) -> None:
    sent = server.sent(png(PICTURE), scale="2")
    assert (sent["state"], sent["name"], sent["result_width"], sent["result_height"]) == (
        "waiting",
        "photo.png",
        112,
        80,
    )
    done = server.ended(sent)
    result = server.client.get(done["links"]["result"])
    assert result.headers["content-disposition"].startswith('attachment; filename="photo_x2.png"')
    assert np.array_equal(pixels(result.content), acutance.upscale(PICTURE, scale=2))
    assert done["bytes"] == len(result.content)
    assert done["share"] == 1
    assert pixels(server.client.get(done["links"]["before"]).content).shape == (40, 56, 3)
    assert max(pixels(server.client.get(done["links"]["thumbnail"]).content).shape) <= 192


def test_the_body_may_be_the_picture_itself(server: Server) -> None:
    options = {"fit": "100x1000", "format": "webp", "quality": "80", "name": "own.png", "engine": "torch"}
    answer = server.client.post("/api/pictures", content=png(PICTURE), params=options)
    assert answer.status_code == 201, answer.text
    done = server.ended(answer.json())
    result = server.client.get(done["links"]["result"])
    assert "own_100x1000.webp" in result.headers["content-disposition"]
    assert Image.open(io.BytesIO(result.content)).size == (100, 71)


@pytest.mark.parametrize(
    ("content", "options", "status", "words"),
    [
        (b"This is a letter.", {}, 415, "not a picture"),
        (png(PICTURE)[:-600], {}, 415, "truncated"),
        (bomb(), {}, 413, "900 million"),
        (png(photograph(1, 400, 400)), {"fit": "60000x60000"}, 413, "result would have"),
        (b"", {}, 400, "empty"),
        (png(PICTURE), {"scale": "nan"}, 422, "above 1"),
        (png(PICTURE), {"scale": "2", "fit": "100x100"}, 422, "one way"),
        (png(PICTURE), {"network": "default-x5"}, 422, "did you mean"),
        (png(PICTURE), {"folder": "/etc"}, 422, "no option"),
        (png(PICTURE), {"fit": "20x20"}, 422, "would not enlarge"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(
    server: Server, content: bytes, options: dict[str, str], status: int, words: str
) -> None:
    before = len(list((server.folder / "pictures").iterdir()))
    answer = server.post(content, "thing.png", None, **options)
    assert answer.status_code == status, answer.text
    assert words in answer.json()["error"]
    assert str(server.folder) not in answer.text
    assert len(list((server.folder / "pictures").iterdir())) == before


def test_each_client_has_its_own(server: Server) -> None:
    done = server.ended(server.sent(png(PICTURE)))
    with server.another_client() as stranger:
        assert stranger.get("/api/pictures").json() == []
        for address in done["links"].values():
            assert stranger.get(address).status_code == 404
        assert stranger.delete(done["links"]["self"]).status_code == 404
        assert stranger.post(done["links"]["self"] + "/cancel").status_code == 404
    assert server.client.get(done["links"]["result"]).status_code == 200


def test_what_a_client_calls_its_picture_never_touches_the_disk(server: Server) -> None:
    done = server.ended(server.sent(png(PICTURE), '../../../secretive\r\nX: "y.png'))
    assert done["name"].startswith("secretive%0D%0A")
    assert "\r" not in server.client.get(done["links"]["result"]).headers["content-disposition"]
    for path in server.folder.rglob("*"):
        assert "secretive" not in path.name
        assert not path.is_file() or b"secretive" not in path.read_bytes()


def test_all_that_is_done_comes_as_one_zip(server: Server) -> None:
    with server.another_client() as client:
        assert client.get("/api/pictures.zip").status_code == 404
        server.client, own = client, server.client
        done = [server.ended(server.sent(png(photograph(seed, 20, 24)), "same.png")) for seed in (1, 2)]
        whole = zipfile.ZipFile(io.BytesIO(client.get("/api/pictures.zip").content))
        one = zipfile.ZipFile(io.BytesIO(client.get("/api/pictures.zip", params={"ids": done[1]["id"]}).content))
        results = [client.get(each["links"]["result"]).content for each in done]
        server.client = own
    assert whole.testzip() is None
    assert whole.namelist() == ["same_x4.png", "same_x4-2.png"]
    assert [whole.read(name) for name in whole.namelist()] == results
    assert [one.read(name) for name in one.namelist()] == results[1:]


def test_a_picture_is_cancelled_tried_again_and_deleted(server: Server) -> None:
    first, second = (server.sent(png(photograph(3, 300, 300))) for _ in range(2))
    server.ended(first, "working", "done")
    assert server.client.post(second["links"]["self"] + "/retry").status_code == 409
    for each in (first, second):
        assert server.client.post(each["links"]["self"] + "/cancel").json()["state"] == "cancelled"
    until(lambda: True if len(server.children()) == 0 else None)
    assert "cancelled" in server.client.get(second["links"]["self"] + "/result").json()["error"]
    assert server.client.post(second["links"]["self"] + "/retry").json()["state"] == "waiting"
    server.ended(second, "working", "done")
    folder = server.folder / "pictures" / second["id"]
    assert folder.is_dir()
    assert server.client.delete(second["links"]["self"]).status_code == 204
    assert server.client.get(second["links"]["self"]).status_code == 404
    until(lambda: None if folder.exists() else True)


def test_a_crash_costs_one_picture(server: Server) -> None:
    large, small = server.sent(png(photograph(4, 300, 300))), server.sent(png(PICTURE))
    server.ended(large, "working")
    os.kill(until(lambda: next(iter(server.children()), None)), signal.SIGSEGV)
    assert "died" in server.ended(large, "failed")["fault"]
    assert server.ended(small)["state"] == "done"


def test_events_tell_how_it_goes_on(server: Server) -> None:
    with (
        server.another_client(cookies=server.client.cookies) as watcher,
        watcher.stream("GET", "/api/events") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "event: all"
        sent = server.sent(png(photograph(5, 200, 200)))
        states: list[str] = []
        for line in lines:
            if line.startswith("data: [{"):
                told = [each for each in json.loads(line[6:]) if each["id"] == sent["id"]]
                states += [each["state"] for each in told]
            if "done" in states:
                break
    assert states[-2:] == ["working", "done"]


def test_networks_are_compared_on_a_crop(server: Server) -> None:
    picture = server.sent(png(PICTURE))
    body = {"x": 8, "y": 4, "side": 24, "networks": ["bicubic", "default-x4", "default-x2"]}
    answer = server.client.post(picture["links"]["self"] + "/comparisons", json=body)
    assert answer.status_code == 201, answer.text
    done = server.ended(answer.json())
    made = {each["network"]: pixels(server.client.get(each["url"]).content) for each in done["made"]}
    crop = PICTURE[4:28, 8:32]
    assert np.array_equal(made["bicubic"], pixels_of(bicubic(image_of(crop), 4)))
    assert np.array_equal(made["default-x4"], acutance.upscale(crop, "default-x4"))
    assert np.array_equal(made["default-x2"], acutance.upscale(crop, "default-x2", scale=4))
    refused = server.client.post(picture["links"]["self"] + "/comparisons", json={**body, "networks": ["x"]})
    assert refused.status_code == 422


def test_every_answer_tells_the_browser_to_be_careful(server: Server) -> None:
    for address in ("/", "/page.js", "/page.css", "/api", "/api/offers", "/api/pictures", "/nowhere"):
        headers = server.client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers
    fresh = server.another_client().get("/").headers["set-cookie"]
    assert all(word in fresh for word in ("HttpOnly", "SameSite=Strict", "Path=/"))


def test_other_pages_cannot_make_a_browser_ask(server: Server) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        answer = server.client.post("/api/pictures", files={"picture": ("a.png", png(PICTURE))}, headers=headers)
        assert answer.status_code == 403
    assert server.client.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert server.client.get("/", headers={"Host": "localhost:1"}).status_code == 200


FIELD = b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nv\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n'
MUCH = 8 << 20
"""Bytes; far more than the buffers between client and server hold."""


@pytest.mark.parametrize(
    ("path", "header", "begins", "status"),
    [
        (b"/api/pictures", b"Origin: http://evil.example", b"", 403),
        (b"/api/pictures", b"Accept: */*", b"".join(FIELD % number for number in range(20)), 400),
        (b"/api/pictures", b"Accept: */*", b"no form", 400),
        (b"/api/pictures/none/comparisons", b"Accept: */*", b"", 404),
        (b"/api/offers", b"Connection: close", b"", 405),
    ],
)
def test_who_is_refused_may_send_to_the_end(
    server: Server, path: bytes, header: bytes, begins: bytes, status: int
) -> None:
    """A connection that is closed before is reset, and `sendall` raises."""
    body = begins + FILE + bytes(MUCH) + b"\r\n--b--\r\n"
    form = b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n" % len(body)
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + header + b"\r\n" + form)
        connection.sendall(body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 %d " % status)


def test_who_waits_to_be_asked_is_refused_before_it_sends(server: Server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    head = b"POST /api/pictures HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % MUCH)
        assert connection.recv(4096).startswith(b"HTTP/1.1 403 ")


def test_a_request_that_is_no_http_is_closed(server: Server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert b"400" in connection.recv(1000)
