"""The gradient map that a network of SPSR predicts, written beside SR: the same way through the tiles, its own file."""

from pathlib import Path

import numpy as np
import pytest
import torch
from test_upscale_command import put

from acutance import checkpoints, images
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.images import Output
from acutance.networks import Network, create
from acutance.upscaling import upscale, upscale_files, upscale_with_gradients
from acutance.upscaling.border import BORDER
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.jobs import plan
from acutance.upscaling.rules import Rules

RANDOM = np.random.default_rng(5)


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(3)
    made = create("spsr", scale=2, blocks=1, channels=4, growth=2).eval()
    # Untrained, the map is nearly even and around zero: what is below would only meet the clamp.
    torch.nn.init.constant_(made.get_parameter("conv_w.0.bias"), 0.5)
    made.get_parameter("conv_w.0.weight").data.mul_(300)
    return made


def pixels(height: int, width: int, channels: int = 3, kind: type = np.uint8) -> np.ndarray:
    return RANDOM.integers(0, np.iinfo(kind).max + 1, (height, width, channels), kind)


def test_sr_is_that_without_the_map_and_the_map_is_what_the_network_predicts(network: Network) -> None:
    lr = pixels(20, 26)
    sr, gradients = upscale_with_gradients(lr, network)
    assert np.array_equal(sr, upscale(lr, network))
    shown = np.pad(lr, ((BORDER, BORDER), (BORDER, BORDER), (0, 0)), mode="symmetric")
    with torch.inference_mode():
        side = network.predict(torch.from_numpy(shown).movedim(-1, 0)[None].float() / 255).side["gradient"]
    side = side[..., 2 * BORDER : -2 * BORDER, 2 * BORDER : -2 * BORDER]
    expected = (side[0].movedim(0, -1).clamp(0, 1).numpy() * 255).round()
    assert np.abs(gradients - expected).max() <= 1
    assert gradients.std() > 2


def test_tiles_do_not_show(network: Network) -> None:
    lr = pixels(90, 70)
    whole, tiled = (upscale_with_gradients(lr, network, tile=tile)[1].astype(int) for tile in (90, 30))
    assert np.abs(whole - tiled).max() <= 1


def test_a_network_without_a_gradient_branch_is_refused_before_any_work(tmp_path: Path) -> None:
    plain = create("edsr", scale=2, blocks=1, channels=4)
    picture = put(tmp_path / "a.png")
    with pytest.raises(RequestError, match="edsr predicts no gradient map"):
        upscale_files([picture], tmp_path / "out", plain, gradients=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("channels", "mapped", "kind"), [(1, 1, np.uint8), (2, 1, np.uint8), (4, 3, np.uint8), (1, 1, np.uint16)]
)
def test_grey_transparent_and_deep_pictures(
    tmp_path: Path, network: Network, channels: int, mapped: int, kind: type
) -> None:
    images.write(tmp_path / "a.png", pixels(10, 14, channels, kind))
    upscale_files([tmp_path / "a.png"], tmp_path / "out", network, gradients=True)
    sr, gradients = (images.read(tmp_path / "out" / name).planes for name in ("a.png", "a_gradients.png"))
    assert sr.shape == (20, 28, channels)
    assert (gradients.shape, gradients.dtype) == ((20, 28, mapped), kind)


def test_the_command_writes_it_beside_and_says_so_in_its_record(tmp_path: Path, network: Network) -> None:
    checkpoints.save(tmp_path / "spsr.safetensors", network, {})
    photo = put(tmp_path / "photo.jpg")
    network_file, record = str(tmp_path / "spsr.safetensors"), tmp_path / "r.json"
    assert main(["upscale", str(photo), "--network", network_file, "--gradients", "--json", str(record)]) == 0
    assert {path.name for path in tmp_path.glob("photo*")} == {"photo.jpg", "photo_x2.jpg", "photo_x2_gradients.png"}
    assert str(tmp_path / "photo_x2_gradients.png") in record.read_text()


def test_names_that_clash_cost_those_that_clash(tmp_path: Path, network: Network) -> None:
    jpg, png, own = (put(tmp_path / name) for name in ("a.jpg", "a.png", "a_gradients.png"))
    enlarger = Enlarger(network)
    assert not any(job.fault for job in plan([jpg, png], tmp_path / "out", enlarger, Rules()).jobs)
    faults = [str(job.fault) for job in plan([jpg, png], tmp_path / "out", enlarger, Rules(gradients=True)).jobs]
    assert all("would both become" in fault for fault in faults)
    assert "a_gradients.png" in faults[0]
    beside = plan([jpg, own], tmp_path, enlarger, Rules("{stem}", Output("webp"), gradients=True))
    assert ([job.source for job in beside.jobs], beside.results) == ([jpg], [own])
