"""What is done is skipped, and nothing that only looks like it."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from acutance import images
from acutance.networks import Network, create
from acutance.upscaling import upscale_files


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(3)
    return create("edsr", scale=2, blocks=1, channels=4)


def put(path: Path, side: int = 40) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    images.write(path, np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8))
    return path


def statuses(inputs: list[Path], out: Path | None, network: Network, **options: bool) -> list[str]:
    return [each.status for each in upscale_files(inputs, out, network, skip_existing=True, **options)]  # pyright: ignore


def cut(path: Path) -> None:
    """A file that ends in the middle, as other programs leave it when they are stopped."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def older(path: Path) -> None:
    os.utime(path, (1, 1))


def smaller(path: Path) -> None:
    images.write(path, np.zeros((40, 40, 3), np.uint8))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp", ".bmp"])
@pytest.mark.parametrize("harm", [cut, older, smaller, empty, Path.unlink])
def test_only_what_is_done_is_skipped(
    tmp_path: Path, network: Network, suffix: str, harm: Callable[[Path], None]
) -> None:
    sources = [put(tmp_path / f"{name}{suffix}") for name in "ab"]
    out = tmp_path / "out"
    assert statuses(sources, out, network) == ["written", "written"]
    before = [(out / source.name).read_bytes() for source in sources]
    assert statuses(sources, out, network) == ["skipped", "skipped"]
    harm(out / sources[1].name)
    assert statuses(sources, out, network) == ["skipped", "written"]
    assert [(out / source.name).read_bytes() for source in sources] == before


def test_a_changed_input_is_done_again(tmp_path: Path, network: Network) -> None:
    source = put(tmp_path / "a.png")
    assert statuses([source], None, network) == ["written"]
    put(source, 30)
    assert statuses([source], None, network) == ["written"]
    assert images.read(tmp_path / "a_x2.png").size == (60, 60)
    assert statuses([source], None, network) == ["skipped"]


def test_frames_that_are_missing_are_made(tmp_path: Path, network: Network) -> None:
    frames = [Image.new("L", (9, 7), 60 * number) for number in range(3)]
    frames[0].save(tmp_path / "pages.tif", save_all=True, append_images=frames[1:])
    out = tmp_path / "out/pages.tif"
    assert statuses([tmp_path / "pages.tif"], tmp_path / "out", network) == ["written"]
    assert statuses([tmp_path / "pages.tif"], tmp_path / "out", network) == ["skipped"]
    Image.new("L", (18, 14)).save(out)
    assert statuses([tmp_path / "pages.tif"], tmp_path / "out", network) == ["written"]
    with Image.open(out) as written:
        assert getattr(written, "n_frames", 1) == 3


def test_a_missing_gradient_map_is_not_done(tmp_path: Path) -> None:
    network = create("spsr", scale=2, blocks=1, channels=4, growth=2).eval()
    source = put(tmp_path / "a.png")
    assert statuses([source], None, network, gradients=True) == ["written"]
    assert statuses([source], None, network, gradients=True) == ["skipped"]
    (tmp_path / "a_x2_gradients.png").unlink()
    assert statuses([source], None, network, gradients=True) == ["written"]
    assert images.read(tmp_path / "a_x2_gradients.png").size == (80, 80)
