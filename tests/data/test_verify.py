"""LR files are held against their HR: another picture, a shift, another scale; not against how they were made."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from acutance import images
from acutance.cli.main import main
from acutance.data import Declared, verify
from acutance.data.decode import degrade
from acutance.degrade import Bicubic
from photographs import photograph

SCALE = 4
RANDOM = np.random.default_rng(0)


def shrunk(hr: np.ndarray, scale: int = SCALE) -> np.ndarray:
    return degrade(np.ascontiguousarray(hr), Bicubic(scale))


def noisy(lr: np.ndarray, levels: float) -> np.ndarray:
    return (lr + RANDOM.normal(0, levels, lr.shape)).clip(0, 255).round().astype(np.uint8)


def compressed(lr: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", lr, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR))


SOUND: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "bicubic": shrunk,
    "blur": lambda hr: shrunk(cv2.GaussianBlur(hr, (0, 0), 4)),
    "noise": lambda hr: noisy(shrunk(hr), 20),
    "jpeg": lambda hr: compressed(shrunk(hr)),
    "area": lambda hr: hr.reshape(hr.shape[0] // 4, 4, hr.shape[1] // 4, 4, 3).mean((1, 3)).round().astype(np.uint8),
    "darker": lambda hr: (shrunk(hr) * 0.7).astype(np.uint8),
    "all of it": lambda hr: compressed(noisy(shrunk(cv2.GaussianBlur(hr, (0, 0), 3)), 10)),
}
WRONG: dict[str, tuple[Callable[[np.ndarray], np.ndarray], str]] = {
    "another picture": (lambda hr: shrunk(photo(9)), "it shows another picture than"),
    "a pixel of LR": (lambda hr: np.roll(shrunk(hr), 1, 1), "it is shifted by +1.00 LR pixels across"),
    "half a pixel": (lambda hr: shrunk(np.roll(hr, 2, 0)), "it is shifted by"),
    "a pixel of HR": (lambda hr: shrunk(np.roll(hr, 1, 1)), "it is shifted by"),
    "another scale": (lambda hr: shrunk(hr, 2)[: hr.shape[0] // 4, : hr.shape[1] // 4], "it is x2, and shows only"),
    "another size": (lambda hr: shrunk(hr, 2), "which is x2; x4 of a.png should be 48x40"),
    "a crop": (lambda hr: shrunk(hr)[1:, 1:], "it is 47x39; x4 of a.png should be 48x40"),
    "the same size": (lambda hr: hr, "the size of its HR, as LR in RealSR is"),
    "red and blue": (lambda hr: shrunk(hr)[..., ::-1], "red and blue are exchanged"),
    "grey": (lambda hr: np.repeat(shrunk(hr)[..., :1], 3, 2), "it is grey, and colours has its HR"),
}


def photo(seed: int) -> np.ndarray:
    """Structure of every size, in colours."""
    random = np.random.default_rng(seed)
    layers = [cv2.resize(random.random((3 * 2**n, 3 * 2**n, 3)), (192, 160), interpolation=cv2.INTER_CUBIC) / 1.4**n
              for n in range(6)]  # fmt: skip
    whole = np.sum(layers, axis=0)
    return ((whole - whole.min()) / np.ptp(whole) * 255).astype(np.uint8)


def a_set(folder: Path, make: Callable[[np.ndarray], np.ndarray]) -> Path:
    hr = photo(1)
    images.write(folder / "HR" / "a.png", hr)
    images.write(folder / "LR" / "a.png", np.ascontiguousarray(make(hr)))
    return folder


@pytest.mark.parametrize("name", SOUND)
def test_how_lr_was_made_is_told_and_no_fault(name: str, tmp_path: Path) -> None:
    found = verify(a_set(tmp_path, SOUND[name]), Bicubic(SCALE))
    assert found.faults == ()
    (decibels,) = found.decibels.values()
    assert decibels == np.inf if name == "bicubic" else 10 < decibels < 60


@pytest.mark.parametrize("name", WRONG)
def test_lr_that_does_not_belong_is_named(name: str, tmp_path: Path) -> None:
    make, reason = WRONG[name]
    found = verify(a_set(tmp_path, make), Bicubic(SCALE))
    assert [(fault.path.name, reason in str(fault)) for fault in found.faults] == [("a.png", True)], found.faults


def test_flat_and_tiny_pictures_are_no_faults(tmp_path: Path) -> None:
    for name, hr in (("flat", np.full((64, 64, 3), 90, np.uint8)), ("tiny", photograph(3, 16, 24))):
        images.write(tmp_path / "HR" / f"{name}.png", hr)
        images.write(tmp_path / "LR" / f"{name}.png", noisy(shrunk(hr), 3))
    assert verify(tmp_path, Bicubic(SCALE)).faults == ()


def test_the_command_counts_and_exits_by_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = a_set(tmp_path, shrunk)
    assert main(["data", "verify", str(folder)]) == 0
    assert "1 pictures, 1 with an LR file (equal to bicubic of HR); 0 cannot be used" in capsys.readouterr().out
    images.write(folder / "HR" / "lonely.png", photo(2))
    assert main(["data", "verify", str(folder)]) == 1
    said = capsys.readouterr()
    assert "lonely.png: there is no LR file for it, and for the others there is." in said.err
    assert "2 pictures, 1 with an LR file" in said.out


def test_declared_lr_is_verified(tmp_path: Path) -> None:
    images.write(tmp_path / "sharp" / "a.png", photo(1))
    images.write(tmp_path / "soft" / "a_v1.png", shrunk(photo(4)))
    found = verify(tmp_path / "sharp", Bicubic(SCALE), declared=Declared.of(tmp_path / "soft"))
    assert "it shows another picture than" in str(found.faults[0])
