"""Networks in OpenVINO and ONNX Runtime are those of PyTorch; which of them is taken; what is not there is said."""

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import acutance
from acutance import catalogue, networks
from acutance.engines import Way, openvino_session, run_file, run_network, ways
from acutance.engines.in_levels import take_levels
from acutance.engines.onnx_metadata import metadata_of, with_metadata
from acutance.errors import AcutanceError, RequestError
from acutance.networks import Network
from acutance.ops import bicubic, image_of
from acutance.types import HighRes, LowRes
from acutance.upscaling import upscale
from acutance.upscaling.enlarger import Enlarger, loses_little
from photographs import photograph

CPU = torch.device("cpu")


@dataclass(frozen=True)
class ScaleAlone:
    scale: int


class Plain(Network):
    """A network of a user's own, whose image goes through `range` times itself."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.config = "plain", ScaleAlone(2)
        self.gain = nn.Parameter(torch.ones(()))

    @property
    def receptive_radius(self) -> int | None:
        return 0

    def forward(self, lr: LowRes) -> HighRes:
        return nn.functional.interpolate(lr * self.gain, scale_factor=2)


class Deciding(Plain):
    """Asks for the size of its picture, which a tracer does not see."""

    def forward(self, lr: LowRes) -> HighRes:
        return super().forward(lr) * (1.0 if lr.shape[-1] < 30 else 0.5)


@pytest.fixture(scope="module")
def edsr() -> Network:
    torch.manual_seed(0)
    return networks.create("edsr", blocks=1, channels=8, scale=2).eval()


@pytest.fixture(params=["openvino", "onnxruntime"])
def engine(request: pytest.FixtureRequest) -> str:
    pytest.importorskip("onnx")
    pytest.importorskip(request.param)
    return request.param


@pytest.mark.parametrize("way", [Way("torch", "32"), Way("openvino", "32"), Way("onnxruntime", "32")])
def test_every_engine_makes_the_same(edsr: Network, way: Way) -> None:
    for library in {"openvino": ("openvino", "onnx"), "onnxruntime": ("onnxruntime", "onnx")}.get(way.engine, ()):
        pytest.importorskip(library)
    runner = run_network(edsr, CPU, way)
    assert (runner.name, runner.scale, runner.receptive_radius) == ("edsr", 2, edsr.receptive_radius)
    for shape in ((2, 3, 17, 23), (1, 3, 24, 21), (1, 3, 24, 21), (1, 3, 24, 21), (1, 3, 1, 5)):
        lr = torch.rand(shape)
        with torch.inference_mode():
            assert torch.allclose(runner(lr), edsr(lr), atol=1e-5)


def test_16_bits_are_near_and_not_the_same(edsr: Network) -> None:
    lr = torch.rand(1, 3, 20, 30)
    off = (run_network(edsr, CPU, Way("torch", "16"))(lr) - run_network(edsr, CPU, Way("torch", "32"))(lr)).abs().max()
    assert 0 < off < 0.05


def test_upscale_takes_an_engine_and_cuts_tiles_as_ever(edsr: Network, engine: str) -> None:
    lr = photograph(1, 48, 60)
    made = upscale(lr, edsr, engine=engine, tile=20)
    assert np.abs(made.astype(int) - upscale(lr, edsr)).max() <= 1


def test_a_network_that_tracing_does_not_catch_is_refused_and_not_wrong(engine: str) -> None:
    with pytest.raises(AcutanceError, match="plain came out wrong: its SR of 47x33 is off by"):
        run_network(Deciding().eval(), CPU, Way(engine, "32"))


def test_what_has_no_form_in_onnx_says_why(engine: str) -> None:
    nlsn = networks.create("nlsn", scale=2, blocks=4, every=2, channels=8).eval()
    with pytest.raises(RequestError, match="nlsn cannot be written as ONNX: its attention sorts positions"):
        run_network(nlsn, CPU, Way(engine, "32"))


def choice(way: Way, network: Network, *, pixels: float = 1e9, measured: bool = False, side: bool = False) -> Way:
    return way.of_network(network, CPU, measured=measured, pixels=pixels, side=side)


def test_auto_takes_openvino_where_that_pays_and_16_bits_where_their_loss_is_known(
    edsr: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "installed", lambda library: True)
    monkeypatch.setattr(ways, "has_bf16", lambda: True)
    monkeypatch.setattr(ways, "demand_library", lambda library, what: None)
    assert choice(Way(), edsr) == Way("openvino", "32")
    assert choice(Way(), edsr, measured=True) == Way("openvino", "16")
    assert choice(Way(), edsr, measured=True, pixels=ways.WORTH - 1) == Way("torch", "32")
    assert choice(Way(), edsr, side=True) == Way("torch", "32")
    assert choice(Way(), Plain()) == Way("torch", "32")
    monkeypatch.setattr(ways, "has_bf16", lambda: False)
    assert choice(Way(), edsr, measured=True) == Way("openvino", "32")
    with pytest.raises(RequestError, match="this machine has no units for 16 bits"):
        choice(Way("openvino", "16"), edsr)


def test_16_bits_are_for_those_whose_loss_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {path.stem for path in catalogue.bundled().values()} >= ways.LITTLE_LOST
    told = {
        name: loses_little(name) for name in ("default-x2", "default-x3", "real-x4", "real-x2", "sharp-x4", "runs/x")
    }
    assert [name for name, little in told.items() if not little] == ["real-x2", "sharp-x4", "runs/x"]
    assert loses_little(catalogue.bundled()["default-x4"])
    monkeypatch.setattr("acutance.upscaling.enlarger.LITTLE_LOST", frozenset({"rlfn-x4"}))
    assert not loses_little("default-x3")


@pytest.mark.parametrize(("design", "settings"), [("edsr", {}), ("rlfn", {}), ("swinir-light", {"groups": 1})])
def test_a_network_that_is_given_levels_is_the_same(
    design: str, settings: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Computed in 32 bits, where nothing but the levels makes a difference."""
    pytest.importorskip("onnx")
    pytest.importorskip("openvino")
    monkeypatch.setitem(openvino_session.HINTS, "16", "f32")
    torch.manual_seed(0)
    network, lr = networks.create(design, scale=2, **settings).eval(), torch.rand(1, 3, 24, 21)
    with torch.inference_mode():
        assert torch.allclose(run_network(network, CPU, Way("openvino", "16"))(lr), network(lr), atol=1e-4)


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_a_model_of_either_kind_of_number_is_given_levels(kind: type) -> None:
    """One of 16-bit numbers was refused at first, as 1/255 was a number of 32."""
    runtime = pytest.importorskip("openvino")
    operations = import_module("openvino.opset13")
    given = operations.parameter([1, 3, -1, -1], kind)
    flipped = operations.transpose(given, [0, 1, 3, 2])
    model = runtime.Model([operations.add(flipped, given)], [given])
    take_levels(model)
    levels = np.arange(48, dtype=kind).reshape(1, 3, 4, 4)
    (found,) = runtime.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(levels).values()
    assert np.allclose(found, (levels + levels.swapaxes(2, 3)) / 255, atol=1e-3)


@pytest.mark.parametrize("name", ["default-x2", "default-x3", "default-x4"])
def test_16_bits_of_openvino_neither_brighten_nor_darken_a_picture(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given 255ths instead of levels, the mean is 0.17 to 0.37 of a level off."""
    pytest.importorskip("onnx")
    pytest.importorskip("openvino")
    if not openvino_session.has_bf16():
        pytest.skip("this machine has no units for bf16")
    network, lr = acutance.load(name), image_of(photograph(5, 96, 96))
    right = run_network(network, CPU, Way("openvino", "32"))(lr)
    in_levels = 255 * (run_network(network, CPU, Way("openvino", "16"))(lr) - right)
    monkeypatch.setattr(openvino_session, "_words", lambda *_: {})
    in_255ths = 255 * (run_network(network, CPU, Way("openvino", "16"))(lr) - right)
    assert abs(float(in_levels.mean())) < 0.1
    assert float(in_levels.std()) < 0.9 * float(in_255ths.std())


def test_int8_of_the_default_loses_a_tenth_of_a_decibel_at_most(engine: str) -> None:
    """The first and the last of the large convolutions were quantised too at first: 0.2 dB on Set5."""
    pytest.importorskip("onnxruntime")
    network, hr = acutance.load("default-x4"), image_of(photograph(2, 240, 240))
    lr = bicubic(hr, 0.25)
    wrong = [
        float((run_network(network, CPU, Way(engine, precision))(lr) - hr)[..., 8:-8, 8:-8].square().mean())
        for precision in ("32", "int8")
    ]
    assert 10 * np.log10(wrong[1] / wrong[0]) < 0.1


def test_auto_is_pytorch_without_the_extras(edsr: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("openvino", "onnxruntime", "onnx"):
        monkeypatch.setitem(sys.modules, library, None)
    assert choice(Way(), edsr, measured=True) == Way("torch", "32")
    for way, words in (
        (Way("openvino"), r"engine openvino needs openvino: pip install 'acutance\[openvino\]'"),
        (Way("onnxruntime"), r"engine onnxruntime needs onnxruntime: pip install 'acutance\[onnx\]'"),
        (Way(precision="int8"), r"int8 needs onnxruntime: pip install 'acutance\[onnx\]'"),
    ):
        with pytest.raises(RequestError, match=words):
            choice(way, edsr)


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (("tensorrt", "auto"), "there is no engine 'tensorrt'"),
        (("auto", "8"), "there is no precision '8'"),
        (("torch", "int8"), "PyTorch computes in 32 and 16 bits"),
        (("onnxruntime", "16"), "ONNX Runtime computes in 32 bits and int8"),
    ],
)
def test_what_cannot_be_is_a_sentence(edsr: Network, way: tuple[str, str], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        choice(Way(*way), edsr)


def test_gradient_maps_are_pytorchs(edsr: Network) -> None:
    with pytest.raises(RequestError, match="made by PyTorch, not by openvino"):
        choice(Way("openvino", "32"), edsr, side=True)


def test_several_pictures_are_worth_what_one_is_not(monkeypatch: pytest.MonkeyPatch, edsr: Network) -> None:
    asked: list[float] = []

    def of_network(
        self: Way, network: Network, device: torch.device, *, measured: bool, pixels: float, side: bool
    ) -> Way:
        asked.append(pixels)
        return Way("torch", "32")

    monkeypatch.setattr(Way, "of_network", of_network)
    Enlarger(edsr, many=7).engine(2, 100)
    assert asked[-1] == 700


def test_words_in_a_file_come_back_and_stand_behind_what_was_there() -> None:
    words = {"acutance.scale": "4", "long": "ü" * 5000, "empty": ""}
    model = with_metadata(b"\x08\x08\x12\x07pytorch", {"first": "1"})
    assert metadata_of(with_metadata(model, words)) == {"first": "1", **words}
    assert metadata_of(model[:-1]) == metadata_of(b"\xff" * 30) == {}


@pytest.mark.parametrize("levels", [False, True])
def test_the_range_of_a_file_is_found_by_trying(tmp_path: Path, engine: str, levels: bool) -> None:
    class Shifting(nn.Module):
        """A network that moves what it sees by a level, as biases do, in the range that it was trained in."""

        def forward(self, lr: torch.Tensor) -> torch.Tensor:
            white = 255.0 if levels else 1.0
            dark = torch.relu(lr - 0.02 * white) + 0.02 * white  # nothing below 5 levels
            return nn.functional.interpolate(dark, scale_factor=2.0)

    free = {"lr": {2: "h", 3: "w"}}
    path = tmp_path / "a.onnx"
    torch.onnx.export(
        Shifting(), (torch.rand(1, 3, 8, 8),), str(path), dynamo=False, input_names=["lr"], dynamic_axes=free
    )
    runner = run_file(path, CPU, Way(engine, "32"))
    assert (runner.scale, runner.range) == (2, 255.0 if levels else 1.0)
    lr = torch.full((1, 3, 9, 12), 0.4)
    assert torch.allclose(runner(lr), torch.full((1, 3, 18, 24), 0.4), atol=1e-5)


def test_what_is_like_its_picture_in_no_range_is_refused(tmp_path: Path, engine: str) -> None:
    class Inverting(nn.Module):
        def forward(self, lr: torch.Tensor) -> torch.Tensor:
            return nn.functional.interpolate(7 - 5 * lr, scale_factor=2.0)

    path = tmp_path / "a.onnx"
    torch.onnx.export(Inverting(), (torch.rand(1, 3, 32, 32),), str(path), dynamo=False)
    with pytest.raises(RequestError, match=r"a\.onnx .*like it neither in the range 0 to 1 nor in 0 to 255"):
        run_file(path, CPU, Way(engine, "32"))
