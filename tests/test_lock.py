"""Locks between processes: who waits, who is told, and what a killed holder leaves."""

import errno
import fcntl
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from acutance.errors import AcutanceError, RequestError
from acutance.lock import locked

HOLD = """
import sys
from pathlib import Path
from acutance.lock import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(place: Path) -> subprocess.Popen[bytes]:
    """Start a process that holds the lock until its standard input is closed."""
    command = [sys.executable, "-c", HOLD, str(place)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with holding(tmp_path / "lock") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_whoever_does_not_wait_is_told(holder: subprocess.Popen[bytes], tmp_path: Path) -> None:
    with (
        pytest.raises(RequestError, match=f"another process is at work in {tmp_path}"),
        locked(tmp_path / "lock", wait=False),
    ):
        pass


def test_a_killed_holder_gives_it_back(holder: subprocess.Popen[bytes], tmp_path: Path) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with locked(tmp_path / "lock", wait=False):
        pass


def test_whoever_waits_gets_it_when_the_holder_ends(tmp_path: Path) -> None:
    ended = threading.Event()
    with holding(tmp_path / "lock") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()

        def end(stream: IO[bytes]) -> None:
            ended.set()
            stream.close()

        threading.Timer(0.3, end, [process.stdin]).start()
        with locked(tmp_path / "lock"):
            assert ended.is_set()


def test_it_comes_free_where_the_work_under_it_failed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock"):
        raise ZeroDivisionError
    with locked(tmp_path / "lock", wait=False):
        pass


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AcutanceError, match="cannot write"), locked(tmp_path / "file" / "lock"):
        pass


@pytest.mark.parametrize(
    "refusal",
    [*(OSError(code, "no") for code in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)), NotImplementedError("no")],
    ids=repr,
)
def test_a_drive_without_locks_is_worked_on_and_it_is_said_once(
    refusal: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*given: object) -> None:
        raise refusal

    monkeypatch.setattr(fcntl, "flock", refuse)
    done: list[bool] = []
    for wait in (True, False):
        with locked(tmp_path / "lock", wait=wait):
            done.append(wait)
    assert done == [True, False]
    said = capsys.readouterr().err
    assert said == f"{tmp_path} is on a drive without file locks; no other process should write there meanwhile.\n"
