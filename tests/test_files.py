"""Writes are whole or not there at all, whatever happens to the writer; errors are sentences."""

import errno
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
from acutance.files import atomic, check_target, json_text, sealed, sweep, unsealed, write_json, write_text
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


WRITE_IN_A_FOLDER_AND_HANG = """
import sys, time
from pathlib import Path
from acutance.files import passing_folder
with passing_folder(Path(sys.argv[1]), "pages") as folder:
    (folder / "0.tif").write_text("a page")
    print("written", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("program", [WRITE_AND_HANG, WRITE_IN_A_FOLDER_AND_HANG])
def test_what_a_killed_writer_leaves_is_swept_and_what_a_live_one_writes_is_not(program: str, tmp_path: Path) -> None:
    place = tmp_path / "x.txt" if program == WRITE_AND_HANG else tmp_path
    (tmp_path / ".hidden-original.txt").write_text("somebody's own")
    with subprocess.Popen([sys.executable, "-c", program, str(place)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        sweep(tmp_path)
        assert len(list(tmp_path.glob(".acutance-*"))) == 1
        writer.send_signal(signal.SIGKILL)
    assert len(list(tmp_path.glob(".acutance-*"))) == 1
    write_text(tmp_path / "y.txt", "the first write into a folder sweeps it")
    assert {path.name for path in tmp_path.iterdir()} == {".hidden-original.txt", "y.txt"}


def test_a_writer_that_puts_another_file_in_its_place_is_not_swept(tmp_path: Path) -> None:
    with atomic(tmp_path / "x.png") as temporary:
        temporary.unlink()
        temporary.write_text("another file, which nobody has locked")
        sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]


@given(value=st.dictionaries(st.text(), st.none() | st.integers() | st.floats() | st.text()), at=st.integers(0, 10**6))
def test_a_sealed_file_tells_every_flipped_bit(value: dict[str, object], at: int) -> None:
    text = sealed(value)
    plain = json.loads(json_text(value))
    assert unsealed(text) == {name: item for name, item in plain.items() if name != "sha256"}
    whole = text.encode()
    damaged = bytearray(whole)
    damaged[at % len(whole)] ^= 1 << at % 8
    found = unsealed(damaged.decode("utf-8", "backslashreplace"))
    # A bit of the space between two values changes nothing.
    assert found in (None, unsealed(text))


def test_an_older_file_without_a_seal_is_taken_as_it_is() -> None:
    assert unsealed('{"steps": 12, "best": null}') == {"steps": 12, "best": None}
    assert unsealed('{"steps": 12, "sha25": "x", "report_sha256": "y"}') is None
    assert [unsealed(text) for text in (None, "", "[1]", "7", "[" * 100_000, '{"a": ')] == [None] * 6


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


def test_a_target_that_cannot_be_written_is_refused_beforehand(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    check_target(None, tmp_path / "file", str(tmp_path / "new" / "deeper" / "x.json"))
    for path, words in (
        (tmp_path / "folder", "folder: it is a folder"),
        (tmp_path / "file" / "x.json", "file is no folder"),
        ("-", "- is no name of a file"),
    ):
        with pytest.raises(RequestError, match=words):
            check_target(path)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def test_what_is_asked_for_as_a_dash_becomes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RequestError, match="- is no name of a file"):
        write_json("-", {})
    assert list(tmp_path.iterdir()) == []


def test_the_temporary_file_keeps_the_suffix_and_the_file_gets_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    mask = os.umask(0o027)
    try:
        with atomic(path) as temporary:
            assert (temporary.suffix, temporary.parent.parent) == (".png", tmp_path)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / f"{'x' * 251}.txt"
    write_text(path, "kept")
    assert path.read_text() == "kept"


UNSUPPORTED = [OSError(errno.ENOTSUP, "no"), OSError(errno.EINVAL, "no"), PermissionError(errno.EPERM, "no")]


@pytest.mark.parametrize(
    ("call", "refusal"),
    [*(("fsync", each) for each in UNSUPPORTED), *(("chmod", each) for each in [*UNSUPPORTED, NotImplementedError()])],
)
def test_a_drive_without_permissions_or_sync_is_written_to(
    call: str, refusal: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **options: object) -> None:
        raise refusal

    monkeypatch.setattr(os, call, refuse)
    for text in ("old", "new"):
        write_text(tmp_path / "notes.txt", text)
    assert (tmp_path / "notes.txt").read_text() == "new"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_disk_that_fails_to_sync_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(AcutanceError, match=r"notes\.txt: Input/output error"):
        write_text(tmp_path / "notes.txt", "new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("times", [2, 1000])
def test_a_file_that_somebody_has_open_is_waited_for_a_moment(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows has it: nothing goes in the place of an open file."""
    refusals, replace = iter(range(times)), os.replace

    def busy(source: Path, target: Path) -> None:
        if next(refusals, None) is not None:
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        replace(source, target)

    write_text(tmp_path / "notes.txt", "old")
    monkeypatch.setattr(os, "replace", busy)
    if times > 10:
        with pytest.raises(AcutanceError, match=r"notes\.txt: The process cannot access the file"):
            write_text(tmp_path / "notes.txt", "new")
    else:
        write_text(tmp_path / "notes.txt", "new")
    assert (tmp_path / "notes.txt").read_text() == ("old" if times > 10 else "new")
    assert len(list(tmp_path.iterdir())) == 1


@given(text=st.text(st.characters(codec=None)))
def test_a_text_file_is_utf_8_whatever_is_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    write_text(path, text)
    read = path.read_bytes().decode("utf-8")
    assert read == text.encode("utf-8", "backslashreplace").decode()


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
