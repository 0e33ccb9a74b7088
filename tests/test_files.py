"""Writes are whole or not there at all, whatever happens to the writer; errors are sentences."""

import json
import math
import os
import pickle
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acutance import progress
from acutance.errors import AcutanceError, PictureError, RequestError, unknown
from acutance.files import atomic, write_json, write_text
from acutance.progress import Progress, track

WRITE_AND_HANG = """
import sys, time
from acutance.files import atomic
with atomic(sys.argv[1]) as temporary:
    temporary.write_text("half of the new")
    print("written", flush=True)
    time.sleep(60)
"""


def test_a_write_replaces_the_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "notes.txt"
    write_text(path, "old")
    write_text(path, "Schärfe")
    assert path.read_text(encoding="utf-8") == "Schärfe"
    assert list(path.parent.iterdir()) == [path]


def _write_half(path: Path) -> None:
    with atomic(path) as temporary:
        temporary.write_bytes(b"half")
        raise ZeroDivisionError


def test_an_exception_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        _write_half(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_writer_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("old")
    with subprocess.Popen([sys.executable, "-c", WRITE_AND_HANG, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.send_signal(signal.SIGKILL)
    assert path.read_text() == "old"


def test_a_full_disk_is_a_sentence_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("old")
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(AcutanceError, match=r"cannot write .*notes\.txt: File too large"):
            write_text(path, "new" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_where_a_folder_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("not a folder")
    with pytest.raises(AcutanceError, match=r"cannot write .*runs/x\.json: "):
        write_json(tmp_path / "runs" / "x.json", {})


def test_the_temporary_file_keeps_the_suffix_and_the_file_gets_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    mask = os.umask(0o027)
    try:
        with atomic(path) as temporary:
            assert (temporary.suffix, temporary.parent) == (".png", tmp_path)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / f"{'x' * 251}.txt"
    write_text(path, "kept")
    assert path.read_text() == "kept"


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=plain)
def test_json_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.getbasetemp() / "value.json"
    write_json(path, value)
    assert json.loads(path.read_text(encoding="utf-8")) == value


def test_json_has_a_word_for_numbers_that_it_cannot_hold(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"psnr": (math.inf, -math.inf, math.nan)})
    assert json.loads((tmp_path / "x.json").read_text()) == {"psnr": ["inf", "-inf", "nan"]}


@pytest.mark.parametrize(("name", "near"), [("edsr-m", "edsr-s"), ("Set15", "Set14"), ("rcann", "rcan")])
def test_an_unknown_name_suggests_the_nearest(name: str, near: str) -> None:
    error = unknown("name", name, ["edsr-s", "rcan", "Set14", "B100"])
    assert isinstance(error, RequestError)
    assert str(error) == f"there is no name {name!r}; did you mean {near!r}?"


def test_an_unknown_name_far_from_all_lists_them() -> None:
    assert str(unknown("set", "zzz", ["Set5", "B100"])) == "there is no set 'zzz'; known are B100, Set5."


def test_errors_carry_their_exit_status() -> None:
    assert (AcutanceError.status, PictureError.status, RequestError.status) == (1, 1, 2)
    assert str(PictureError("a.png", "the file is empty")) == "a.png: the file is empty"


def test_a_fault_of_a_picture_reaches_another_process_whole() -> None:
    sent = pickle.loads(pickle.dumps(PictureError("a.png", "the file is empty")))
    assert (type(sent), str(sent)) == (PictureError, "a.png: the file is empty")
    assert (sent.path, sent.reason) == (Path("a.png"), "the file is empty")


def test_progress_off_a_terminal_is_one_closing_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track(iter("abc"), "reading", 3)) == ["a", "b", "c"]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "reading: 3/3 in 0 s\n"


def test_a_line_of_the_minute_is_not_said_again_at_the_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LINE_EVERY_SECONDS", 0.0)
    assert list(track(iter("ab"), "reading", 2)) == ["a", "b"]
    assert capsys.readouterr().err == "reading: 1/2 in 0 s\nreading: 2/2 in 0 s\n"


def _fail_at_the_second() -> None:
    with Progress("reading", 2) as progress:
        progress.update(note="a.png")
        next(iter(()))


def test_progress_says_nothing_at_the_end_of_work_that_failed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StopIteration):
        _fail_at_the_second()
    assert capsys.readouterr().err == ""
