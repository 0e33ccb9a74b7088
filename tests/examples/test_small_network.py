"""A stranger's network in a file of twenty lines, through every command that the documentation names."""

import json
import re
import shlex
import shutil
from pathlib import Path

import cv2
import pytest
import torch

import acutance
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.networks import own
from acutance.runs import Run
from photographs import photograph

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "small_network.py"
GUIDE = ROOT / "docs" / "guides" / "add-network.md"
BUDGET = {"train": " --steps 4 --batch 2 --patch 48", "compare": " --steps 2 --batch 2 --patch 48"}
"""What the guide does for hours, done in seconds."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader is: the file, photographs and a benchmark."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copy(EXAMPLE, folder / "mine.py")
    for name, seed in (("photos/a.png", 1), ("photos/b.png", 2), ("benchmarks/Set5/c.png", 3), ("photo.jpg", 4)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / name), photograph(seed, 64, 72))
    return folder


def commands() -> list[str]:
    """Those of the guide's part on a network of one's own, in its order."""
    part = GUIDE.read_text(encoding="utf-8").split("## Through every command")[1].split("\n## ")[0]
    return re.findall(r"^    acutance (.+)$", part, re.MULTILINE)


@pytest.fixture(scope="module")
def done(place: Path) -> Path:
    """The place after all of them, none of which failed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for command in commands():
            own.KNOWN.clear()  # as in a process of its own, which every command is
            words = shlex.split(command.partition("  #")[0] + BUDGET.get(command.split()[0], ""))
            assert main(words) == 0, command
    return place


def test_the_file_has_twenty_lines_of_code() -> None:
    code = re.sub(r'""".*?"""', "", EXAMPLE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 20


def test_every_command_is_there() -> None:
    assert [command.split()[0] for command in commands()] == [
        "train", "train", "evaluate", "compare", "export", "export", "upscale", "upscale", "train",
    ]  # fmt: skip


def test_it_was_trained_resumed_and_scored(done: Path) -> None:
    steps = [json.loads(line)["step"] for line in (done / "runs/mine/metrics.jsonl").read_text().splitlines()]
    assert steps[-1] == 4
    assert f"acutance evaluate {done / 'runs/mine'} --trust --sets" in Run(done / "runs/mine").summary
    scores = json.loads((done / "scores.json").read_text())
    assert 5 < scores["sets"]["Set5"]["psnr"] < 50


def test_it_was_compared_with_its_twin_over_two_seeds(done: Path) -> None:
    compared = json.loads((done / "runs/compare/comparison.json").read_text())
    assert compared["recipes"] == ["mine.py:small", "mine.py:small_pcl"]
    assert compared["seeds"] == [1, 2]


def test_it_upscales_as_itself(done: Path) -> None:
    before, after = (cv2.imread(str(done / name)) for name in ("photo.jpg", "photo_x4.jpg"))
    assert after.shape == (4 * before.shape[0], 4 * before.shape[1], 3)
    network = acutance.load(done / "runs/mine", trust=True)
    exported = acutance.load(done / "mine_weights.safetensors", trust=True)
    lr = torch.rand(1, 3, 9, 11)
    with torch.inference_mode():
        assert torch.equal(network(lr), exported(lr))
    assert (done / "mine_weights.py").read_text() == (done / "mine.py").read_text()


def test_it_starts_the_next_run(done: Path) -> None:
    begun = json.loads((done / "runs/next/experiment.json").read_text())
    assert begun["init"]["source"].endswith("best.safetensors") or begun["init"]["source"].endswith("last.safetensors")


def test_nothing_of_it_runs_unless_it_is_trusted(done: Path) -> None:
    own.KNOWN.clear()
    for source in (done / "runs/mine", done / "mine_weights.safetensors"):
        with pytest.raises(RequestError, match=r"own:Small.*--trust"):
            acutance.load(source)


def test_a_program_that_is_another_is_refused(done: Path, tmp_path: Path) -> None:
    own.KNOWN.clear()
    copy = Path(shutil.copy(done / "mine_weights.safetensors", tmp_path / "w.safetensors"))
    with pytest.raises(RequestError, match=r"program mine.py:small; it is not at .*w\.py"):
        acutance.load(copy, trust=True)
    (tmp_path / "w.py").write_text("raise SystemExit('it ran')")
    with pytest.raises(RequestError, match=r"w\.py is another"):
        acutance.load(copy, trust=True)
