"""An extractor learns, stops and goes on, and tells in its file what its features are like."""

import json
import signal
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

import acutance
from acutance.data import PatchStream
from acutance.errors import RequestError
from acutance.extractors import StructureExtractor
from acutance.pretext.learning import Fifths, PretextConfig, TrainedExtractor, survey
from acutance.tensors import read

PHOTOS = Path(acutance.__file__).parent / "photos" / "train"
CONFIG = PretextConfig("contrastive", anchors=8, steps=8, batch=2, patch=80)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(3):
        picture = cv2.resize(random.random((12, 12, 3)), (120, 96), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(folder / f"{number}.png"), (picture * 255).clip(0, 255).astype(np.uint8))
    return folder


def learn(config, photos, out, *, seed=3, resume=False, init=None):
    cache = photos.parent / "store"
    trained = acutance.pretext.train(
        data=photos, out=out, seed=seed, resume=resume, init=init, cache=cache, device="cpu", **asdict(config)
    )
    return trained.extractor


def test_a_run_tells_what_it_did(photos, tmp_path):
    out = tmp_path / "run"
    extractor = learn(CONFIG, photos, out)
    trained = TrainedExtractor(out)
    assert f"feature scale {extractor.feature_scale:.4g}, {len(trained.survey.dead)} of 32" in str(trained)
    header = read(out / "checkpoints" / "extractor.safetensors").header
    assert header["card"]["config"]["task"] == "contrastive"
    assert header["card"]["step"] == 8
    assert header["card"]["data"] == ["photos"]
    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(1, 9))
    assert lines[-1]["learning_rate"] == pytest.approx(1e-3 / 25)
    assert "PretextConfig(task='contrastive'" in (out / "recipe.py").read_text()
    assert {entry["name"] for entry in json.loads((out / "experiment.json").read_text())["data"]} == {
        "0.png",
        "1.png",
        "2.png",
    }


@pytest.mark.parametrize("task", ["contrastive", "jigsaw"])
def test_interrupted_and_resumed_equals_never_interrupted(task, photos, tmp_path, monkeypatch):
    config = PretextConfig(task, anchors=8, steps=8, batch=2, patch=80)
    straight = learn(config, photos, tmp_path / "straight")
    batch_at = PatchStream.batch_at

    def interrupted(stream, step, device):
        if step == 4:
            signal.raise_signal(signal.SIGINT)
        return batch_at(stream, step, device)

    with monkeypatch.context() as patch:
        patch.setattr(PatchStream, "batch_at", interrupted)
        with pytest.raises(KeyboardInterrupt):
            learn(config, photos, tmp_path / "stopped")
    assert not (tmp_path / "stopped" / "finished.json").exists()
    resumed = learn(config, photos, tmp_path / "stopped", resume=True)
    for key, weight in straight.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[key])
    assert straight.feature_scale == resumed.feature_scale


def test_the_seed_decides_everything(photos, tmp_path):
    one, again, other = (
        learn(CONFIG, photos, tmp_path / name, seed=seed) for name, seed in [("a", 3), ("b", 3), ("c", 4)]
    )
    first, repeated, different = (each.get_parameter("layers.0.weight") for each in (one, again, other))
    assert torch.equal(first, repeated)
    assert not torch.equal(first, different)


def test_real_pictures_teach_it(tmp_path):
    """Some seconds on the photographs of the package bring the loss near that of an even guess, which is 6.4."""
    config = PretextConfig("contrastive", steps=40, batch=4, patch=128, learning_rate=2e-3)
    acutance.pretext.train(data=PHOTOS, out=tmp_path / "run", cache=tmp_path / "store", device="cpu", **asdict(config))
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    losses = [line["loss/pretext"] for line in lines]
    assert losses[-1] < losses[0] - 1


def test_a_survey_finds_scale_and_dead_channels():
    extractor = StructureExtractor().requires_grad_(False)
    for parameter in extractor.parameters():
        parameter.zero_()
    last = extractor.layers[-2].get_parameter("second.bias")
    last.copy_(torch.cat([torch.tensor([3.0, 4.0]), -torch.ones(30)]))
    found = survey(extractor, [torch.rand(2, 3, 32, 32), torch.rand(1, 3, 32, 32)])
    assert found.scale == pytest.approx(5)
    assert found.dead == tuple(range(2, 32))


def test_the_rate_falls_to_a_fifth_twice():
    assert [Fifths()(progress) for progress in (0.0, 0.3, 0.5, 0.9)] == pytest.approx([1, 1, 0.2, 0.04])


def test_another_config_is_another_run(photos, tmp_path):
    learn(CONFIG, photos, tmp_path / "run")
    with pytest.raises(RequestError, match="already holds a run"):
        learn(CONFIG, photos, tmp_path / "run")
    with pytest.raises(RequestError, match='another sampling: "h" then, "v" now'):
        learn(replace(CONFIG, sampling="v"), photos, tmp_path / "run", resume=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"task": "puzzle"}, "no pretext task 'puzzle'"),
        ({"task": "jigsaw", "layout": "tiles17"}, "did you mean 'tiles1"),
        ({"task": "jigsaw", "steps": 0}, "steps must be 1 or more, not 0"),
        ({"task": "jigsaw", "patch": 82}, "no multiple of the scale 4"),
    ],
)
def test_an_impossible_config_is_named(change, words, photos, tmp_path):
    with pytest.raises(RequestError, match=words):
        learn(PretextConfig(**{"steps": 2, "patch": 80, **change}), photos, tmp_path / "run")


def test_goes_on_from_one_that_has_learned(photos, tmp_path):
    first = learn(CONFIG, photos, tmp_path / "first")
    still = replace(CONFIG, sampling="v", learning_rate=1e-12)
    second = learn(still, photos, tmp_path / "second", init=tmp_path / "first")
    for name, weights in first.state_dict().items():
        torch.testing.assert_close(second.state_dict()[name], weights, rtol=0, atol=1e-9)
    header = read(tmp_path / "second" / "checkpoints" / "extractor.safetensors").header
    assert header["card"]["init"]["source"].endswith("extractor.safetensors")
    with pytest.raises(RequestError, match="init"):
        learn(still, photos, tmp_path / "second", resume=True)
    with pytest.raises(RequestError, match="of layout tiles16, and another is asked for"):
        learn(replace(CONFIG, layout="resnet31"), photos, tmp_path / "third", init="contrastive-h")
