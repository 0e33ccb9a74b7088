"""A store that is not what was written is made anew with one sentence; other pixels than the files' never come out."""

import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch

from acutance.data import Store, contents
from acutance.degrade import Bicubic
from acutance.errors import AcutanceError

Save = Callable[[Path, np.ndarray], None]


@dataclass(frozen=True)
class Counted:
    """Bicubic that counts the pictures it degrades."""

    scale: int = 4
    calls: list[int] = field(default_factory=list, repr=False)

    def __call__(self, hr: torch.Tensor) -> torch.Tensor:
        self.calls.append(1)
        return Bicubic(self.scale)(hr)


def opened(photos: Path, degradation: Counted) -> Store:
    return Store.open(photos, cache=photos.parent / "cache", degradation=degradation)


def pixels(store: Store) -> list[bytes]:
    return [read(number).tobytes() for read in (store.hr, store.lr) for number in range(len(store))]


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


@pytest.mark.parametrize("which", ["hr-*.u8", "lr-*.u8", "index.json"])
def test_of_flipped_bits_none_comes_out(photos: Path, capsys: pytest.CaptureFixture[str], which: str) -> None:
    degradation, chance = Counted(), random.Random(0)
    right = pixels(opened(photos, degradation))
    for times in range(1, 7):
        path = next((photos.parent / "cache").rglob(which))
        flip(path, chance.randrange(8 * path.stat().st_size))
        assert pixels(opened(photos, degradation)) == right
        assert len(degradation.calls) == 3 * (1 + times), "it is made anew"
    said = [line for line in capsys.readouterr().err.splitlines() if "damaged" in line]
    assert len(said) == 6
    assert all("The store is made anew." in line and path.parent.name in line for line in said)


@pytest.mark.parametrize("keep", [0, 1000, -1])
@pytest.mark.parametrize("which", ["hr-*.u8", "lr-*.u8", "index.json"])
def test_what_is_cut_off_is_made_anew(photos: Path, which: str, keep: int) -> None:
    right = pixels(opened(photos, Counted()))
    path = next((photos.parent / "cache").rglob(which))
    path.write_bytes(path.read_bytes()[:keep])
    assert pixels(opened(photos, Counted())) == right


@pytest.mark.parametrize("which", ["hr", "lr"])
def test_a_store_cut_while_it_is_mapped_is_made_anew(
    photos: Path, capsys: pytest.CaptureFixture[str], which: str
) -> None:
    store, degradation = opened(photos, Counted()), Counted()
    right, other = pixels(store), opened(photos, degradation)
    os.truncate(next((photos.parent / "cache").rglob(f"{which}-*.u8")), 100)
    assert pixels(store) == right
    assert "has 100 bytes instead of" in capsys.readouterr().err
    assert pixels(other) == right
    assert not degradation.calls, "who comes second takes what the first has made"
    assert capsys.readouterr().err == ""


def test_a_store_that_is_written_into_while_it_is_mapped_is_looked_at_again(photos: Path) -> None:
    store = opened(photos, Counted())
    right = pixels(store)
    with next((photos.parent / "cache").rglob("hr-*.u8")).open("r+b") as file:
        file.write(bytes(50))
    assert pixels(store) == right


def test_what_is_damaged_and_has_other_pictures_now_ends_in_a_sentence(photos: Path, save: Save) -> None:
    store = opened(photos, Counted())
    save(photos / "a.png", np.zeros((40, 56, 3), np.uint8))
    flip(next((photos.parent / "cache").rglob("hr-*.u8")), 8)
    with pytest.raises(AcutanceError, match=r"is damaged .* pictures have changed; begin again"):
        store.hr(0)


def test_a_picture_that_changes_within_its_size_and_time_is_seen(
    tmp_path: Path, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "SETTLED", 0)
    photos, path = tmp_path / "photos", tmp_path / "photos" / "a.ppm"
    for value in (7, 200):
        before = path.stat() if path.exists() else None
        time.sleep(0.02)
        save(path, np.full((16, 16, 3), value, np.uint8))
        if before is not None:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            assert (before.st_size, before.st_mtime_ns) == (path.stat().st_size, path.stat().st_mtime_ns)
        assert opened(photos, Counted()).hr(0).min() == value


def test_what_changes_within_a_tick_of_the_clock_is_seen(tmp_path: Path, save: Save) -> None:
    for value in range(5):
        save(tmp_path / "photos" / "a.ppm", np.full((16, 16, 3), value, np.uint8))
        assert opened(tmp_path / "photos", Counted()).hr(0).min() == value


def test_files_that_are_copied_touched_or_put_back_are_not_decoded_again(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "SETTLED", 0)
    degradation = Counted()
    opened(photos, degradation)
    os.utime(photos / "a.png")
    shutil.copy2(photos / "b.png", photos / "b.new")
    (photos / "b.new").replace(photos / "b.png")
    assert len(opened(photos, degradation)) == len(degradation.calls) == 3
    hashed: list[Path] = []
    seen = contents._seen
    monkeypatch.setattr(contents, "_seen", lambda path: hashed.append(path) or seen(path))
    opened(photos, degradation)
    assert not hashed, "and nothing is hashed again that has not changed since"
    os.utime(photos / "a.png")
    opened(photos, degradation)
    assert [path.name for path in hashed] == ["a.png"]
