"""The card of a run: what is known of it, and nothing of the machine that it was trained on."""

import json
import sys
from pathlib import Path

import pytest
import yaml

import acutance
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.publishing import Card, card_of
from manifests_made import tiny


def _metadata(text: str) -> dict[str, object]:
    return yaml.safe_load(text.split("---\n")[1])


@pytest.mark.slow
def test_it_tells_the_run_and_no_folder(
    tmp_path: Path,
    recipe: Path,
    photos: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, scores = tmp_path / "deep" / "run", tmp_path / "scores.json"
    words = ["train", f"{recipe}:pcl", "--data", str(photos), "--scale", "2", "--steps", "2", "--seed", "5"]
    words += ["--out", str(out), f"--validate={photos}"]
    monkeypatch.setattr(sys, "argv", ["/usr/bin/acutance", *words])
    assert main(words) == 0
    assert main(["evaluate", str(out), "--data", str(tmp_path), "--sets", "photos", "--json", str(scores)]) == 0
    capsys.readouterr()
    assert main(["push", str(out), "me/sharp", "--dry-run", "--licence", "CC-BY-4.0", "--scores", str(scores)]) == 0
    text = capsys.readouterr().out
    told = json.loads(scores.read_text())["sets"]["photos"]
    assert _metadata(text) == {
        "license": "cc-by-4.0",
        "library_name": "acutance",
        "pipeline_tag": "image-to-image",
        "tags": ["super-resolution", "edsr", "x2"],
    }
    for part in (
        "# sharp\n",
        "makes pictures 2 times as high and wide",
        "acutance upscale photo.jpg --network hf:me/sharp",
        "mine.py:pcl",
        "photos: 3 pictures, 0.0 MB",
        "1 x pixel, 0.01 x contrastive",
        "2 of 2, batch 2, patch 32",
        "acutance train mine.py:pcl --data photos --scale 2 --steps 2 --seed 5 --out run --validate=photos",
        'recipe = "mine.py:pcl"',
        "These weights were chosen by psnr on photos: scores there are no test of them.",
        f"| me/sharp  | {told['psnr']:.2f} / {told['ssim']:.4f} |",
        "## Licence\n\nCC-BY-4.0.",
    ):
        assert part in text, part
    assert str(tmp_path) not in text


def test_a_file_alone_and_licences_that_the_hub_has_no_name_for(tmp_path: Path) -> None:
    weights = tiny(tmp_path / "tiny.safetensors")
    text = card_of(weights, "me/tiny").text()
    assert "license" not in _metadata(text)
    assert "Its author has not said any." in text
    assert "## Training" not in text
    own = card_of(weights, "me/tiny", licence="Ours: ask, please").text()
    assert _metadata(own) | {"license": "other", "license_name": "Ours: ask, please"} == _metadata(own)
    assert "acutance.load" in own


def test_a_run_from_weights_by_the_ratio_of_gradients(tmp_path: Path) -> None:
    terms = {"pixel": {"weight": 1.0}, "contrastive": {"weight": {"fraction": 0.3, "of": "pixel"}}}
    told = {"experiment": {"objective": terms, "steps": 9}, "init": {"source": "/home/me/start.safetensors"}}
    text = Card("me/x", "edsr", 2, 5, {"step": 9}, told).text()
    assert "| 1 x pixel, contrastive, its gradient 0.3 times that of pixel |" in text
    assert "start.safetensors" in text
    assert "/home" not in text


def test_scores_that_are_none(tmp_path: Path) -> None:
    weights = tiny(tmp_path / "tiny.safetensors")
    (tmp_path / "text.json").write_text("[1, 2]")
    for name, sentence in (("text.json", "holds no scores"), ("none.json", "cannot read the scores")):
        with pytest.raises(RequestError, match=sentence):
            card_of(weights, "me/tiny", scores=tmp_path / name)
    assert acutance.load(weights).name == "edsr"
