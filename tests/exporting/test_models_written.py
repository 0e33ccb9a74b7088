"""What `export` writes for other programs: the network, of any size, and what it says of itself."""

from pathlib import Path

import numpy as np
import pytest
import torch

from acutance import networks
from acutance.cli.main import main
from acutance.engines import Way, run_file
from acutance.engines.onnx_metadata import metadata_of
from acutance.errors import RequestError
from acutance.exporting import export
from acutance.upscaling import upscale
from contracts.test_networks import SMALL
from photographs import photograph

CPU = torch.device("cpu")
EXPORTED = sorted(set(networks.NETWORKS) - {"nlsn"})


@pytest.fixture(autouse=True)
def _libraries() -> None:
    for library in ("onnx", "onnxruntime", "openvino"):
        pytest.importorskip(library)


def small(name: str, scale: int = 2) -> networks.Network:
    torch.manual_seed(0)
    network = networks.create(name, scale=scale, **SMALL.get(name, {"channels": 8})).eval()
    with torch.no_grad():  # some gates are shut at first, as HAN's gamma of 0
        for parameter in network.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    return network


@pytest.mark.parametrize("name", EXPORTED)
def test_every_network_is_itself_at_every_size(name: str, tmp_path: Path) -> None:
    network = small(name)
    path = export(network, tmp_path / "network.onnx")
    words = {key.removeprefix("acutance."): word for key, word in metadata_of(path.read_bytes()).items()}
    assert (words["network"], words["scale"], words["range"]) == (network.name, "2", "0..1")
    assert words["checked"] == "24x32, 33x47, 61x40"
    assert 0 <= float(words["largest_difference"]) < 1e-3
    runner = run_file(path, CPU, Way("onnxruntime"))
    assert (runner.scale, runner.receptive_radius) == (2, network.receptive_radius)
    for height, width in ((7, 41), (1, 16), (40, 40)):
        lr = torch.rand(1, 3, height, width)
        with torch.inference_mode():
            assert torch.allclose(runner(lr), network(lr), atol=1e-4)


def test_openvinos_two_files_are_the_network_and_say_the_same(tmp_path: Path) -> None:
    network = small("edsr", 3)
    path = export(network, tmp_path / "network.xml")
    assert {each.name for each in tmp_path.iterdir()} == {"network.xml", "network.bin"}
    runner = run_file(path, CPU, Way("openvino", "32"))
    assert (runner.name, runner.scale, runner.range) == ("edsr", 3, 1.0)
    assert runner.receptive_radius == network.receptive_radius
    lr = torch.rand(1, 3, 19, 30)
    with torch.inference_mode():
        assert torch.allclose(runner(lr), network(lr), atol=1e-5)


def test_what_cannot_be_exported_says_why_and_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    path.write_text("before")
    with pytest.raises(RequestError, match="nlsn cannot be written as ONNX: its attention sorts positions"):
        export(small("nlsn"), path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("layout", "name"), [("onnx", "a.xml"), ("openvino", "a.onnx"), ("onnx-int8", "a.pth")])
def test_a_layout_has_its_suffix(layout: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="this layout is a file that ends in"):
        export(small("edsr"), tmp_path / name, layout=layout)


@pytest.mark.parametrize("name", ["network.onnx", "network.xml"])
def test_upscale_takes_what_export_wrote(name: str, tmp_path: Path) -> None:
    network = small("edsr")
    path = export(network, tmp_path / name)
    lr = photograph(1, 40, 50)
    assert np.abs(upscale(lr, path).astype(int) - upscale(lr, network)).max() <= 1
    assert np.abs(upscale(lr, path, tile=16).astype(int) - upscale(lr, network)).max() <= 1


def test_the_command_writes_and_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, picture = tmp_path / "edsr.onnx", tmp_path / "a.png"
    assert main(["export", "edsr-light-x4", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: edsr-light x4, 232,963 parameters, onnx layout\n"
    from acutance import images

    images.write(picture, photograph(2, 20, 24))
    for engine in ("openvino", "onnxruntime"):
        target = tmp_path / f"{engine}.png"
        assert main(["upscale", str(picture), "--network", str(out), "--engine", engine, "-o", str(target)]) == 0
        expected = upscale(photograph(2, 20, 24), "edsr-light-x4")
        assert np.abs(images.read(target).pixels.astype(int) - expected).max() <= 1
    assert (
        main(["upscale", str(picture), "--network", str(out), "--engine", "torch", "-o", str(tmp_path / "t.png")]) == 2
    )
    assert "is read by openvino and onnxruntime, not by torch" in capsys.readouterr().err


def test_int8_is_smaller_and_near(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = networks.create("edsr", scale=2, blocks=1, channels=32).eval()
    exact, coarse = export(network, tmp_path / "a.onnx"), export(network, tmp_path / "b.onnx", layout="onnx-int8")
    assert coarse.stat().st_size < 0.6 * exact.stat().st_size
    assert metadata_of(coarse.read_bytes())["acutance.precision"] == "int8"
    lr = torch.from_numpy(photograph(3, 40, 40)).movedim(-1, 0)[None] / 255
    off = (run_file(coarse, CPU, Way("onnxruntime"))(lr) - run_file(exact, CPU, Way("onnxruntime"))(lr)).abs()
    assert 0 < float(off.mean()) < 0.02
