"""Files of bands through `acutance upscale`: grey, four and six, TIFF and .npy; and what does not fit, in words."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import acutance
from acutance import images
from acutance.checkpoints import save
from acutance.cli.main import main
from acutance.errors import PictureError, RequestError
from acutance.images.multiband import read_bands, read_planes, write_planes
from acutance.networks import create
from acutance.upscaling.band_planes import upscale_bands
from acutance.upscaling.begun import Begun
from acutance.upscaling.outcome import Report
from acutance.upscaling.watching import Watch
from photographs import photograph


def planes(bands: int, kind: str = "uint16", seed: int = 1) -> np.ndarray:
    """Return (40, 44, bands)."""
    whole = np.concatenate([photograph(seed + number, 40, 44) for number in range(-(-bands // 3))], axis=2)[..., :bands]
    return (whole / 255).astype(np.float32) if kind == "float32" else whole.astype(kind) * (257 if "16" in kind else 1)


def network(folder: Path, bands: int) -> Path:
    """Write small weights of a network for so many bands, at x2."""
    torch.manual_seed(bands)
    made = create("edsr", scale=2, blocks=1, channels=8, bands=bands)
    save(folder / f"of{bands}.safetensors", made)
    return folder / f"of{bands}.safetensors"


def close(written: np.ndarray, expected: np.ndarray, levels: float) -> None:
    """Whether two pictures are the same but for rounding, away from the edge, which files are shown mirrored."""
    inner = (slice(20, -20), slice(20, -20))
    assert np.abs(written.astype(float) - expected.astype(float))[inner].max() <= levels


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("suffix", [".tif", ".npy"])
def test_a_file_of_four_bands_keeps_its_kind_and_its_numbers(kind: str, suffix: str, tmp_path: Path) -> None:
    weights, path = network(tmp_path, 4), tmp_path / f"scene{suffix}"
    write_planes(path, planes(4, kind))
    assert np.array_equal(read_planes(path), planes(4, kind))
    assert main(["upscale", str(path), "--network", str(weights)]) == 0
    made = read_planes(tmp_path / f"scene_x2{suffix}")
    assert (made.shape, made.dtype.name) == ((80, 88, 4), kind)
    expected = upscale_bands(read_bands(path), acutance.load(weights))
    close(made / {"uint8": 255, "uint16": 65535, "float32": 1}[kind], expected, 1 / 255 if kind == "uint8" else 1e-4)
    array = acutance.upscale(planes(4, kind), weights)
    assert np.array_equal(array, made)


def test_a_folder_of_six_bands_goes_on_where_it_was_and_names_what_does_not_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights, scenes = network(tmp_path, 6), tmp_path / "scenes"
    for name, bands in (("a/one.npy", 6), ("two.tif", 6), ("three.npy", 5)):
        write_planes(scenes / name, planes(bands))
    words = ["upscale", str(scenes), "--network", str(weights), "-o", str(tmp_path / "out")]
    record = tmp_path / "record.json"
    assert main([*words, "--json", str(record)]) == 1
    assert "three.npy: it has 5 bands, and the network takes 6" in capsys.readouterr().err
    assert json.loads(record.read_text())["counts"] == {"written": 2, "skipped": 0, "failed": 1, "not begun": 0}
    assert read_planes(tmp_path / "out" / "a" / "one.npy").shape == (80, 88, 6)
    assert main(words) == 1
    assert "is there already" in capsys.readouterr().err
    (scenes / "three.npy").unlink()
    assert main([*words, "--skip-existing"]) == 0
    assert "0 written, 2 skipped" in capsys.readouterr().out
    whole = (tmp_path / "out" / "two.tif").read_bytes()
    (tmp_path / "out" / "two.tif").write_bytes(whole[:-500])
    assert main([*words, "--skip-existing"]) == 0
    assert "1 written, 1 skipped" in capsys.readouterr().out
    assert (tmp_path / "out" / "two.tif").read_bytes() == whole
    assert acutance.upscale(planes(6), weights).shape == (80, 88, 6)


@pytest.mark.parametrize(("where", "name"), [(Report, "add"), (Watch, "done"), (Begun, "end")])
def test_a_file_that_came_whole_before_the_stop_is_told_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: type, name: str
) -> None:
    for number in range(3):
        write_planes(tmp_path / f"in/{number}.npy", planes(4, seed=number))

    def stopping(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, name, stopping)
    record = tmp_path / "r.json"
    words = [tmp_path / "in", "-o", tmp_path / "out", "--network", network(tmp_path, 4), "--json", record]
    assert main(["upscale", *map(str, words)]) == 130
    told = json.loads(record.read_text())
    assert [(each["target"], each["status"]) for each in told["pictures"]] == [(str(tmp_path / "out/0.npy"), "written")]
    assert len(told["not_begun"]) == 2


def test_grey_pictures_of_any_format_go_through_a_network_of_one_band(tmp_path: Path) -> None:
    weights, grey = network(tmp_path, 1), planes(1, "uint8")
    images.write(tmp_path / "grey.png", grey)
    np.save(tmp_path / "grey.npy", grey[..., 0])
    assert main(["upscale", str(tmp_path / "grey.png"), "--network", str(weights)]) == 0
    assert main(["upscale", str(tmp_path / "grey.npy"), "--network", str(weights)]) == 0
    made = images.read(tmp_path / "grey_x2.png").pixels
    close(made[..., 0] / 255, upscale_bands(grey / np.float32(255), acutance.load(weights))[..., 0], 1 / 255)
    assert np.array_equal(read_planes(tmp_path / "grey_x2.npy"), made[..., :1])


def test_an_array_of_rgb_goes_through_what_ships(tmp_path: Path) -> None:
    write_planes(tmp_path / "rgb.npy", planes(3, "uint8"))
    assert (
        main(["upscale", str(tmp_path / "rgb.npy"), "--network", "edsr-light-x4", "-o", str(tmp_path / "x.npy")]) == 0
    )
    assert np.array_equal(read_planes(tmp_path / "x.npy"), acutance.upscale(planes(3, "uint8"), "edsr-light-x4"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--scale", "3"], "as large as the network makes them"),
        (["--format", "png"], "--format is for pictures"),
        (["-o", "x.png"], "cannot hold any number of bands"),
        (["--engine", "onnxruntime"], "works in PyTorch alone"),
    ],
)
def test_what_is_for_pictures_alone_is_refused_before_any_work(
    more: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_planes(Path("scene.npy"), planes(4))
    assert main(["upscale", "scene.npy", "--network", str(network(tmp_path, 4)), *more]) == 2
    assert words in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["of4.safetensors", "scene.npy"]


def test_pictures_that_a_network_of_bands_cannot_take_say_so(tmp_path: Path) -> None:
    grey, four = network(tmp_path, 1), network(tmp_path, 4)
    images.write(tmp_path / "rgb.png", planes(3, "uint8"))
    (seen,) = acutance.upscaling.upscale_files([tmp_path / "rgb.png"], network=grey)
    assert "it has 3 bands, and the network takes 1" in str(seen.error)
    (seen,) = acutance.upscaling.upscale_files([tmp_path / "rgb.png"], network=four)
    assert "files of bands are .npy, .tif, .tiff" in str(seen.error)
    with pytest.raises(RequestError, match="it has 3 bands, and the network takes 4"):
        acutance.upscale(planes(3), four)
    with pytest.raises(RequestError, match=r"takes pictures of 4 bands, and sets are scored in RGB: .* --bands DIR"):
        acutance.evaluate(four, data=tmp_path, sets="Set5")
    write_planes(tmp_path / "large.npy", planes(4))
    with pytest.raises(PictureError, match="more than the 1000 of --max-pixels"):
        read_planes(tmp_path / "large.npy", 1000)
