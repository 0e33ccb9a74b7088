import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier

import cv2
import numpy as np
import pytest
import torch

from acutance import images
from acutance.data import Store
from acutance.degrade import Bicubic
from acutance.errors import AcutanceError, RequestError
from acutance.ops import bicubic

Save = Callable[[Path, np.ndarray], None]


@dataclass(frozen=True)
class Counted:
    """Bicubic that counts the pictures it degrades."""

    scale: int
    calls: list[int] = field(default_factory=list, repr=False)

    def __call__(self, hr: torch.Tensor) -> torch.Tensor:
        self.calls.append(1)
        return Bicubic(self.scale)(hr)


def reduced(hr: np.ndarray, scale: int) -> np.ndarray:
    """The LR picture as the benchmarks make it, from the whole picture, independently of the store."""
    image = torch.from_numpy(hr.copy()).permute(2, 0, 1)[None].double() / 255
    return (bicubic(image, 1 / scale).clamp(0, 1) * 255).round()[0].permute(1, 2, 0).byte().numpy()


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_store_holds_what_the_files_hold(photos: Path, tmp_path: Path, scale: int) -> None:
    store = Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(scale))
    assert store.names == ["a.png", "b.png", "deeper/c.png"]
    assert store.skipped == ()
    for number, name in enumerate(store.names):
        whole = images.read(photos / name).pixels
        height, width = (side - side % scale for side in whole.shape[:2])
        assert tuple(store.sizes[number]) == (height, width)
        np.testing.assert_array_equal(store.hr(number), whole[:height, :width])
        # In single precision a value half-way between two grey levels may fall either way.
        difference = np.abs(store.lr(number).astype(int) - reduced(whole[:height, :width], scale))
        assert difference.max() <= 1
        assert difference.mean() < 0.01


def test_the_pictures_are_read_only(photos: Path, tmp_path: Path) -> None:
    store = Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(4))
    with pytest.raises(ValueError, match="read-only"):
        store.hr(0)[0, 0] = 0


def test_sixteen_bits_transparency_and_grey_become_eight_bit_rgb(tmp_path: Path, save: Save) -> None:
    deep = np.random.default_rng(0).integers(0, 65536, (12, 12, 3), np.uint16)
    clear = np.random.default_rng(1).integers(0, 256, (12, 12, 4), np.uint8)
    grey = np.random.default_rng(2).integers(0, 256, (12, 12), np.uint8)
    folder = tmp_path / "odd"
    save(folder / "deep.png", deep)
    save(folder / "grey.png", grey)
    assert cv2.imwrite(str(folder / "clear.png"), clear[..., [2, 1, 0, 3]])
    store = Store.open(folder, cache=tmp_path / "cache", degradation=Bicubic(2))
    held = dict(zip(store.names, map(store.hr, range(3)), strict=True))
    np.testing.assert_array_equal(held["deep.png"], np.round(deep / 257).astype(np.uint8))
    np.testing.assert_array_equal(held["clear.png"], clear[..., :3])
    np.testing.assert_array_equal(held["grey.png"], np.repeat(grey[..., None], 3, axis=2))


def test_an_up_to_date_store_decodes_nothing(photos: Path, tmp_path: Path) -> None:
    degradation = Counted(4)
    Store.open(photos, cache=tmp_path / "cache", degradation=degradation)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*")}
    again = Store.open(photos, cache=tmp_path / "cache", degradation=degradation)
    assert len(degradation.calls) == len(again) == 3
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*")} == before


@pytest.mark.parametrize("change", ["added", "removed", "changed"])
def test_a_store_follows_its_folder(photos: Path, tmp_path: Path, save: Save, change: str) -> None:
    cache = tmp_path / "cache"
    old = Store.open(photos, cache=cache, degradation=Bicubic(4))
    kept = old.hr(0).copy()
    new = np.full((24, 24, 3), 7, np.uint8)
    if change == "removed":
        (photos / "a.png").unlink()
    else:
        save(photos / ("added.png" if change == "added" else "a.png"), new)
    store = Store.open(photos, cache=cache, degradation=Bicubic(4))
    assert store.names == [path.relative_to(photos).as_posix() for path in images.find(photos, recursive=True)]
    assert any(np.array_equal(store.hr(i), new) for i in range(len(store))) == (change != "removed")
    assert len(list(cache.rglob("*.u8"))) == 2, "the old pixels must go"
    np.testing.assert_array_equal(old.hr(0), kept, "whoever has the old store open keeps it")


def test_scales_share_a_cache(photos: Path, tmp_path: Path) -> None:
    degradations = [Counted(2), Counted(4), Counted(2)]
    stores = [Store.open(photos, cache=tmp_path / "cache", degradation=one) for one in degradations]
    assert [len(one.calls) for one in degradations] == [3, 3, 0]
    assert [store.lr(0).shape for store in stores] == [(20, 28, 3), (10, 14, 3), (20, 28, 3)]


def test_several_folders(photos: Path, tmp_path: Path, save: Save) -> None:
    save(tmp_path / "more" / "d.png", np.zeros((8, 8, 3), np.uint8))
    store = Store.open([photos, tmp_path / "more"], cache=tmp_path / "cache", degradation=Bicubic(4))
    assert len(store) == 4
    assert store.hr(3).sum() == 0


def test_bad_pictures_are_named_once_and_left_out(
    photos: Path, tmp_path: Path, save: Save, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / "text.png").write_text("this is not a picture")
    (photos / "cut.jpg").write_bytes(cv2.imencode(".jpg", np.zeros((64, 64, 3), np.uint8))[1].tobytes()[:200])
    save(photos / "tiny.png", np.zeros((3, 3, 3), np.uint8))
    save(photos / "small.png", np.zeros((20, 99, 3), np.uint8))
    store = Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(4), minimum=24)
    assert store.names == ["a.png", "b.png", "deeper/c.png"]
    said = [line for line in capsys.readouterr().err.splitlines() if "left out" in line]
    assert len(said) == 1
    assert len(store.skipped) == 4
    for name in ("text.png", "cut.jpg", "tiny.png", "small.png"):
        assert name in said[0]
        assert sum(name in sentence for sentence in store.skipped) == 1


def test_the_smallest_side_is_chosen_without_decoding_again(photos: Path, tmp_path: Path) -> None:
    degradation = Counted(4)
    for minimum, names in ((0, 3), (36, 1), (33, 1), (32, 3)):
        store = Store.open(photos, cache=tmp_path / "cache", degradation=degradation, minimum=minimum)
        assert len(store) == names
    assert len(degradation.calls) == 3


@pytest.mark.parametrize("content", [None, "not a picture"])
def test_a_folder_without_a_usable_picture_is_an_error(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    if content:
        (folder / "fake.png").write_text(content)
    for _ in range(2):
        with pytest.raises(RequestError, match="no picture to train on in .*empty" + (".*fake.png" if content else "")):
            Store.open(folder, cache=tmp_path / "cache", degradation=Bicubic(4))


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="nowhere"):
        Store.open(tmp_path / "nowhere", cache=tmp_path / "cache", degradation=Bicubic(4))
    assert not (tmp_path / "cache").exists()


def test_low_pictures_of_the_benchmark_layout_are_used(tmp_path: Path, save: Save) -> None:
    save(tmp_path / "bench" / "HR" / "one.png", np.full((34, 35, 3), 200, np.uint8))
    save(tmp_path / "bench" / "LR_bicubic" / "X4" / "onex4.png", np.full((8, 8, 3), 50, np.uint8))
    for number, folder in enumerate((tmp_path / "bench", tmp_path)):
        store = Store.open(folder, cache=tmp_path / f"cache{number}", degradation=Bicubic(4))
        assert len(store) == 1
        assert np.unique(store.lr(0)).tolist() == [50]


def test_low_picture_of_another_size_is_named_and_its_pair_left_out(tmp_path: Path, save: Save) -> None:
    for name, side in (("one", 9), ("two", 8)):
        save(tmp_path / "HR" / f"{name}.png", np.full((34, 35, 3), 200, np.uint8))
        save(tmp_path / "LR_bicubic" / "X4" / f"{name}x4.png", np.full((side, 8, 3), 50, np.uint8))
    store = Store.open(tmp_path, cache=tmp_path / "cache", degradation=Bicubic(4))
    assert [Path(name).stem for name in store.names] == ["two"]
    assert "onex4.png: it is 8x9; x4 of one.png should be 8x8" in store.skipped[0]


def test_the_manifest_tells_pictures_apart_by_what_is_seen(photos: Path, tmp_path: Path) -> None:
    here, there = (Store.open(photos, cache=tmp_path / name, degradation=Bicubic(4)).manifest() for name in "xy")
    assert here == there
    assert len({entry["sha256"] for entry in here}) == 3
    assert [entry["bytes"] for entry in here] == [(photos / str(entry["name"])).stat().st_size for entry in here]


def test_processes_that_open_at_once_decode_once(photos: Path, tmp_path: Path) -> None:
    degradation, start = Counted(4), Barrier(4)

    def opened(_: int) -> int:
        start.wait()
        return int(Store.open(photos, cache=tmp_path / "cache", degradation=degradation).hr(1).sum())

    with ThreadPoolExecutor(4) as pool:
        sums = set(pool.map(opened, range(4)))
    assert len(degradation.calls) == 3
    assert sums == {int(images.read(photos / "b.png").pixels[:32, :44].sum())}


KILLED = """
import sys, time
from pathlib import Path
from dataclasses import dataclass
from acutance.data import Store
from acutance.degrade import Bicubic

@dataclass(frozen=True)
class Slow:
    scale: int
    def __call__(self, hr):
        print("degrading", flush=True)
        if hr.shape[-2] == 32:
            time.sleep(60)
        return Bicubic(self.scale)(hr)
    def __repr__(self):
        return "Counted(scale=4)"

Store.open(Path(sys.argv[1]), cache=Path(sys.argv[2]), degradation=Slow(4))
"""


def test_a_build_killed_half_way_leaves_no_store_and_no_lock(photos: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    command = [sys.executable, "-c", KILLED, str(photos), str(cache)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline().strip() for _ in range(2)] == ["degrading"] * 2
        process.send_signal(signal.SIGKILL)
    left = [path.name for path in cache.rglob("*") if path.is_file()]
    assert "index.json" not in left
    assert any(name.endswith(".u8") for name in left), "the build was under way"
    degradation = Counted(4)
    store = Store.open(photos, cache=cache, degradation=degradation)
    assert len(store) == len(degradation.calls) == 3
    assert len([path for path in cache.rglob("*") if path.is_file()]) == 4, "what the killed build left is swept"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Files longer than `size` bytes cannot be written, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_one_sentence_and_spoils_nothing(photos: Path, tmp_path: Path, save: Save) -> None:
    cache = tmp_path / "cache"
    old = Store.open(photos, cache=cache, degradation=Bicubic(4))
    files = sorted(cache.rglob("*"))
    save(photos / "large.png", np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8))
    with room_for(50_000), pytest.raises(AcutanceError, match=r"cannot write .*u8"):
        Store.open(photos, cache=cache, degradation=Bicubic(4))
    assert sorted(cache.rglob("*")) == files
    (photos / "large.png").unlink()
    assert Store.open(photos, cache=cache, degradation=Bicubic(4)).names == old.names


@pytest.mark.parametrize("damage", ["not json", "{}", '{"fingerprint": 3}'])
def test_a_damaged_index_is_made_anew(photos: Path, tmp_path: Path, damage: str) -> None:
    Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(4))
    index = next((tmp_path / "cache").rglob("index.json"))
    index.write_text(damage)
    assert len(Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(4))) == 3


def test_a_cache_that_cannot_be_a_folder_is_one_sentence(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(AcutanceError, match=r"cannot write .*cache"):
        Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(4))


def test_real_pictures(shared_data: Path, tmp_path: Path) -> None:
    store = Store.open(shared_data / "Set5", cache=tmp_path, degradation=Bicubic(3))
    assert len(store) == 5
    for number, name in enumerate(store.names):
        whole = images.read(shared_data / "Set5" / name).pixels
        height, width = store.sizes[number]
        np.testing.assert_array_equal(store.hr(number), whole[:height, :width])
        assert np.abs(store.lr(number).astype(int) - reduced(store.hr(number), 3)).max() <= 1
