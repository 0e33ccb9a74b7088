"""Each part of one's own in examples/own_parts.py works in a run, and its metric in an evaluation."""

from pathlib import Path

import pytest

import acutance
from acutance.cli.main import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_parts.py"
PHOTOS = Path(acutance.__file__).parent / "photos"
TERMS = {
    "own_loss": {"loss/pixel", "loss/edges"},
    "own_critic": {"loss/pixel", "loss/judge"},
    "own_samples": {"loss/pixel", "loss/contrastive"},
    "own_degradation": {"loss/pixel"},
}


@pytest.mark.parametrize("name", TERMS)
def test_it_trains_and_goes_on_as_what_it_was(name: str, tmp_path: Path) -> None:
    asked = {"data": PHOTOS / "test", "out": tmp_path / "x", "steps": 3, "batch": 2, "patch": 48, "device": "cpu"}
    run = acutance.train(f"{EXAMPLE}:{name}", **asked)
    assert TERMS[name] <= run.curve.keys()
    again = acutance.train(f"{EXAMPLE}:{name}", **asked, resume=True)
    assert again.curve == run.curve
    assert run.network.name == "edsr-light"  # a network of ours needs no trust, whatever it was trained by


def test_a_metric_of_ones_own_stands_beside_the_others() -> None:
    named = f"{EXAMPLE}:edge_error"
    results = acutance.evaluate("edsr-light-x4", data=PHOTOS, sets="test", metrics=["psnr", named])
    mean = results["test"][named]
    assert results.baseline is not None
    assert 0 < mean < results.baseline["test"][named]
    assert "edge error" in str(results)


@pytest.mark.parametrize(
    ("name", "words"),
    [(f"{EXAMPLE}:edge_eror", "edge_error"), ("nowhere.py:x", "there is no file nowhere.py")],
)
def test_one_that_is_not_there_is_told(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "bicubic", "--data", str(PHOTOS), "--sets", "test", "--metrics", name]) == 2
    assert words in capsys.readouterr().err
