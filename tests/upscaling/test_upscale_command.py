"""`acutance upscale`: exit status and output; as a process where a limit or a signal needs one of its own."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from acutance import checkpoints, images
from acutance.cli.main import main
from acutance.networks import create

# The command alone, as `acutance upscale` registers it, so that a fault elsewhere does not show here.
MAIN = """
import resource, sys
import typer
from acutance.cli.faults import sentence_for, status_of
from acutance.cli.upscale import upscale
if len(sys.argv) > 1 and sys.argv[1].startswith("--most="):
    most = int(sys.argv.pop(1)[7:])
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
app = typer.Typer()
app.command()(upscale)
try:
    app()
except Exception as error:
    print(f"acutance: {sentence_for(error)}", file=sys.stderr)
    sys.exit(status_of(error))
"""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    checkpoints.save(path, create("edsr", scale=2, blocks=1, channels=4), {})
    return path


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", MAIN, *map(str, arguments)]


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
        good, bad, "-o", tmp_path / "out", "--network", weights, "--json", tmp_path / "r.json", "--tile", "7"
    )
    assert done.status == 1
    assert "good.png" in done.out
    assert "bad.png" not in done.out
    assert f"acutance: {bad}: this is not a picture" in done.err
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


def test_full_disk_is_one_sentence_and_leaves_whole_files(tmp_path: Path, weights: Path) -> None:
    small, large = put(tmp_path / "a.png", 10), put(tmp_path / "b.png", 150)
    words = command("--most=20000", small, large, "-o", tmp_path / "out", "--network", weights)
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"cannot write {tmp_path / 'out/b.png'}: File too large." in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.png"]
    assert images.read(tmp_path / "out/a.png").width == 20


def test_really_full_disk(tmp_path: Path, weights: Path, upscaled: Callable[..., Done]) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a tiny disk here")
    try:
        done = upscaled(put(tmp_path / "a.png", 10), put(tmp_path / "b.png", 150), "-o", disk, "--network", weights)
        left = {path.name: images.read(path).width for path in disk.iterdir()}
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert (done.status, left) == (1, {"a.png": 20})
    assert "No space left on device" in done.err


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_midst_leaves_only_whole_files(tmp_path: Path, weights: Path, blow: signal.Signals) -> None:
    out = tmp_path / "out"
    for number in range(120):
        put(tmp_path / "in" / f"{number:03}.png", 100)
    process = subprocess.Popen(command(tmp_path / "in", "-o", out, "--network", weights), stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (out.is_dir() and len(images.find(out)) >= 5) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(blow)
    process.communicate(timeout=30)
    written = images.find(out)
    assert 5 <= len(written) < 120
    assert {images.read(path).width for path in written} == {200}
    assert process.returncode == (-signal.SIGKILL if blow == signal.SIGKILL else 130)
    if blow == signal.SIGINT:
        assert len(list(out.iterdir())) == len(written)
