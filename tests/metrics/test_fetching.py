"""Downloads from a server of the test's own: whole and right, or nothing."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from acutance.errors import AcutanceError, RequestError
from acutance.metrics import fetch
from acutance.metrics.weight_files import ReleasedFile

CONTENT = b"numbers" * 300_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server of the folder "away"."""
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "numbers.bin").write_bytes(CONTENT)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "away"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def released(address: str, content: bytes = CONTENT) -> ReleasedFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return ReleasedFile("the numbers", ("numbers.bin", "other.bin"), f"{address}/numbers.bin", (sha256[:8],), "numbers")


def test_the_file_comes_whole(server: str, tmp_path: Path) -> None:
    path = fetch(released(server), tmp_path / "weights" / "deep")
    assert path == tmp_path / "weights" / "deep" / "numbers.bin"
    assert path.read_bytes() == CONTENT


def test_a_file_that_is_there_under_either_name_is_kept(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(CONTENT)
    assert fetch(released("http://127.0.0.1:9"), tmp_path) == tmp_path / "other.bin"
    (tmp_path / "other.bin").write_bytes(b"something else")
    with pytest.raises(RequestError, match=r"other.bin does not hold the numbers as released"):
        fetch(released("http://127.0.0.1:9"), tmp_path)


def test_another_content_is_not_kept(server: str, tmp_path: Path) -> None:
    with pytest.raises(AcutanceError, match=r"numbers.bin does not lead to the numbers as released; nothing is kept"):
        fetch(released(server, b"expected"), tmp_path / "weights")
    assert list((tmp_path / "weights").iterdir()) == []


@pytest.mark.parametrize(("path", "reason"), [("/gone.bin", "HTTP Error 404"), (None, "Connection refused")])
def test_a_failure_is_one_sentence_and_leaves_nothing(
    server: str, tmp_path: Path, path: str | None, reason: str
) -> None:
    url = "http://127.0.0.1:9/numbers.bin" if path is None else server + path
    file = ReleasedFile("the numbers", ("numbers.bin",), url, ("00",), "numbers")
    with pytest.raises(AcutanceError, match=rf"cannot download {url}: .*{reason}.* may be put at {tmp_path}"):
        fetch(file, tmp_path / "weights")
    assert list((tmp_path / "weights").iterdir()) == []
