"""A run from the outside: interrupted, killed and resumed, on one process and on two."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

import acutance
from acutance import critics
from acutance.errors import RequestError


def train(recipe, photos, out, name="pcl", **options):
    given = {"seed": 3, "device": "cpu", "cache": out.parent / "store", **options}
    return acutance.train(f"{recipe}:{name}", data=photos, out=out, **given).folder


def command(recipe, photos, out, *more, name="pcl"):
    words = ["train", f"{recipe}:{name}", "--data", photos, "--out", out, "--device", "cpu", "--seed", "3", *more]
    return [sys.executable, "-m", "acutance", *map(str, words)]


def environment():
    return {**os.environ, "OMP_NUM_THREADS": str(torch.get_num_threads())}


def state_of(run):
    return torch.load(run / "checkpoints" / "last.pt", weights_only=True)


UNLIKE = ("seconds", "command", "commit", "sha256")
"""What differs between two equal runs: how long they took, and who began them where."""


def content_of(run):
    """The state of a run, with what it keeps of the folder's files, but what is UNLIKE."""
    state = state_of(run)
    kept = state.pop("files")
    lines = [json.loads(line) for line in kept["metrics.jsonl"].splitlines()]
    told = [state.pop("curve"), json.loads(kept["experiment.json"]), *lines]
    return {**state, "told": [{key: each[key] for key in each.keys() - set(UNLIKE)} for each in told]}


def flat(value, name=""):
    """Every tensor and number of a nested state, by its path."""
    if isinstance(value, dict):
        return {path: leaf for key, item in value.items() for path, leaf in flat(item, f"{name}/{key}").items()}
    if isinstance(value, list | tuple):
        return {path: leaf for key, item in enumerate(value) for path, leaf in flat(item, f"{name}/{key}").items()}
    return {name: value}


def assert_same_state(one, two):
    one, two = flat(one), flat(two)
    assert one.keys() == two.keys()
    different = [
        path
        for path, leaf in one.items()
        if not (torch.equal(leaf, two[path]) if isinstance(leaf, torch.Tensor) else leaf == two[path])
    ]
    assert different == []


def wait_for_steps(run, process, steps):
    state = run / "checkpoints" / "last.pt"
    deadline = time.monotonic() + 300  # a machine may be busy with something else
    while time.monotonic() < deadline:
        if state.exists() and state_of(run)["step"] >= steps:
            return
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    raise AssertionError("the run did not get anywhere")


@pytest.mark.slow
def test_killed_interrupted_and_resumed_equals_never_stopped(recipe, photos, tmp_path):
    """Networks, critics, optimizers, averages, schedules, random states, data position and curve, bit for bit."""
    straight, stopped = train(recipe, photos, tmp_path / "straight", steps=24), tmp_path / "stopped"
    words = command(recipe, photos, stopped, "--steps", 24, "--cache", tmp_path / "store", "--resume")
    for number, steps in ((signal.SIGKILL, 4), (signal.SIGINT, 12)):
        process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment())
        wait_for_steps(stopped, process, steps)
        process.send_signal(number)
        _, told = process.communicate(timeout=300)
        assert process.returncode == {signal.SIGKILL: -9, signal.SIGINT: 130}[number]
        assert steps <= state_of(stopped)["step"] < 24
        assert "Traceback" not in told
    resumed = subprocess.run(words, capture_output=True, text=True, env=environment(), check=False)
    assert resumed.returncode == 0, resumed.stderr
    assert_same_state(content_of(straight), content_of(stopped))
    steps = [json.loads(line)["step"] for line in (stopped / "metrics.jsonl").read_text().splitlines()]
    assert steps == sorted(set(steps))


def test_run_folder_tells_the_run_again(recipe, photos, tmp_path):
    run = train(recipe, photos, tmp_path / "run", validate=str(photos), every=4)
    told = json.loads((run / "experiment.json").read_text())
    assert told["seed"] == 3
    assert told["experiment"]["objective"]["contrastive"]["weight"] == 0.01
    assert told["experiment"]["network"]["config"]["channels"] == 8
    assert told["experiment"]["objective"]["contrastive"]["loss"]["samples"]["negatives"] == 4
    assert {entry["name"] for entry in told["data"]} == {"0.png", "1.png", "2.png"}
    assert (run / "recipe.py").read_text() == recipe.read_text()
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "validation/photos/psnr" in line] == [4, 8, 12]
    last = next(line for line in lines if "loss/pixel" in line)
    assert last["loss/contrastive"] > 0
    assert last["gradient/contrastive"] > 0
    assert last["gradient/pixel"] > 0
    assert last["loss/critic/contrastive"] > 0
    assert len(list((run / "samples" / "0").glob("*.png"))) == 3
    assert {file.name for file in (run / "checkpoints").iterdir()} == {
        "best.safetensors",
        "last.safetensors",
        "last.pt",
        "embedding.safetensors",
    }


def test_contrastive_term_changes_the_weights_and_the_seed_repeats_them(recipe, photos, tmp_path):
    runs = {
        name: train(recipe, photos, tmp_path / name, name.split("-")[0], steps=3)
        for name in ("pixel", "pcl", "pcl-again")
    }
    weights = {name: load_file(run / "checkpoints" / "last.safetensors") for name, run in runs.items()}
    trained = [key for key in weights["pixel"] if "mean" not in key]
    assert all(not torch.equal(weights["pixel"][key], weights["pcl"][key]) for key in trained)
    assert all(torch.equal(weights["pcl"][key], weights["pcl-again"][key]) for key in trained)


@pytest.mark.slow
def test_two_processes_share_the_batch(recipe, photos, tmp_path):
    """The same global batch on one process and on two gives the same network, to rounding."""
    alone = train(recipe, photos, tmp_path / "alone", "pixel", steps=4)
    together = tmp_path / "together"
    subprocess.run(
        command(recipe, photos, together, "--steps", 4, "--devices", 2, "--cache", tmp_path / "store", name="pixel"),
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        timeout=600,
    )
    assert json.loads((together / "experiment.json").read_text())["world"] == 2
    one, two = (load_file(run / "checkpoints" / "last.safetensors") for run in (alone, together))
    assert all(torch.allclose(one[key], two[key], atol=2e-5) for key in one)


@pytest.mark.slow
def test_full_disk_is_one_sentence_and_the_last_checkpoint_stands(recipe, photos, tmp_path):
    """A limit on the size of files fails as a full disk does, in the middle of the run."""
    run = tmp_path / "run"
    words = command(recipe, photos, run, "--steps", 4, "--cache", tmp_path / "store")
    train(recipe, photos, tmp_path / "other", steps=1)  # decodes the pictures
    limited = subprocess.run(
        ["bash", "-c", 'ulimit -f 1000; exec "$@"', "bash", *words],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert limited.returncode == 1, limited.stderr
    assert "cannot write" in limited.stderr
    assert "last.pt" in limited.stderr
    assert "Traceback" not in limited.stderr
    assert list((run / "checkpoints").iterdir()) == []
    again = subprocess.run([*words, "--resume"], capture_output=True, text=True, env=environment(), check=False)
    assert again.returncode == 0, again.stderr
    assert state_of(run)["step"] == 4


def test_two_processes_do_not_write_one_run(recipe, photos, tmp_path):
    """The second is told, whether it would begin or go on; what the first writes is what it would have written."""
    run, alone = tmp_path / "run", train(recipe, photos, tmp_path / "alone", "pixel", steps=200)
    words = command(recipe, photos, run, "--steps", 200, "--cache", tmp_path / "store", name="pixel")
    first = subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 300
        while not (run / "experiment.json").exists() and first.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        for resume in (False, True):
            with pytest.raises(RequestError, match=rf"another process is at work in {run}"):
                train(recipe, photos, run, "pixel", steps=200, resume=resume)
        assert first.wait(600) == 0
    finally:
        first.kill()
    one, two = (load_file(each / "checkpoints" / "last.safetensors") for each in (run, alone))
    assert all(torch.equal(one[key], two[key]) for key in one)


def test_finished_run_is_left_alone(recipe, photos, tmp_path):
    run = train(recipe, photos, tmp_path / "run", "pixel", steps=2)
    before = (run / "checkpoints" / "last.pt").stat().st_mtime_ns
    train(recipe, photos, run, "pixel", steps=2, resume=True)
    assert (run / "checkpoints" / "last.pt").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "already holds a run"),
        ({"resume": True, "seed": 4}, "another seed: 3 then, 4 now"),
        ({"resume": True, "steps": 9}, "another steps: 2 then, 9 now"),
        ({"resume": True, "name": "pcl"}, "another recipe"),
        ({"resume": True, "precision": "bf16-mixed"}, 'another precision: "32-true" then, "bf16-mixed" now'),
    ],
)
def test_another_run_is_not_overwritten(recipe, photos, tmp_path, options, words):
    train(recipe, photos, tmp_path / "run", "pixel", steps=2)
    with pytest.raises(RequestError, match=words):
        train(recipe, photos, tmp_path / "run", **{"name": "pixel", "steps": 2, **options})


def test_init_starts_from_weights(recipe, photos, tmp_path):
    start = train(recipe, photos, tmp_path / "start", "pixel", steps=3)
    ready = train(recipe, photos, tmp_path / "ready", "pixel", steps=1, init=start)
    one, two = (load_file(run / "checkpoints" / "last.safetensors") for run in (start, ready))
    moved = max((one[key] - two[key]).abs().max() for key in one)
    assert 0 < moved < 5e-3
    assert json.loads((ready / "experiment.json").read_text())["init"]["sha256"]


def test_another_embedding_network_is_another_run(photos, tmp_path):
    """What a recipe reads from a file belongs to the run, and so does its content."""
    embedding = tmp_path / "embedding.safetensors"
    critics.save(embedding, critics.EmbeddingNetwork())
    common = {"data": photos, "out": tmp_path / "run", "steps": 1, "batch": 1, "patch": 32, "device": "cpu"}
    recipe = "pcl:edsr_light_finetune_fixed_embedding"
    acutance.train(recipe, embedding=embedding, **common)
    critics.save(embedding, critics.EmbeddingNetwork())
    with pytest.raises(RequestError, match="another sha256"):
        acutance.train(recipe, embedding=embedding, resume=True, **common)


def test_check_rehearses_and_leaves_nothing(recipe, photos, tmp_path):
    out = tmp_path / "run"
    run = acutance.train(
        f"{recipe}:pcl", data=photos, out=out, validate=photos, check=True, device="cpu", cache=tmp_path / "store"
    )
    assert run.summary.startswith("The check passed: ")
    assert run.summary == str(run.rehearsal)
    assert run.rehearsal.lasts == run.rehearsal.seconds * run.rehearsal.steps
    assert not out.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"mine.py", "photos", "store"}
    with pytest.raises(RequestError, match="holds no weights yet"):
        _ = run.network


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"patch": 30}, "patch 30 is no multiple of the scale 4"),
        ({"steps": 0}, "--steps is 0"),
        ({"batch": -1}, "--batch is -1"),
        ({"patch": 4000}, "4000"),
        ({"seed": -1}, "the seed is -1"),
    ],
)
def test_impossible_budget_is_named(recipe, photos, tmp_path, change, words):
    with pytest.raises(RequestError, match=words):
        train(recipe, photos, tmp_path / "run", "pixel", **change)
    assert not (tmp_path / "run").exists()


def test_a_run_goes_on_from_weights_that_were_moved_but_not_from_others(recipe, photos, tmp_path):
    train(recipe, photos, tmp_path / "one", "pixel", steps=2)
    weights = tmp_path / "one" / "checkpoints" / "last.safetensors"
    train(recipe, photos, tmp_path / "two", "pixel", steps=2, init=weights)
    moved = weights.rename(tmp_path / "moved.safetensors")
    train(recipe, photos, tmp_path / "two", "pixel", steps=2, init=moved, resume=True)
    other = tmp_path / "two" / "checkpoints" / "last.safetensors"
    with pytest.raises(RequestError, match="another sha256"):
        train(recipe, photos, tmp_path / "two", "pixel", steps=2, init=other, resume=True)
