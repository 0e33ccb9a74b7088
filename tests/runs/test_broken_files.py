"""Any file of a run may be damaged or missing: the run goes on from its checkpoint, and makes it again."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import acutance
from acutance.checkpoints import save
from acutance.errors import AcutanceError, RequestError
from acutance.experiment import Experiment, Term
from acutance.losses import Pixel
from acutance.networks import create
from acutance.run_folder import RunFolder
from acutance.runs import Run
from mutations import mutated

PHOTOS = Path(acutance.__file__).parent / "photos" / "test"
BREAKING = Path(__file__).parents[1] / "breaking.py"


def tiny(scale: int) -> Experiment:
    """A network of one block learns by L1."""
    network = create("edsr", scale=scale, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=2, batch=1, patch=32)


def train(out: Path, **options: object) -> Path:
    given = {"data": PHOTOS, "scale": 2, "device": "cpu", "seed": 3, "resume": True, "cache": out.parent / "store"}
    return acutance.train(tiny, out=out, **{**given, **options}).folder  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run, whose files are as they were written."""
    return train(tmp_path_factory.mktemp("whole") / "run", resume=False)


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(whole.parent / "store", tmp_path / "store")
    return Path(shutil.copytree(whole, tmp_path / "run"))


def contents(run: Path) -> dict[str, bytes]:
    """The files that are equal whenever they are made; the report has the time in it, and the end has its hash."""
    names = ["experiment.json", "recipe.py", "metrics.jsonl", "checkpoints/last.safetensors", "checkpoints/last.pt"]
    return {name: (run / name).read_bytes() for name in names}


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a flipped bit": lambda content: content[:9] + bytes([content[9] ^ 4]) + content[10:],
    "cut": lambda content: content[: len(content) // 2],
    "noise": lambda content: random.Random(1).randbytes(999),
    "a list": lambda content: b"[1, 2]",
    "mutated": lambda content: mutated(content, 5),
}


def test_all_side_files_at_once_are_made_again(run: Path, whole: Path, capfd: pytest.CaptureFixture[str]) -> None:
    broken = ["experiment.json", "recipe.py", "metrics.jsonl", "finished.json", "checkpoints/last.safetensors"]
    for name, kind in zip(broken, DAMAGE, strict=True):
        content = (run / name).read_bytes()
        (run / name).write_bytes(DAMAGE[kind](content))
        assert (run / name).read_bytes() != content, kind
    (run / "report.html").unlink()
    train(run)
    told = capfd.readouterr().err
    for name in broken[:4]:
        assert f"{run / name} was damaged, and is made again." in told
    assert "last.safetensors" in told
    assert "is made again from the checkpoint of step 2" in told
    assert contents(run) == contents(whole)
    assert RunFolder(run).finished()
    assert (run / "report.html").read_text().endswith("</html>")


def test_a_run_that_is_whole_is_left_as_it_is(run: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file() and path.name != ".lock"}
    train(run)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert "again" not in capfd.readouterr().err


def test_weights_from_before_the_checkpoint_are_made_again(
    run: Path, whole: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A kill between the state and the weights leaves those of the state before, which nobody would replace."""
    last = run / "checkpoints" / "last.safetensors"
    save(last, create("edsr", scale=2, blocks=1, channels=4), {"step": 1})
    train(run)
    assert f"{last} is of step 1, from before the checkpoint. It is made again" in capfd.readouterr().err
    assert contents(run) == contents(whole)


def test_a_finished_run_with_a_state_from_before_its_end_alone_goes_on_from_there(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its curve is not cut back to that state for good."""
    with monkeypatch.context() as killed_before:
        killed_before.setattr(RunFolder, "drop_previous", lambda folder: None)
        run = train(tmp_path / "run", resume=False)
    state = run / "checkpoints" / "last.pt"
    state.write_bytes(state.read_bytes()[:-100])
    train(run)
    assert "previous.pt of step 1 is whole, and taken instead. " in capfd.readouterr().err.replace("\n", " ")
    assert RunFolder(run).finished()
    assert [line["step"] for line in RunFolder(run).lines()] == [line["step"] for line in RunFolder(whole).lines()]
    assert {path.name for path in state.parent.iterdir()} == {"last.pt", "last.safetensors"}
    assert (state.parent / "last.safetensors").read_bytes() == contents(whole)["checkpoints/last.safetensors"]


def test_what_the_checkpoint_keeps_decides_whether_it_is_the_same_run(run: Path) -> None:
    """A forged description cannot make another run of this one, nor keep this one from going on."""
    told = json.loads((run / "experiment.json").read_text())
    (run / "experiment.json").write_text(json.dumps({**told, "seed": 4}))
    with pytest.raises(RequestError, match="another seed: 3 then, 4 now"):
        train(run, seed=4)
    train(run)
    assert json.loads((run / "experiment.json").read_text())["seed"] == 3


def test_without_a_checkpoint_weights_are_not_overwritten(run: Path, capfd: pytest.CaptureFixture[str]) -> None:
    state, last = run / "checkpoints" / "last.pt", run / "checkpoints" / "last.safetensors"
    state.write_bytes(state.read_bytes()[:-100])
    train(run)
    assert f"The run is finished, and {last} is whole." in capfd.readouterr().err
    (run / "finished.json").unlink()
    before = last.read_bytes()
    with pytest.raises(
        AcutanceError, match=f"last.pt is .*Begin a new run from the weights that are left: --init {last}"
    ):
        train(run)
    assert last.read_bytes() == before


def test_with_nothing_left_the_run_begins_again(run: Path, whole: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(run / "checkpoints")
    train(run)
    assert "the run begins again at its first step" in capfd.readouterr().err
    assert (run / "checkpoints" / "last.safetensors").read_bytes() == contents(whole)["checkpoints/last.safetensors"]


def test_a_kill_before_the_first_checkpoint_leaves_nothing_missing_for_good(run: Path, whole: Path) -> None:
    for name in ("recipe.py", "metrics.jsonl", "report.html", "finished.json", "checkpoints"):
        path = run / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    train(run)
    names = [{path.relative_to(each).as_posix() for path in each.rglob("*")} for each in (run, whole)]
    assert names[0] == names[1]
    assert (run / "recipe.py").read_bytes() == (whole / "recipe.py").read_bytes()


def test_a_damaged_run_still_tells_what_it_can(run: Path) -> None:
    (run / "metrics.jsonl").write_bytes(
        b'{"step": 1, "a": 2.5}\n\xff\xfe\n[]\n{"step": "x"}\n{"step": 2, "a": NaN, "b": "c"}\n'
    )
    assert Run(run).curve == {"a": [(1, 2.5)]}
    (run / "experiment.json").write_bytes(b"\xff")
    assert Run(run).description == {}
    assert repr(Run(run)) == f"Run({run}: experiment.json is damaged or missing; --resume makes it again.)"
    assert Run(run).network.scale == 2


def test_a_mean_goes_over_the_same_steps_after_a_resume() -> None:
    import torch

    from acutance.training.curve import Curve

    straight, stopped = Curve(), Curve()
    losses = [torch.tensor(value) for value in (0.1, 0.2, 0.4, 0.7)]
    for number, loss in enumerate(losses):
        straight.add({"pixel": loss})
        if number == 2:
            state, stopped = stopped.state_dict(), Curve()
            stopped.load_state_dict(state)
        stopped.add({"pixel": loss})
    assert straight.means()["loss/pixel"] == stopped.means()["loss/pixel"]


@pytest.mark.slow
@pytest.mark.parametrize(("how", "every", "start"), [("kills", 37, 5), ("disk", 43, 8), ("damage", 17, 3)])
def test_runs_are_broken_for_real_and_go_on(how: str, every: int, start: int, tmp_path: Path) -> None:
    """A sample of what `python tests/breaking.py` does: each run that went on equals one that nothing happened to."""
    words = [sys.executable, str(BREAKING), how, str(tmp_path), "--every", str(every), "--start", str(start)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) >= 3
