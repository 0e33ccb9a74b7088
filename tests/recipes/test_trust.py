"""A recipe in the folder of a run is somebody's program: it runs when it is trusted, and not before."""

import shutil
from pathlib import Path

import pytest

import acutance
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.recipes import find_recipe
from acutance.run_folder import RunFolder, run_of

RECIPE = """
from pathlib import Path

Path({mark!r}).touch()


def mine(scale):
    from acutance.recipes.pixel import edsr_light

    return edsr_light(scale)
"""


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "it-ran"


@pytest.fixture
def strange(tmp_path: Path, mark: Path) -> Path:
    """A run that came from somewhere else."""
    run = RunFolder(tmp_path / "strange")
    run.begin({"recipe": "theirs.py:mine", "data": [], "experiment": {}}, RECIPE.format(mark=str(mark)), resume=False)
    run.finish({"steps": 1})
    return run.path


@pytest.mark.parametrize("name", ["recipe.py", "checkpoints/../recipe.py", "linked.py", "checkpoints/other.py"])
def test_it_does_not_run_unless_it_is_trusted(name: str, strange: Path, mark: Path) -> None:
    (strange / "checkpoints").mkdir()
    shutil.copy(strange / "recipe.py", strange / "checkpoints" / "other.py")
    (strange.parent / "linked.py").symlink_to(strange / "recipe.py")
    path = strange.parent / name if name == "linked.py" else strange / name
    with pytest.raises(RequestError, match=r"lies in the folder of a run.*--trust"):
        find_recipe(f"{path}:mine")
    assert not mark.exists()
    assert find_recipe(f"{path}:mine", trust=True).summary == ""
    assert mark.exists()


def test_every_command_obeys(strange: Path, mark: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos, out = str(Path(acutance.__file__).parent / "photos" / "test"), str(tmp_path / "out")
    recipe = f"{strange / 'recipe.py'}:mine"
    for words in (
        ["train", recipe, "--data", photos, "--out", out],
        ["train", recipe, "--data", photos, "--out", str(strange), "--resume"],
        ["compare", "pixel:edsr_light", recipe, "--data", photos, "--sets", photos, "--out", out],
    ):
        assert main(words) == 2
        assert "--trust" in capsys.readouterr().err
    for words in (
        ["train", "pixel:edsr_light", "--data", photos, "--out", out, "--init", str(strange)],
        ["train", "pixel:edsr_light", "--data", photos, "--out", str(strange), "--resume"],
        ["evaluate", str(strange), "--data", photos, "--sets", "."],
        ["figure", f"{photos}/coffee.webp", str(strange), "-o", f"{out}.png"],
        ["upscale", f"{photos}/coffee.webp", "--network", str(strange), "-o", f"{out}.png"],
    ):
        assert main(words) in (1, 2)
    assert not mark.exists()


def test_a_file_of_ones_own_needs_no_trust(tmp_path: Path, mark: Path) -> None:
    (tmp_path / "mine.py").write_text(RECIPE.format(mark=str(mark)))
    (tmp_path / "checkpoints").mkdir()
    assert run_of(tmp_path / "mine.py") is None
    assert find_recipe(f"{tmp_path / 'mine.py'}:mine").file == tmp_path / "mine.py"


def test_a_recipe_that_was_moved_is_the_same_recipe(tmp_path: Path) -> None:
    told = {"recipe": "here/mine.py:tiny", "data": [], "experiment": {"steps": 1}}
    RunFolder(tmp_path).begin(told, "text", resume=False)
    RunFolder(tmp_path).begin({**told, "recipe": "there/other.py:tiny"}, "text", resume=True)
    for name, text in (("there/other.py:tiny", "another text"), ("there/other.py:small", "text")):
        with pytest.raises(RequestError, match="another recipe"):
            RunFolder(tmp_path).begin({**told, "recipe": name}, text, resume=True)
