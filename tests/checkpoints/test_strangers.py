"""Networks that Acutance has not: named for what they are, and read through spandrel where that can be imported."""

import importlib
import subprocess
import sys
import textwrap

import pytest
import torch

from acutance import checkpoints, networks
from acutance.errors import RequestError

CONVOLUTION = torch.rand(8, 3, 3, 3)
COMPACT = {
    "body.0.weight": CONVOLUTION,
    "body.0.bias": torch.rand(8),
    "body.1.weight": torch.rand(8),
    "body.2.weight": torch.rand(12, 8, 3, 3),
    "body.2.bias": torch.rand(12),
}


def grey(name, key, **config):
    state = networks.create(name, **config).state_dict()
    return {**state, key: state[key][:, :1]}


def enlarging_once_less(naming):
    """ESRGAN at x2 without its one enlargement; in the old naming, what follows moves up."""
    network = networks.create("rrdb", scale=2, blocks=1, channels=8, growth=4)
    weights = checkpoints.released(network, "old") if naming == "old" else network.state_dict()
    moved = {"model.5": "model.2", "model.7": "model.4"}
    kept = {}
    for key, tensor in weights.items():
        layer, _, kind = str(key).rpartition(".")
        if layer not in ("conv_up1", "model.3"):
            kept[f"{moved.get(layer, layer)}.{kind}"] = tensor
    return kept


STRANGERS = {
    "compact": (COMPACT, "Real-ESRGAN's compact network"),
    "grey compact": ({**COMPACT, "body.0.weight": torch.rand(8, 1, 3, 3)}, "compact network.* for grey pictures"),
    "grey EDSR": (grey("edsr-light", "head.0.weight"), "an EDSR for grey pictures, while Acutance takes RGB"),
    "grey RCAN": (grey("rcan", "head.0.weight", groups=1, blocks=1), "an RCAN for grey pictures"),
    "grey ESRGAN": (grey("rrdb-light", "conv_first.weight"), "an ESRGAN for grey pictures"),
    "ESRGAN x1": (enlarging_once_less("new"), "an ESRGAN at scale 1"),
    "ESRGAN x1, old": (enlarging_once_less("old"), "an ESRGAN at scale 1"),
    "discriminator": ({"conv0_0.weight": CONVOLUTION, "linear1.weight": torch.rand(1, 8)}, "a discriminator"),
    "VGG": ({"features.0.weight": CONVOLUTION, "classifier.0.weight": torch.rand(1, 8)}, "classifies pictures"),
    "unknown": ({"layer.weight": CONVOLUTION}, r"no network that Acutance knows; its first keys are layer\.weight"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_it_is_named_for_what_it_is(tmp_path, name):
    weights, words = STRANGERS[name]
    torch.save({"params": weights}, tmp_path / "stranger.pth")
    with pytest.raises(RequestError, match=rf"stranger\.pth holds .*{words}"):
        checkpoints.load(tmp_path / "stranger.pth")


@pytest.mark.parametrize(("file", "words"), [("RFDN_AIM.pth", "holds an RFDN"), ("carn_m.pth", "holds a CARN-M")])
def test_released_files_of_others_are_named(shared_data, file, words):
    with pytest.raises(RequestError, match=words):
        checkpoints.load(shared_data / "weights" / file)


def in_another_process(tmp_path, spandrel):
    """Load a compact network where `spandrel` is a module of this source, or is hidden."""
    torch.save({"params": COMPACT}, tmp_path / "compact.pth")
    source = f"""
        import sys
        from acutance import checkpoints
        from acutance.errors import RequestError
        sys.path.insert(0, {str(tmp_path)!r})
        {"sys.modules['spandrel'] = None" if spandrel is None else ""}
        try:
            checkpoints.load({str(tmp_path / "compact.pth")!r})
        except RequestError as error:
            print(error)
    """
    if spandrel is not None:
        (tmp_path / "spandrel.py").write_text(spandrel)
    command = [sys.executable, "-c", textwrap.dedent(source)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def test_where_spandrel_is_missing_the_way_to_it_is_said(tmp_path):
    said = in_another_process(tmp_path, None)
    assert said.endswith("(SRVGGNetCompact); `pip install 'acutance[spandrel]'` reads it.\n")


@pytest.mark.parametrize(
    "failure",
    [
        "import torchvision_that_is_not_there",
        "raise RuntimeError('operator torchvision::nms does not exist')",
        "raise OSError('libcudart.so.13: cannot open shared object file')",
        "raise AttributeError('partially initialized module torchvision')",
    ],
)
def test_whatever_goes_wrong_when_it_is_imported_is_one_sentence(tmp_path, failure):
    """As a torchvision does that is missing, or belongs to another torch."""
    said = in_another_process(tmp_path, f"{failure}\n")
    assert "spandrel, which might read it, cannot be imported here (" in said
    assert said.count("\n") == 1


def test_no_other_file_needs_it(tmp_path):
    source = (
        "import sys\nfrom acutance import checkpoints\ncheckpoints.load('default-x4')\nprint('spandrel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "False\n"


@pytest.fixture
def compact(tmp_path):
    """A real network of spandrel's, where spandrel and the torchvision that it needs can be imported."""
    try:
        module = importlib.import_module("spandrel.architectures.Compact")
    except Exception as error:
        pytest.skip(f"spandrel cannot be imported here: {type(error).__name__}: {error}")
    torch.manual_seed(0)
    network = module.Compact(num_in_ch=3, num_out_ch=3, num_feat=8, num_conv=2, upscale=4)
    torch.save({"params": network.state_dict()}, tmp_path / "compact.pth")
    return network, tmp_path / "compact.pth"


def test_spandrel_makes_the_same_of_a_picture(compact):
    theirs, path = compact
    found, lr = checkpoints.load(path), torch.rand(2, 3, 9, 8)
    assert (found.name, found.scale, found.receptive_radius) == ("spandrel:Compact", 4, None)
    with torch.inference_mode():
        assert torch.equal(found(lr), theirs(lr))


def test_what_came_through_spandrel_is_saved_read_trained_and_started_from(compact, tmp_path):
    _, path = compact
    network = checkpoints.load(path)
    network(torch.rand(1, 3, 8, 8)).mean().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    checkpoints.save(tmp_path / "ours.safetensors", network)
    again, lr = checkpoints.load(tmp_path / "ours.safetensors"), torch.rand(1, 3, 8, 8)
    assert (again.name, again.config) == (network.name, network.config)
    with torch.inference_mode():
        assert torch.equal(again(lr), network(lr))
    for source in (path, tmp_path / "ours.safetensors"):
        assert checkpoints.start(again, source).fresh == 0
