"""studies/train_on_gpu.py and packed.py, on the CPU: what a few minutes of a GPU depend on."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import acutance
from acutance import checkpoints

STUDIES = Path(__file__).parents[2] / "studies"
PHOTOS = Path(acutance.__file__).parent / "photos" / "train"


def run(*words: object, folder: Path) -> str:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(STUDIES), os.environ.get("PYTHONPATH"))))
    }
    command = [sys.executable, *map(str, words)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def crops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Some crops of the photographs that ship."""
    monkeypatch.syspath_prepend(str(STUDIES))
    assert import_module("packed").pack([PHOTOS], tmp_path / "crops.zip", side=96, most=400_000) > 10
    assert (tmp_path / "crops.zip").stat().st_size < 410_000
    return tmp_path / "crops.zip"


def test_crops_come_back_as_they_are_in_the_picture(crops: Path) -> None:
    crop = import_module("packed").unpacked(crops)[0].transpose(1, 2, 0)
    for path in PHOTOS.iterdir():
        picture = Image.open(path).convert("RGB")
        for size in ((picture.width, picture.height), (picture.width // 2, picture.height // 2)):
            pixels = np.asarray(picture.resize(size, Image.Resampling.LANCZOS) if size[0] != picture.width else picture)
            rows, columns = (range(0, length - 95, 96) for length in pixels.shape[:2])
            if any(np.array_equal(pixels[y : y + 96, x : x + 96], crop) for y in rows for x in columns):
                return
    pytest.fail("the first crop is of no picture")


def test_a_few_steps_move_the_network_and_can_be_loaded(crops: Path, tmp_path: Path, shared_data: Path) -> None:
    weights = shared_data / "weights"
    if not (weights / "rlfn_x4.pth").is_file():
        pytest.skip(f"{weights} lacks rlfn_x4.pth, the teacher")
    small = (
        "--steps",
        2,
        "--batch",
        2,
        "--patch",
        48,
        "--device",
        "cpu",
        "--out",
        tmp_path / "out",
        "--init",
        "rlfn-x4",
    )
    told = run(STUDIES / "train_on_gpu.py", crops, "--weights", weights, *small, folder=tmp_path)
    assert told.count(": 2 steps in") == 2
    trained = checkpoints.load(tmp_path / "out" / "rlfn-x4.safetensors")
    began = checkpoints.load("rlfn-x4")
    moved = max((a - b).abs().max().item() for a, b in zip(trained.parameters(), began.parameters(), strict=True))
    assert 0 < moved < 0.01
    assert torch.isfinite(trained(torch.rand(1, 3, 8, 8))).all()
