"""`acutance extractor train` and `acutance extractor evaluate`, as they are typed."""

import json
from pathlib import Path

import pytest

import acutance
from acutance.cli.main import main
from acutance.extractors import StructureExtractor

PHOTOS = Path(acutance.__file__).parent / "photos"
SHORT = ["--steps", "2", "--device", "cpu"]


def test_what_train_writes_evaluate_measures_by_both_tasks(tmp_path, capsys):
    run, accuracies = tmp_path / "run", tmp_path / "accuracies.json"
    options = ["--task", "jigsaw", "--layout", "mixed19", "--no-final-relu", "--batch", "2", "--patch", "128"]
    assert main(["extractor", "train", *options, "--data", str(PHOTOS / "train"), "--out", str(run), *SHORT]) == 0
    extractor = StructureExtractor.from_file(run)
    assert (extractor.layout, extractor.final_relu) == ("mixed19", False)
    assert extractor.feature_scale != 1.0

    measure = ["--sets", "test", "--test", str(PHOTOS), "--repetitions", "2", "--json", str(accuracies), *SHORT]
    assert main(["extractor", "evaluate", str(run), "--data", str(PHOTOS / "train"), *measure]) == 0
    printed = capsys.readouterr().out
    told = json.loads(accuracies.read_text())
    assert told["layout"] == "mixed19"
    assert told["tasks"].keys() == {"contrastive", "jigsaw"}
    for task in told["tasks"]:
        result = told["tasks"][task]["test"]
        assert len(result["repetitions"]) == 2
        assert f"{task} on test: {result['right']:.2%} right" in printed
    assert told["tasks"]["jigsaw"]["test"]["chance"] == pytest.approx(1 / 24)


def test_a_random_extractor_has_a_name(tmp_path, capsys):
    measure = ["--sets", "test", "--test", str(PHOTOS), "--repetitions", "1", "--task", "jigsaw", *SHORT]
    assert main(["extractor", "evaluate", "random", "--data", str(PHOTOS / "train"), *measure]) == 0
    assert capsys.readouterr().out.startswith("jigsaw on test: ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train", "--task", "contrastiv"], "did you mean 'contrastive'"),
        (["train", "--task", "contrastive", "--sampling", "x"], "there is no sampling 'x'"),
        (["train", "--task", "jigsaw", "--patch", "99999"], "99999"),
        (["train", "--task", "jigsaw", "--patch", "24"], "too small for a jigsaw"),
        (["train", "--task", "contrastive", "--patch", "40"], "take larger patches"),
        (["train", "--task", "jigsaw", "--patch", "101"], "the nearest is 100"),
        (["train", "--task", "jigsaw", "--learning-rate", "0"], "the learning rate must be above 0, not 0"),
        (["train", "--task", "jigsaw", "--seed", "-1"], "the seed is -1"),
        (["evaluate", "nothing"], "there is no structure extractor 'nothing'"),
        (["evaluate", "random", "--task", "puzzle"], "there is no pretext task 'puzzle'"),
    ],
)
def test_a_wrong_request_is_a_sentence(words, sentence, tmp_path, capsys):
    out = ["--out", str(tmp_path / "run")] if words[0] == "train" else ["--test", str(PHOTOS), "--sets", "test"]
    assert main(["extractor", *words, "--data", str(PHOTOS / "train"), *out]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
