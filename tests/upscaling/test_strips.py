"""Large pictures go through strips and a raw file, come out as from the memory, and leave nothing behind."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from acutance import images
from acutance.errors import AcutanceError, PictureError, RequestError
from acutance.images import Source
from acutance.networks import EDSR, EDSRConfig, Network, create
from acutance.types import HighRes, LowRes
from acutance.upscaling import canvas, upscale
from acutance.upscaling.canvas import Held, RawFile, Room
from acutance.upscaling.enlarged import enlarged
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.size import Size


class Attentive(EDSR):
    """A network whose tiles have to be blended."""

    @property
    def receptive_radius(self) -> None:  # type: ignore[override]
        return None

    def forward(self, lr: LowRes) -> HighRes:
        return super().forward(lr) + 0.05 * lr.mean((-1, -2), keepdim=True)


@pytest.fixture(params=[EDSR, Attentive])
def network(request: pytest.FixtureRequest) -> Network:
    torch.manual_seed(3)
    return request.param(EDSRConfig(scale=2, blocks=1, channels=4)).eval()


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas, "IN_MEMORY", 0)


def picture(channels: int, dtype: str, height: int = 151, width: int = 90) -> np.ndarray:
    values = np.random.default_rng(channels).random((height, width, channels), np.float32)
    if channels in (2, 4):
        values[20:60, 10:50, -1] = 0
    return values if dtype == "float32" else (values * np.iinfo(dtype).max).astype(dtype)


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.usefixtures("on_disk")
@pytest.mark.parametrize(
    ("suffix", "channels", "dtype"),
    [(".png", 3, "uint8"), (".png", 4, "uint16"), (".tif", 3, "float32"), (".tif", 2, "uint16")],
)
@pytest.mark.parametrize("size", [Size(scale=2), Size(scale=2.5)])
def test_a_raw_file_gives_what_the_memory_gives(
    tmp_path: Path, network: Network, suffix: str, channels: int, dtype: str, size: Size
) -> None:
    source, target = tmp_path / f"lr{suffix}", tmp_path / f"sr{suffix}"
    images.write(source, picture(channels, dtype))
    opened = Source.open(source)
    with enlarged(opened, Enlarger(network, size, tile=40), beside=target, name=source) as made:
        assert len(hidden(tmp_path)) == 1
        images.encode(target, made.frames, like=opened)
    expected = upscale(images.read(source), network, tile=40, scale=size.scale).planes
    np.testing.assert_array_equal(images.read(target).planes, expected)
    assert (made.width, made.height) == (expected.shape[1], expected.shape[0])
    assert hidden(tmp_path) == []


@pytest.mark.usefixtures("on_disk")
def test_gradient_maps_go_the_same_way(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = create("spsr", scale=2, blocks=1, channels=4, growth=2).eval()
    images.write(tmp_path / "lr.png", picture(4, "uint8", 20, 30))
    opened = Source.open(tmp_path / "lr.png")
    with enlarged(opened, Enlarger(network, side="gradient", tile=16), beside=tmp_path / "sr.png") as made:
        sr, side = made.frames[0].planes(), made.sides[0].planes()
    assert (sr.shape, side.shape) == ((40, 60, 4), (40, 60, 3))
    with pytest.raises(RequestError, match="own scale only, which is 2"):
        Enlarger(network, Size(scale=3), side="gradient").plan(30, 20)


@pytest.mark.usefixtures("on_disk")
def test_nothing_stays_behind_where_the_work_ends_early(tmp_path: Path) -> None:
    class Failing(EDSR):
        def forward(self, lr: LowRes) -> HighRes:
            raise KeyboardInterrupt

    images.write(tmp_path / "lr.png", picture(3, "uint8"))
    enlarger = Enlarger(Failing(EDSRConfig(scale=2, blocks=1, channels=4)).eval(), tile=50)
    with pytest.raises(KeyboardInterrupt), enlarged(Source.open(tmp_path / "lr.png"), enlarger, beside=tmp_path / "a"):
        pass
    assert hidden(tmp_path) == []


@pytest.mark.usefixtures("on_disk")
def test_a_broken_file_is_named(tmp_path: Path, network: Network) -> None:
    images.write(tmp_path / "lr.png", picture(3, "uint8", 400, 300))
    (tmp_path / "lr.png").write_bytes((tmp_path / "lr.png").read_bytes()[:200_000])
    opened = Source.open(tmp_path / "lr.png")
    with (
        pytest.raises(PictureError, match=r"lr\.png: "),
        enlarged(opened, Enlarger(network, tile=50), beside=tmp_path / "sr.png", name=tmp_path / "lr.png"),
    ):
        pass
    assert hidden(tmp_path) == []


@pytest.mark.usefixtures("on_disk")
def test_a_disk_without_room_is_told_before_any_work(
    tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    images.write(tmp_path / "lr.png", picture(3, "uint8"))
    free = shutil.disk_usage(tmp_path)._replace(free=10_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    with (
        pytest.raises(PictureError, match=r"180x302 pixels, 0\.0 GiB, but only 0\.0 GiB are free in"),
        enlarged(Source.open(tmp_path / "lr.png"), Enlarger(network), beside=tmp_path / "sr.png"),
    ):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
def test_a_disk_that_fills_is_named(tmp_path: Path) -> None:
    file = RawFile(tmp_path, "sr", (4, 4, 3), np.dtype("uint8"))
    file._file.close()
    file._file = Path("/dev/full").open("r+b", buffering=0)  # noqa: SIM115
    with pytest.raises(AcutanceError, match=r"cannot write .*sr.*\.raw: no space left on device"):
        file[..., 0:2, 0:4] = np.zeros((3, 2, 4), np.uint8)


def test_rooms_hold_little_in_memory(tmp_path: Path) -> None:
    small, large = (100, 100, 3), (4000, 6000, 3)
    with Room(tmp_path / "sr.png") as room:
        kinds = [type(room.canvas(shape, np.dtype("uint8"))) for shape in (small, large, small)]
        assert kinds == [Held, RawFile, Held]
        assert len(hidden(tmp_path)) == 1
    assert hidden(tmp_path) == []


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RawFile, np.ndarray]]:
    file = RawFile(tmp_path, "pixels", (30, 20, 3), np.dtype("uint16"))
    yield file, np.zeros((3, 30, 20), np.uint16)
    file.close()


def test_a_raw_file_takes_and_gives_parts_as_an_array_does(pair: tuple[RawFile, np.ndarray]) -> None:
    file, array = pair
    rng = np.random.default_rng(2)
    places = [(slice(0, 30), slice(0, 20)), (slice(3, 9), slice(5, 20)), (slice(29, 30), slice(0, 1))]
    for place in places:
        part = rng.integers(0, 65536, array[..., *place].shape, np.uint16)
        file[..., *place] = array[..., *place] = part
    for place in places:
        np.testing.assert_array_equal(file[..., *place], array[..., *place])
    np.testing.assert_array_equal(file.raster().planes(), np.moveaxis(array, 0, -1))
    np.testing.assert_array_equal(file.rows(4, 11), np.moveaxis(array, 0, -1)[4:11])


@pytest.mark.usefixtures("on_disk")
def test_every_frame_is_enlarged(tmp_path: Path, network: Network) -> None:
    frames = [images.Raster.of(picture(3, "uint8", 20 + number, 30)) for number in range(3)]
    images.encode(tmp_path / "lr.tif", frames)
    opened = Source.open(tmp_path / "lr.tif")
    with enlarged(opened, Enlarger(network), beside=tmp_path / "sr.tif") as made:
        for before, after in zip(frames, made.frames, strict=True):
            np.testing.assert_array_equal(after.planes(), upscale(before.planes(), network))
