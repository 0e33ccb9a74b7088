"""`upscale` keeps the kind, the depth and the channels of what it is given, and its tiles cannot be seen."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from acutance import images, networks
from acutance.errors import PictureError, RequestError
from acutance.images import Picture
from acutance.networks import EDSR, EDSRConfig, Network
from acutance.ops import bicubic
from acutance.types import HighRes, LowRes
from acutance.upscaling import upscale
from acutance.upscaling.border import BORDER
from acutance.upscaling.engine import Engine
from acutance.upscaling.memory import available


@dataclass(frozen=True)
class ScaleAlone:
    scale: int


class Nearest(Network):
    """Repeats every pixel."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.config = ScaleAlone(scale)

    @property
    def receptive_radius(self) -> int | None:
        return 0

    def forward(self, lr: LowRes) -> HighRes:
        return nn.functional.interpolate(lr, scale_factor=self.scale)


class Brightest(Nearest):
    """Looks at the whole picture, as attention does."""

    @property
    def receptive_radius(self) -> None:
        return None

    def forward(self, lr: LowRes) -> HighRes:
        return super().forward(lr) * 0.9 + 0.1 * lr.amax((-1, -2), keepdim=True)


class Stretching(Nearest):
    """Goes far beyond [0, 1]."""

    def forward(self, lr: LowRes) -> HighRes:
        return super().forward(lr) * 3 - 1


@pytest.fixture(scope="module")
def edsr() -> EDSR:
    torch.manual_seed(3)
    return EDSR(EDSRConfig(scale=2, blocks=2, channels=8))


def picture(height: int = 61, width: int = 47, channels: int = 3, dtype: str = "uint8") -> np.ndarray:
    rng = np.random.default_rng(1)
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    values = (0.5 + 0.3 * np.sin(y / 5 + c) * np.cos(x / 7) + 0.08 * rng.standard_normal(y.shape)).clip(0, 1)
    return values.astype(dtype) if dtype.startswith("float") else np.rint(values * np.iinfo(dtype).max).astype(dtype)


def as_the_network_has_it(network: Network, array: np.ndarray) -> np.ndarray:
    """What the network makes of the whole picture and a mirrored border, without that of the border."""
    shown = np.pad(array / 255, ((BORDER, BORDER), (BORDER, BORDER), (0, 0)), mode="symmetric")
    with torch.inference_mode():
        sr = network(torch.from_numpy(shown).float().movedim(-1, 0)[None])[0].movedim(0, -1).numpy()
    return sr[BORDER * network.scale : -BORDER * network.scale, BORDER * network.scale : -BORDER * network.scale]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("channels", [None, 1, 2, 3, 4])
def test_arrays_keep_type_and_channels_and_values(channels: int | None, dtype: str) -> None:
    array = picture(channels=channels or 1, dtype=dtype)
    array = array if channels else array[..., 0]
    if channels in (2, 4):
        array[..., -1] = array.max()
    sr = upscale(array, Nearest(2), tile=16)
    assert (sr.dtype, sr.shape) == (array.dtype, (122, 94, *array.shape[2:]))
    colours = slice(None) if channels not in (2, 4) else slice(0, -1)
    repeated = array.repeat(2, 0).repeat(2, 1)[..., colours]
    tolerance = 0 if dtype.startswith("uint") else 1e-6
    np.testing.assert_allclose(sr[..., colours].astype(float), repeated.astype(float), atol=tolerance)


@pytest.mark.parametrize("tile", [9, 16, 33, 200])
def test_tiles_leave_no_trace(edsr: EDSR, tile: int) -> None:
    array = picture()
    whole = as_the_network_has_it(edsr, array).clip(0, 1)
    sr = upscale(array, edsr, tile=tile)
    assert np.abs(sr / 255 - whole).max() <= 0.5 / 255 + 1e-5


def test_tiles_leave_no_trace_on_a_photograph(edsr: EDSR, shared_data: Path) -> None:
    photograph = images.read(shared_data / "Set14" / "comic.png")
    tiled = upscale(photograph, edsr, tile=70)
    assert np.abs(tiled.pixels.astype(int) - upscale(photograph, edsr, tile=1000).pixels).max() <= 1


def test_result_is_clamped() -> None:
    array = picture()
    stretched = (array / 255 * 3 - 1).clip(0, 1)
    assert {0, 1} <= set(stretched.flat)
    sr = upscale(array, Stretching(1))
    np.testing.assert_array_equal(sr, np.rint(255 * stretched))


def test_ensemble_is_the_mean_over_symmetries_and_commutes_with_them(edsr: EDSR) -> None:
    array = picture(dtype="float32")
    views = [(quarters, flip) for quarters in range(4) for flip in (1, -1)]
    singles = [upscale(np.ascontiguousarray(np.rot90(array[:, ::f], q)), edsr) for q, f in views]
    upright = np.stack([np.rot90(sr, -q)[:, ::f] for sr, (q, f) in zip(singles, views, strict=True)])
    mean = upright.mean(0)
    # Where some are clamped, the mean of the clamped is not the clamped mean.
    inside = ((upright > 0) & (upright < 1)).all(0)
    assert inside.mean() > 0.5
    ensemble = upscale(array, edsr, ensemble=True, tile=20)
    np.testing.assert_allclose(ensemble[inside], mean[inside], atol=1e-5)
    turned = upscale(np.ascontiguousarray(np.rot90(array)), edsr, ensemble=True)
    np.testing.assert_allclose(turned, np.rot90(ensemble), atol=1e-5)


def test_hidden_colours_do_not_bleed_into_visible_ones(edsr: EDSR) -> None:
    clean = np.full((40, 40, 4), 200, np.uint8)
    clean[:, 20:, 3] = 0
    dirty = clean.copy()
    dirty[:, 20:, :3] = 0
    dirty[..., 3] = clean[..., 3] = np.where(np.arange(40) < 20, 255, 0)
    np.testing.assert_array_equal(upscale(dirty, edsr), upscale(clean, edsr))


def test_hidden_pixels_take_the_nearest_visible_colour() -> None:
    array = picture(20, 30, 4)
    array[..., 3] = 255
    array[5:9, 10:20, 3] = 0
    sr = upscale(array, Nearest(2))
    np.testing.assert_array_equal(sr[10, 30, :3], array[4, 15, :3])
    np.testing.assert_array_equal(sr[16, 30, :3], array[9, 15, :3])


def test_alpha_is_bicubic_whatever_the_tile(edsr: EDSR) -> None:
    array = picture(channels=4)
    expected = bicubic(torch.from_numpy(array[..., 3] / 255).float()[None, None], 2)[0, 0].clamp(0, 1).numpy()
    sr = upscale(array, edsr, tile=13)
    assert np.abs(sr[..., 3] / 255 - expected).max() <= 0.5 / 255 + 1e-5


def test_grey_stays_grey_and_profile_and_exif_stay(edsr: EDSR) -> None:
    grey = Picture.of(picture(channels=1, dtype="uint16"), icc=b"profile", exif=b"exif")
    sr = upscale(grey, edsr)
    assert (sr.grey, sr.icc, sr.exif, sr.pixels.dtype) == (True, b"profile", b"exif", np.uint16)
    assert (sr.height, sr.width) == (122, 94)
    rgb = upscale(Picture.of(np.repeat(picture(channels=1, dtype="uint16"), 3, 2)), edsr)
    np.testing.assert_allclose(sr.pixels[..., 0], rgb.pixels.mean(2), atol=1)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
def test_pillow_images_keep_their_mode_and_profile(mode: str) -> None:
    channels = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "I;16": 1}[mode]
    array = picture(channels=channels, dtype="uint16" if mode == "I;16" else "uint8")
    image = Image.fromarray(array[..., 0] if channels == 1 else array)
    image.info["icc_profile"] = b"profile"
    sr = upscale(image, Nearest(3))
    assert (sr.mode, sr.size, sr.info) == (mode, (141, 183), {"icc_profile": b"profile"})


def test_paths_become_pictures(tmp_path: Path) -> None:
    images.write(tmp_path / "a.png", picture())
    for path in (tmp_path / "a.png", str(tmp_path / "a.png")):
        np.testing.assert_array_equal(upscale(path, Nearest(2)).pixels, picture().repeat(2, 0).repeat(2, 1))
    with pytest.raises(PictureError, match="no such file"):
        upscale(tmp_path / "b.png", Nearest(2))


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (5, 2), (3, 130)])
def test_any_size(edsr: EDSR, size: tuple[int, int]) -> None:
    array = picture(*size)
    sr = upscale(array, edsr)
    assert np.abs(sr / 255 - as_the_network_has_it(edsr, array).clip(0, 1)).max() <= 0.5 / 255 + 1e-5


def test_global_networks_are_blended_without_steps() -> None:
    flat = np.full((200, 150, 3), 100, np.uint8)
    flat[:20, :20] = 250  # the brightest spot, which only some tiles see
    sr = upscale(flat, Brightest(2), tile=60).astype(int)[60:, 60:]
    assert sr.max() - sr.min() >= 10
    assert max(np.abs(np.diff(sr, axis=axis)).max() for axis in (0, 1)) <= 1
    np.testing.assert_array_equal(upscale(flat, Nearest(2), tile=60), flat.repeat(2, 0).repeat(2, 1))


def test_callers_network_is_left_as_it_was(edsr: EDSR) -> None:
    network = EDSR(EDSRConfig(**vars(edsr.config))).train()
    upscale(picture(), network, device="cpu")
    assert network.training
    assert all(parameter.grad is None and parameter.requires_grad for parameter in network.head.parameters())


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((4, 4, 5), np.uint8), r"\(4, 4, 5\)"),
        (np.zeros((4, 4, 3), np.int32), "int32"),
        (np.zeros((0, 4, 3), np.uint8), r"\(0, 4, 3\)"),
    ],
)
def test_arrays_that_are_no_pictures(array: np.ndarray, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        upscale(array, Nearest(2))


def test_bad_options_are_named() -> None:
    for options, words in [({"device": "tpu9"}, "tpu9"), ({"tile": 0}, "0"), ({"overlap": -1}, "-1")]:
        with pytest.raises(RequestError, match=words):
            upscale(picture(), Nearest(2), **options)
    with pytest.raises(RequestError, match="edsr-xyz"):
        upscale(picture(), "edsr-xyz")


def test_too_large_a_result_is_refused_with_its_size() -> None:
    huge = np.broadcast_to(np.uint8(0), (300_000, 300_000, 3))
    with pytest.raises(RequestError, match=r"1200000x1200000 pixels, 4023\.3 GiB"):
        upscale(huge, Nearest(4))


def test_automatic_tile_follows_the_networks_need() -> None:
    small, large = (Engine(networks.create(name, scale=4)) for name in ("edsr-light", "edsr-l"))
    assert small.tile_for(50, 30) == 64
    assert small.tile_for(100, 80) == 100
    for engine in (small, large):
        tile = engine.tile_for(20_000, 20_000)
        assert 16 <= tile <= 384
        window = tile + 2 * engine.overlap
        least = (16 + 2 * engine.overlap) ** 2 * engine._need
        assert window**2 * engine._need <= max(available(torch.device("cpu")) / 3, least)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_a_network_ships_for_the_scale_asked_for(scale):
    smooth = np.asarray(Image.fromarray(picture(6, 5)).resize((40, 48), Image.Resampling.BICUBIC))
    sr = upscale(smooth, scale=scale)
    assert sr.shape == (48 * scale, 40 * scale, 3)
    smaller = np.asarray(Image.fromarray(sr).resize((40, 48), Image.Resampling.BICUBIC)).astype(int)
    assert np.abs(smaller - smooth)[4:-4, 4:-4].mean() < 2


def test_a_scale_that_the_network_has_not_is_reached_by_repeating_and_down(edsr: EDSR) -> None:
    array = picture(20, 14)
    twice = upscale(upscale(array, edsr), edsr)
    np.testing.assert_array_equal(upscale(array, edsr, scale=4), twice)
    assert upscale(array, edsr, scale=2).shape == (40, 28, 3)
    assert upscale(array, edsr, scale=2.5).shape == (50, 35, 3)
    assert upscale(array, Nearest(3), scale=1.5).shape == (30, 21, 3)
