"""`acutance upscale`: exit status and output; as a process where a limit or a signal needs one of its own."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from PIL import Image

from acutance import checkpoints, images
from acutance.cli import upscale_told
from acutance.cli.main import main
from acutance.networks import create
from acutance.upscaling.lanes import Turns
from acutance.upscaling.outcome import Report
from acutance.upscaling.watching import Watch


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    checkpoints.save(path, create("edsr", scale=2, blocks=1, channels=4), {})
    return path


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "acutance", "upscale", *map(str, arguments)]


class Done(NamedTuple):
    """What a command leaves behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def upscaled(capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The command in this process."""

    def run(*words: str | Path) -> Done:
        status = main(["upscale", *map(str, words)])
        said = capfd.readouterr()
        return Done(status, said.out, said.err)

    return run


def put(path: Path, side: int = 20) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    images.write(path, np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8))
    return path


def test_lines_record_and_status(tmp_path: Path, weights: Path, upscaled: Callable[..., Done]) -> None:
    good, bad = put(tmp_path / "good.png"), tmp_path / "bad.png"
    bad.write_text("no picture")
    done = upscaled(good, "-o", tmp_path / "out", "--network", weights)
    assert (done.status, done.out.split()[:4]) == (0, [str(tmp_path / "out/good.png"), "20x20", "->", "40x40"])
    done = upscaled(
        good, bad, "-o", tmp_path / "two", "--network", weights, "--json", tmp_path / "r.json", "--tile", "7"
    )
    assert done.status == 1
    assert "good.png" in done.out
    assert "bad.png" not in done.out
    assert f"acutance: {bad}: " in done.err
    assert done.out.splitlines()[-1] == "1 written, 0 skipped, 1 failed"
    record = json.loads((tmp_path / "r.json").read_text())["pictures"]
    assert [(r["size"], r["upscaled"]) for r in record] == [([20, 20], [40, 40]), (None, None)]
    assert [r["error"] is None for r in record] == [True, False]


def test_wrong_requests_end_with_2_and_one_sentence(
    tmp_path: Path, weights: Path, upscaled: Callable[..., Done]
) -> None:
    one = put(tmp_path / "a.png")
    (tmp_path / "empty").mkdir()
    for arguments, words in [
        ((tmp_path / "empty", "-o", tmp_path / "out", "--network", weights), "no picture in this folder"),
        ((one, "--network", "no-such-network"), "no-such-network"),
    ]:
        done = upscaled(*arguments)
        assert (done.status, done.out) == (2, "")
        assert words in done.err
        assert len(done.err.strip().splitlines()) == 1


def test_too_large_a_file_costs_only_itself_and_leaves_whole_ones(tmp_path: Path, weights: Path) -> None:
    inputs = [put(tmp_path / "a.png", 10), put(tmp_path / "b.png", 150), put(tmp_path / "c.png", 11)]
    most = "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))"
    limit = f"import resource, runpy; {most}; runpy.run_module('acutance', run_name='__main__')"
    words = command(*inputs, "-o", tmp_path / "out", "--network", weights)
    words[1:3] = ["-c", limit]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"acutance: {tmp_path / 'b.png'}: " in done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "c.png"]
    assert images.read(tmp_path / "out/a.png").width == 20


def test_a_full_disk_ends_the_work_and_the_record_says_where(
    tmp_path: Path, weights: Path, upscaled: Callable[..., Done]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a tiny disk here")
    inputs = [put(tmp_path / f"{name}.png", 150 if name == "b" else 10) for name in "abcde"]
    try:
        done = upscaled(*inputs, "-o", disk, "--network", weights, "--json", tmp_path / "r.json")
        left = {path.name: images.read(path).width for path in disk.iterdir()}
    finally:
        # Lazily, as libvips may not have let go of the last file yet.
        subprocess.run(["umount", "-l", str(disk)], check=True)
    # The picture beside the one that fills the disk may be at work already.
    record = json.loads((tmp_path / "r.json").read_text())
    told = {Path(each["source"]).name: each["status"] for each in record["pictures"]}
    assert (done.status, left) == (1, {name: 20 for name, status in told.items() if status == "written"})
    assert told["a.png"] == "written"
    assert told["b.png"] == "failed"
    assert "No space left on device" in done.err
    assert f"{len(record['not_begun'])} pictures were not begun" in done.err
    assert record["not_begun"][-2:] == [str(inputs[3]), str(inputs[4])]
    assert len(told) + len(record["not_begun"]) == 5


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_in_the_midst_leaves_only_whole_files_and_goes_on(
    tmp_path: Path, weights: Path, upscaled: Callable[..., Done], blow: signal.Signals
) -> None:
    out, record = tmp_path / "out", tmp_path / "r.json"
    for number in range(120):
        put(tmp_path / "in" / f"{number:03}.png", 60)
    words = [tmp_path / "in", "-o", out, "--network", weights, "--json", record]
    # It gives way to this process, which on a busy machine would otherwise look when all is done.
    polite = ["nice", "-n", "10", *command(*words)]
    process = subprocess.Popen(polite, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (out.is_dir() and len(images.find(out)) >= 5) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(blow)
    process.communicate(timeout=30)
    written = {path: path.stat().st_mtime_ns for path in images.find(out)}
    assert 5 <= len(written) < 120
    assert {images.read(path).width for path in written} == {120}
    assert process.returncode == (-signal.SIGKILL if blow == signal.SIGKILL else 130)
    if blow != signal.SIGKILL:
        assert len(list(out.iterdir())) == len(written)
        stopped = json.loads(record.read_text())
        assert (len(stopped["pictures"]), len(stopped["not_begun"])) == (len(written), 120 - len(written))
        assert stopped["error"] == "stopped"
    # What a killed process leaves unfinished is hidden, and no picture.
    (out / ".000-left0ver.png").write_bytes(b"half a picture")
    done = upscaled(*words, "--skip-existing")
    assert (done.status, done.out.splitlines()[-1]) == (
        0, f"{120 - len(written)} written, {len(written)} skipped, 0 failed",
    )  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert len(images.find(out)) == 120
    assert upscaled(out, "-o", tmp_path / "again", "--network", weights, "--max-pixels", "1").status == 1
    assert upscaled(*words).out.splitlines() == ["0 written, 0 skipped, 120 failed"]


@pytest.mark.parametrize(
    ("where", "name"), [(Watch, "done"), (Turns, "pass_by"), (upscale_told, "tell"), (Report, "add")]
)
def test_a_picture_whose_file_came_whole_before_the_stop_is_told_as_written(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch, where: object, name: str
) -> None:
    """Ctrl-C between the renaming of the second file or a later one and the record of it, or while a line is printed.

    A turn is passed by twice for each picture: when the network is done with it, and when its file is there.
    """
    inputs = [put(tmp_path / f"{number}.png", 20) for number in range(4)]
    told_apart, before = threading.Lock(), getattr(where, name)
    calls = 0

    def stopping(*given: object) -> None:
        nonlocal calls
        with told_apart:
            calls += 1
            stop = calls == (4 if name == "pass_by" else 2)
        before(*given)
        if stop:
            raise KeyboardInterrupt

    monkeypatch.setattr(where, name, stopping)
    record, out = tmp_path / "r.json", tmp_path / "out"
    words = ["upscale", *map(str, inputs), "-o", str(out), "--network", str(weights), "--json", str(record)]
    assert main(words) == 130
    told = json.loads(record.read_text())
    there = {str(path) for path in images.find(tmp_path / "out")}
    assert len(there) >= 1  # others may have been at work
    assert {each["target"] for each in told["pictures"] if each["status"] == "written"} == there
    assert len(told["not_begun"]) == 4 - len(there)
    assert told["counts"]["written"] == len(there)


def test_a_picture_through_pipes(tmp_path: Path, weights: Path) -> None:
    for suffix, kind in ((".png", b"\x89PNG"), (".jpg", b"\xff\xd8\xff"), (".webp", b"RIFF")):
        picture = put(tmp_path / f"a{suffix}").read_bytes()
        done = piped(picture, "-", "--network", weights)
        assert (done.returncode, done.stdout[: len(kind)]) == (0, kind)
        assert width(done.stdout) == 40
        assert b"Traceback" not in done.stderr
    done = piped(picture, "-", "-o", "-", "--network", weights, "--format", "png", "--scale", "1.5")
    assert (done.stdout[:4], width(done.stdout)) == (b"\x89PNG", 30)
    done = piped(picture, "-", "-o", tmp_path / "out", "--name", "{stem}_x{scale}", "--network", weights)
    assert (done.returncode, images.read(tmp_path / "out/stdin_x2.webp").width) == (0, 40)
    done = piped(b"", tmp_path / "a.png", "-o", "-", "--network", weights)
    assert width(done.stdout) == 40
    done = piped(b"no picture", "-", "--network", weights)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"acutance: -: ")


def piped(content: bytes, *words: str | Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command(*words), input=content, capture_output=True, check=False)


def width(picture: bytes) -> int:
    with Image.open(io.BytesIO(picture)) as image:
        return image.width


STEERING = ["red\x1b[31m.png", "two\nlines.png", "turned\u202e.png", "bell\x07.png", "c1\x9b.png"]


@pytest.mark.parametrize("bad", [False, True])
def test_names_do_not_steer_the_terminal_and_are_exact_in_the_record(
    tmp_path: Path, weights: Path, upscaled: Callable[..., Done], bad: bool
) -> None:
    strange = [*STEERING, os.fsdecode(b"caf\xe9.png"), "日本.png", "- $(x) \u00df.png"]
    (tmp_path / "in").mkdir()
    for name in strange:
        put(tmp_path / "a.png").rename(tmp_path / "in" / name)
        if bad:
            (tmp_path / "in" / name).write_bytes(b"no picture")
            (tmp_path / "in" / f"{name}.txt").write_bytes(b"no picture")
    done = upscaled(tmp_path / "in", "-o", tmp_path / "out", "--network", weights, "--json", tmp_path / "r.json")
    assert done.status == (1 if bad else 0)
    assert not set(done.out + done.err) & set("\x1b\x07\x9b\u202e\udce9")
    assert not any(line.startswith("lines.png") for line in (done.out + done.err).splitlines())
    record = json.loads((tmp_path / "r.json").read_text())
    assert {Path(each["source"]).name for each in record["pictures"]} == set(strange)
    assert {Path(each["path"]).name for each in record["not_taken"]} == (
        {f"{name}.txt" for name in strange} if bad else set()
    )
    if not bad:
        assert {Path(each["target"]).name for each in record["pictures"]} == set(strange)
        assert {path.name for path in (tmp_path / "out").iterdir()} == set(strange)


def test_names_in_a_legacy_code_page(tmp_path: Path, weights: Path) -> None:
    put(tmp_path / "in" / "日本 é.png")
    words = command(tmp_path / "in", "-o", tmp_path / "out", "--network", weights)
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(words, capture_output=True, check=False, env=environment)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert (tmp_path / "out" / "日本 é.png").is_file()


def test_the_record_is_written_whatever_is_wrong(tmp_path: Path, weights: Path, upscaled: Callable[..., Done]) -> None:
    record = tmp_path / "r.json"
    assert upscaled(put(tmp_path / "a.png"), "--network", "no-such-network", "--json", record).status == 2
    assert "no-such-network" in json.loads(record.read_text())["error"]
    done = upscaled(tmp_path / "a.png", "--network", weights, "--json", tmp_path / "a.png")
    assert (done.status, images.read(tmp_path / "a.png").width) == (2, 20)
    assert "a.png is the name of a picture" in done.err


def test_what_is_not_taken_is_counted_and_named(tmp_path: Path, weights: Path, upscaled: Callable[..., Done]) -> None:
    put(tmp_path / "in/a.png")
    for name in ("b.txt", "c.xcf", "d", "e.mov"):
        (tmp_path / "in" / name).write_text("no picture")
    done = upscaled(tmp_path / "in", "-o", tmp_path / "out", "--network", weights)
    assert done.status == 0
    assert "4 files were not taken: " in done.err
    assert f"{tmp_path / 'in/d'} (a name without a suffix) and 1 more" in done.err


def test_what_was_changed_is_said_in_a_line_each(tmp_path: Path, weights: Path, upscaled: Callable[..., Done]) -> None:
    Image.new("CMYK", (20, 20)).save(tmp_path / "print.jpg")
    images.write(tmp_path / "deep.png", np.zeros((20, 20, 3), np.uint16))
    done = upscaled(tmp_path / "print.jpg", tmp_path / "deep.png", "--format", "jpg", "--network", weights)
    said = [line for line in done.err.splitlines() if line.startswith(str(tmp_path))]
    assert [line.split(":")[0] for line in said] == [str(tmp_path / "print.jpg"), str(tmp_path / "deep.png")]
    assert "CMYK" in said[0]
    assert "16 bits became 8" in said[1]


def test_options_reach_the_file(tmp_path: Path, weights: Path, upscaled: Callable[..., Done]) -> None:
    put(tmp_path / "a.png")
    for words, name, size in [
        (("--scale", "3.5"), "a_x3.5.png", (70, 70)),
        (("--width", "50"), "a_50w.png", (50, 50)),
        (("--height", "44", "--format", "jpg"), "a_44h.jpg", (44, 44)),
        (("--fit", "100x60", "--name", "{stem}-{width}"), "a-60.png", (60, 60)),
    ]:
        assert upscaled(tmp_path / "a.png", "--network", weights, *words).status == 0
        assert images.read(tmp_path / name).size == size
    low, high = tmp_path / "low.jpg", tmp_path / "high.jpg"
    for path, quality in ((low, "20"), (high, "98")):
        assert upscaled(tmp_path / "a.png", "--network", weights, "-o", path, "--quality", quality).status == 0
    assert 2 * low.stat().st_size < high.stat().st_size
    assert upscaled(tmp_path / "a.png", "--network", weights, "-o", tmp_path / "deep.png", "--depth", "16").status == 0
    assert images.read(tmp_path / "deep.png").pixels.dtype == np.uint16
    for wrong in (
        ("--fit", "big"),
        ("--scale", "2", "--width", "90"),
        ("--quality", "0"),
        ("--format", "xyz"),
        ("--depth", "9"),
    ):
        done = upscaled(tmp_path / "a.png", "--network", weights, *wrong, "-o", tmp_path / "new.png")
        assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_a_depth_that_the_format_has_not_is_said_before_any_work(
    tmp_path: Path, weights: Path, upscaled: Callable[..., Done]
) -> None:
    jpg, png = put(tmp_path / "a.jpg"), put(tmp_path / "b.png")
    done = upscaled(jpg, png, "--network", weights, "--depth", "16", "--format", "jpg")
    assert (done.status, done.out) == (2, "")
    assert "JPEG holds 8 bits" in done.err
    done = upscaled(jpg, png, "--network", weights, "--depth", "16")
    assert done.status == 1
    assert f"acutance: {jpg}: JPEG holds 8 bits" in done.err
    assert images.read(tmp_path / "b_x2.png").pixels.dtype == np.uint16


def test_a_picture_over_the_limit_costs_only_itself(
    tmp_path: Path, weights: Path, upscaled: Callable[..., Done]
) -> None:
    small, large = put(tmp_path / "small.png"), put(tmp_path / "large.png", 50)
    done = upscaled(small, large, "-o", tmp_path / "out", "--network", weights, "--max-pixels", "1000")
    assert done.status == 1
    assert f"acutance: {large}: " in done.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["small.png"]


def test_the_formats_are_listed(upscaled: Callable[..., Done]) -> None:
    done = upscaled("--formats")
    assert done.status == 0
    assert {"PNG", "JPEG", "TIFF", "WebP", "AVIF", "GIF"} <= {line.split()[0] for line in done.out.splitlines()}
