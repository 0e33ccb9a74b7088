"""Headers of our own files that say what cannot be: a sentence, at once, and next to no memory."""

import resource
import subprocess
import sys
import time

import pytest
import safetensors.torch
import torch

from acutance import checkpoints
from acutance.critics import saving
from acutance.errors import RequestError
from acutance.extractors.structure import StructureExtractor
from acutance.tensors import write_weights

ONE = {"x": torch.zeros(1)}
EDSR = {"scale": 4, "blocks": 16, "channels": 64}
WRONG = {
    "too wide": ("edsr", EDSR | {"channels": 9000}, "describes edsr x4, which it does not hold: a weight of 9000x"),
    "6,000 channels": ("edsr", EDSR | {"channels": 6000}, "does not hold"),
    "too deep": ("edsr", EDSR | {"blocks": 10**9}, "takes blocks of at most 10000"),
    "too deep, RCAN": ("rcan", {"groups": 10_000, "blocks": 10_000, "channels": 1, "reduction": 1}, "does not hold"),
    "too deep, RLFN": ("rlfn", {"blocks": 10_000, "channels": 1, "attention_channels": 1}, "does not hold"),
    "too wide a mask": ("swinir", {"window": 4096, "patch": 4096}, "cannot cut patches"),
    "too many hashes": ("nlsn", {"channels": 10_000, "reduction": 1, "rounds": 64}, "does not hold"),
    "too many rounds": ("nlsn", {"rounds": 10_000}, "64 rounds at most"),
    "too many taps": ("spsr", {"blocks": 10_000, "taps": list(range(1, 9999)), "channels": 1, "growth": 1}, "does not"),
    "nothing in it": ("edsr", EDSR | {"blocks": 1, "channels": 2}, r"does not fit edsr x4: it lacks add_mean\.bias"),
    "text for a number": ("edsr", {"scale": "4"}, "takes a whole number as scale, not '4'"),
    "truth for a number": ("edsr", {"blocks": True}, "takes a whole number as blocks"),
    "half a block": ("edsr", {"blocks": 1.5}, "takes a whole number as blocks"),
    "NaN": ("edsr", {"residual_scale": float("nan")}, "takes a finite number as residual_scale"),
    "text for taps": ("spsr", {"taps": "abc"}, "takes whole numbers or nothing as taps"),
    "unknown field": ("edsr", {"bocks": 3}, "did you mean 'blocks'"),
    "no scale": ("edsr", {"scale": 0}, "EDSR has no scale 0"),
    "list for a name": (["edsr"], {}, "names no network"),
    "list for a config": ("edsr", [], "names no network"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_is_a_sentence_at_once(tmp_path, kind):
    name, config, words = WRONG[kind]
    path = tmp_path / "ours.safetensors"
    write_weights(path, ONE, {"format": 1, "network": name, "config": config, "card": {}})
    begun, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RequestError, match=words) as caught:
        checkpoints.load(path)
    assert str(caught.value).startswith(str(path))
    assert time.process_time() - begun < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{nope", "no JSON object"),
        ("[" * 100_000, "no JSON object"),
        ("[1]", "no JSON object"),
        ("{}", "holds no super"),
    ],
)
def test_header_that_is_none_is_named(tmp_path, text, words):
    safetensors.torch.save_file(ONE, tmp_path / "x.safetensors", metadata={"acutance": text})
    with pytest.raises(RequestError, match=words):
        checkpoints.load(tmp_path / "x.safetensors")


def test_file_of_a_newer_acutance_says_so(tmp_path):
    write_weights(tmp_path / "new.safetensors", ONE, {"format": 9, "network": "edsr", "config": EDSR})
    with pytest.raises(RequestError, match=r"written by a newer Acutance \(format 9\)"):
        checkpoints.load(tmp_path / "new.safetensors")


@pytest.mark.parametrize(
    "embedding",
    [None, {}, {"view": "haar", "logits": "patch", "patch": 10**6}, {"view": 1, "logits": "x", "patch": "y"}],
)
def test_critics_are_held_to_it(tmp_path, embedding):
    write_weights(tmp_path / "critic.safetensors", ONE, {"format": 1, "embedding": embedding})
    with pytest.raises(RequestError, match="describes no embedding network"):
        saving.load(tmp_path / "critic.safetensors")


@pytest.mark.parametrize("scale", [None, "1", float("nan"), -1.0])
def test_extractors_are_held_to_it(tmp_path, scale):
    header = {"extractor": {"layout": "tiles16", "final_relu": True}, "feature_scale": scale}
    write_weights(tmp_path / "extractor.safetensors", ONE, header)
    with pytest.raises(RequestError, match="describes no structure extractor"):
        StructureExtractor.from_file(tmp_path / "extractor.safetensors")


def test_keys_of_a_billion_layers_are_not_counted_out(tmp_path):
    """Of other people's files, the highest number in a key tells the depth."""
    state = checkpoints.load("edsr-light-x4").state_dict()
    torch.save({**state, "body.999999999.weight": torch.rand(3, 3)}, tmp_path / "x.pth")
    with pytest.raises(RequestError, match="takes blocks of at most 10000, not 999999999"):
        checkpoints.load(tmp_path / "x.pth")


def test_command_line_answers_a_hostile_header_with_one_line(tmp_path):
    path = tmp_path / "hostile.safetensors"
    write_weights(path, ONE, {"format": 1, "network": "edsr", "config": EDSR | {"channels": 9000}})
    command = [sys.executable, "-m", "acutance", "export", str(path), "--out", str(tmp_path / "x.pth")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().startswith(f"acutance: {path} describes edsr x4")
    assert len(done.stderr.strip().splitlines()) == 1
