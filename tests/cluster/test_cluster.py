"""Pictures on a cluster of two workers: real ones, of which one is killed in mid-run."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from acutance import images
from acutance.cli.main import main
from acutance.cluster.manifest import NAME
from acutance.upscaling import upscale_files
from manifests_made import entries, put_many, tiny

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed (acutance[ray])"),
]


def _started(folder: Path, *more: str, **environment: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "acutance", "upscale", str(folder / "in"), "-o", str(folder / "out")]
    words += ["--network", str(folder / "tiny.safetensors"), "--cluster", "auto", *more]
    return subprocess.Popen(
        words,
        env=os.environ | {"RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_worker_costs_nothing_but_time_and_files_are_those_of_one_process(tmp_path: Path) -> None:
    network = tiny(tmp_path / "tiny.safetensors")
    put_many(tmp_path / "in", 500)
    (tmp_path / "in/bad.png").write_bytes(b"no picture at all")
    process = _started(tmp_path)
    book = tmp_path / "out" / NAME
    killed = None
    deadline = time.monotonic() + 500
    while killed is None and process.poll() is None and time.monotonic() < deadline:
        done = [each for each in entries(book) if each["status"] == "done"]
        if len(done) >= 40:
            killed = int(done[-1]["worker"].split()[0])
            os.kill(killed, signal.SIGKILL)
        time.sleep(0.05)
    out, err = process.communicate(timeout=400)
    assert killed is not None, err
    assert process.returncode == 1, err  # the bad picture
    assert out.splitlines()[-1] == "500 written, 0 skipped, 1 failed"
    last = {each["source"]: each for each in entries(book)}
    assert sorted(each["status"] for each in last.values()) == ["done"] * 500 + ["failed"]
    after = {each["worker"] for each in entries(book) if each["status"] == "done"}
    assert len(after) >= 2
    upscale_files([tmp_path / "in"], tmp_path / "one", network)
    made = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.suffix == ".png"}
    assert made == {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert not [path for path in (tmp_path / "out").iterdir() if path.suffix != ".png" and path.name != NAME]


def test_a_second_start_goes_on_and_tries_what_failed_again(tmp_path: Path) -> None:
    tiny(tmp_path / "tiny.safetensors")
    put_many(tmp_path / "in", 300)
    (tmp_path / "in/bad.png").write_bytes(b"no picture at all")
    process = _started(tmp_path)
    book = tmp_path / "out" / NAME
    deadline = time.monotonic() + 500
    while len([each for each in entries(book) if each["status"] == "done"]) < 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130
    first = {each["source"] for each in entries(book) if each["status"] == "done"}
    assert 20 <= len(first) < 300
    written = {path: path.stat().st_mtime_ns for path in map(Path, (each.replace("/in/", "/out/") for each in first))}
    images.write(tmp_path / "in/bad.png", np.zeros((9, 9, 3), np.uint8))
    again = _started(tmp_path)
    out, err = again.communicate(timeout=600)
    assert again.returncode == 0, err
    assert out.splitlines()[-1] == f"{301 - len(first)} written, {len(first)} skipped, 0 failed"
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert len(images.find(tmp_path / "out")) == 301


def test_a_cluster_that_is_not_there_is_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put_many(tmp_path / "in", 2)
    words = ["upscale", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--cluster", "127.0.0.1:1"]
    assert main(words) == 2
    assert "there is no cluster at 127.0.0.1:1" in capfd.readouterr().err
