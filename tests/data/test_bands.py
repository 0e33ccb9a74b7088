"""Pictures of other bands than RGB: read, trained on with PCL, scored band by band; and what knows RGB alone."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile
import torch

import acutance
from acutance.cli.main import main
from acutance.data import BandStore, PatchStream
from acutance.errors import PictureError, RequestError
from acutance.images.multiband import read_bands
from acutance.metrics.per_band import psnr_of_bands, ssim_of_bands
from photographs import photograph

RECIPE = """
from dataclasses import replace

from acutance.losses import GradientPixel
from acutance.experiment import Term
from acutance.networks import create
from acutance.recipes import pixel
from acutance.recipes.pcl import with_pcl


def four(scale):
    network = create("edsr", scale=scale, blocks=1, channels=8, bands=4)
    control = replace(pixel.edsr_light(scale), network=network)
    return replace(control, objective={**control.objective, "gradient": Term(0.1, GradientPixel())})


def four_pcl(scale):
    return with_pcl(four(scale))


def noisy(scale):
    from acutance.degrade import Classical, GaussianNoise

    return replace(four(scale), degradation=Classical(scale, noise=GaussianNoise()))
"""


def planes(seed: int, height: int = 64, width: int = 72) -> np.ndarray:
    """RGB and a fourth band, that of near infrared, which looks like none of them."""
    rgb = photograph(seed, height, width).astype(np.float32) / 255
    return np.concatenate([rgb, 1 - rgb[..., :1] ** 2], axis=2)


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    folder = tmp_path / "scenes"
    folder.mkdir()
    np.save(folder / "a.npy", planes(1))
    np.save(folder / "b.npy", (planes(2) * 65535).astype(np.uint16))
    pyvips.Image.new_from_array((planes(3) * 255).round().astype(np.uint8)).tiffsave(str(folder / "c.tif"))
    return folder


def test_every_kind_of_number_becomes_floats_of_one_range(scenes: Path) -> None:
    for name, seed, off in (("a.npy", 1, 1e-6), ("b.npy", 2, 1 / 65535), ("c.tif", 3, 1 / 255)):
        found = read_bands(scenes / name)
        assert found.shape == (64, 72, 4)
        assert np.abs(found - planes(seed)).max() <= off


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((4, 4, 5), 2.0), "go from 2 to 2"),
        (np.zeros((4, 4), np.int32), "int32"),
        (np.zeros(4), "rows x columns"),
    ],
)
def test_what_is_no_picture_is_told(array: np.ndarray, words: str, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", array)
    with pytest.raises(PictureError, match=words):
        read_bands(tmp_path / "x.npy")


def test_an_array_that_would_run_code_is_not_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(PictureError, match="no array that numpy reads"):
        read_bands(tmp_path / "x.npy")


def test_an_archive_that_is_called_an_array_is_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", planes(1))
    (tmp_path / "x.npz").rename(tmp_path / "x.npy")
    with pytest.raises(PictureError, match="no array that numpy reads"):
        read_bands(tmp_path / "x.npy")


@pytest.mark.parametrize(
    ("shape", "options", "words"),
    [
        ((4, 40, 44), {"photometric": "minisblack", "planarconfig": "separate"}, "one behind the other"),
        ((4, 40, 44), {"photometric": "minisblack"}, "it holds 4 pictures"),
        ((2, 40, 44, 4), {"photometric": "rgb", "extrasamples": ["unspecified"]}, "it holds 2 pictures"),
    ],
)
def test_tiffs_whose_bands_are_elsewhere_are_told(
    shape: tuple[int, ...], options: dict[str, Any], words: str, tmp_path: Path
) -> None:
    tifffile.imwrite(tmp_path / "x.tif", np.arange(np.prod(shape), dtype=np.uint16).reshape(shape), **options)
    with pytest.raises(PictureError, match=words):
        read_bands(tmp_path / "x.tif")


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_tiff_that_is_cut_off_is_told(compression: str | None, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "x.tif", planes(1), photometric="rgb", rowsperstrip=8, compression=compression)
    (tmp_path / "x.tif").write_bytes((tmp_path / "x.tif").read_bytes()[:-3000])
    with pytest.raises(PictureError, match="truncated"):
        read_bands(tmp_path / "x.tif")


def test_a_tiff_that_lies_on_its_side_is_put_upright_and_its_smaller_copies_are_left_out(tmp_path: Path) -> None:
    options: Any = {"photometric": "rgb", "extrasamples": ["unspecified"], "extratags": [(274, "H", 1, 6, True)]}
    with tifffile.TiffWriter(tmp_path / "x.tif") as file:
        file.write(planes(1), **options)
        file.write(planes(1)[::2, ::2].copy(), subfiletype=1, **options)
    assert np.array_equal(read_bands(tmp_path / "x.tif"), np.rot90(planes(1), -1))


def test_patches_of_lr_are_those_of_hr_reduced(scenes: Path) -> None:
    store = BandStore([scenes], 2, 4, 32)
    batch = PatchStream(store, patch=32, batch=3, seed=1).batch_at(5, "cpu")
    assert (batch.lr.shape, batch.hr.shape) == ((3, 4, 16, 16), (3, 4, 32, 32))
    inner = acutance.ops.bicubic(batch.hr, 1 / 2)[..., 3:-3, 3:-3]
    assert (inner - batch.lr[..., 3:-3, 3:-3]).abs().max() < 1e-5
    again = PatchStream(store, patch=32, batch=3, seed=1).batch_at(5, "cpu")
    assert torch.equal(batch.lr, again.lr)


def test_other_bands_are_left_out_and_none_at_all_is_told(scenes: Path) -> None:
    np.save(scenes / "d.npy", np.zeros((64, 64, 7), np.float32))
    assert len(BandStore([scenes], 2, 4).names) == 3
    with pytest.raises(RequestError, match=r"no picture of 5 bands.*it has 4 bands"):
        BandStore([scenes], 2, 5)


def test_scores_are_of_each_band() -> None:
    hr = planes(1)
    sr = hr.copy()
    sr[..., 3] = np.clip(sr[..., 3] + 0.1, 0, 2)
    psnr, ssim = psnr_of_bands(sr, hr, border=2), ssim_of_bands(sr, hr, border=2)
    assert psnr[:3] == [float("inf")] * 3
    assert psnr[3] == pytest.approx(20, abs=0.01)
    assert min(ssim[:3]) == 1.0 > ssim[3]
    with pytest.raises(RequestError, match="sizes and bands must be the same"):
        psnr_of_bands(sr[..., :3], hr, border=2)


@pytest.mark.slow
def test_a_network_of_four_bands_trains_with_pcl_and_is_scored(
    scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(RECIPE)
    words = ["train", "mine.py:four_pcl", "--data", str(scenes), "--out", "run", "--scale", "2", "--device", "cpu"]
    assert main([*words, "--steps", "3", "--batch", "2", "--patch", "48"]) == 0
    assert main([*words, "--steps", "3", "--batch", "2", "--patch", "48", "--resume"]) == 0
    assert main(["evaluate", "run", "--bands", str(scenes), "--json", "scores.json"]) == 0
    told = json.loads(Path("scores.json").read_text())
    assert len(told["means"]["psnr"]) == len(told["baseline"]["ssim"]) == 4
    assert "bicubic PSNR" in capsys.readouterr().out
    for more, sentence in (
        (["mine.py:noisy"], "degradations are of RGB"),
        (["mine.py:four", "--validate", str(scenes)], "--validate scores RGB"),
    ):
        assert main(["train", *more, "--data", str(scenes), "--out", "other", "--scale", "2", "--steps", "1"]) == 2
        assert sentence in capsys.readouterr().err
