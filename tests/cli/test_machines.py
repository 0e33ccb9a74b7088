"""Commands as other machines have them: a legacy code page, names of every kind, no module `resource` (Windows)."""

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from photographs import photograph

ABSENT = """
import sys


class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "resource":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Absent)
"""
"""Python runs this before all else: what it does not find, nothing can import."""
NAMES = ["猫.png", "Ж\n\x1b[31m\x9b\u202e.png", "two\r\x07.png", os.fsdecode(b"\xff\xfe.png")]
TRAIN = ["--data", "photos", "--scale", "2", "--steps", "3", "--patch", "16", "--batch", "2"]
COMMANDS = {
    "models": (["models"], 0),
    "verify": (["data", "verify", "photos"], 1),
    "shrink": (["data", "shrink", "photos", "--to", "1,0.5", "-o", "smaller"], 1),
    "upscale": (["upscale", "photos", "--scale", "2", "-o", "larger", "--overwrite", "--json", "told.json"], 1),
    "evaluate": (
        ["evaluate", "bicubic", "--sets", "sets/Ж", "--scale", "2", "--csv", "s.csv", "--table", "s.md"],
        0,
    ),
    "train": (["train", "pixel:edsr_light", *TRAIN, "--out", "runs/Ж", "--validate", "sets/Ж", "--every", "2"], 0),
    "no network": (["upscale", "photos", "--network", "no\n\x1b[2Jsuch"], 2),
}
ENCODINGS = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "ascii": {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures with names of every kind, and one file that is no picture."""
    from acutance import images

    place = tmp_path_factory.mktemp("machine")
    (place / "without").mkdir()
    (place / "without" / "sitecustomize.py").write_text(ABSENT, encoding="utf-8")
    (place / "photo.png").write_bytes(b"")
    images.write(place / "photo.png", images.Picture(photograph(1, 48, 40)))
    content = (place / "photo.png").read_bytes()
    for path in (*(place / "photos" / name for name in NAMES), *(place / "sets" / "Ж" / name for name in NAMES)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (place / "photos" / "bad\x1b[2J\n.png").write_bytes(b"nothing")
    return place


def _run(folder: Path, arguments: list[str], encoding: str) -> tuple[int, str, str]:
    path = os.pathsep.join([str(folder / "without"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, **ENCODINGS[encoding]}
    command = [sys.executable, "-m", "acutance", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    said, told = (text.decode(encoding).replace(os.linesep, "\n") for text in (done.stdout, done.stderr))
    return done.returncode, said, told


def _steering(text: str) -> set[str]:
    return {each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Cs") and each != "\n"}


def _check(folder: Path, name: str, encoding: str) -> tuple[str, str]:
    arguments, status = COMMANDS[name]
    returned, said, told = _run(folder, arguments, encoding)
    assert returned == status, told
    assert not _steering(said + told)
    assert "unexpected" not in told
    assert "Traceback" not in told
    return said, told


@pytest.mark.parametrize("name", COMMANDS)
def test_a_legacy_code_page_and_awkward_names_end_no_command_and_steer_no_terminal(name: str, folder: Path) -> None:
    said, told = _check(folder, name, "cp1252")
    if name in ("verify", "shrink", "upscale", "train"):
        assert "bad\\x1b[2J\\n.png" in told
    if name == "evaluate":
        assert "\\u732b" in said
        assert "\\udcff\\udcfe" in said
    if name == "no network":
        assert told.startswith("acutance: there is no bundled network 'no\\n\\x1b[2Jsuch'")


@pytest.mark.parametrize("name", ["upscale", "evaluate"])
def test_a_machine_of_ascii_alone_takes_every_name(name: str, folder: Path) -> None:
    _check(folder, name, "ascii")


def test_json_keeps_every_name_exactly(folder: Path) -> None:
    _check(folder, "upscale", "cp1252")
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))["pictures"]
    assert {Path(each["source"]).name for each in told if each["error"] is None} == {*NAMES}


def test_tables_keep_every_name_that_is_text_exactly(folder: Path) -> None:
    _check(folder, "evaluate", "cp1252")
    table = (folder / "s.csv").read_bytes().decode("utf-8")
    assert "猫" in table
    assert '"Ж\n\x1b[31m\x9b\u202e"' in table
    assert "Ж" in (folder / "s.md").read_bytes().decode("utf-8")


def test_a_check_of_a_run_without_the_module_resource_leaves_the_memory_out(folder: Path) -> None:
    arguments = ["train", "pixel:edsr_light", *TRAIN, "--out", "runs/check", "--check"]
    returned, said, _ = _run(folder, arguments, "cp1252")
    assert returned == 0
    assert said.startswith("The check passed: ")
    assert "memory" not in said


@pytest.mark.slow
def test_compare_starts_without_the_module_resource(folder: Path) -> None:
    recipes = ["pixel:edsr_light", "pcl:edsr_light"]
    options = ["--test", "sets", "--sets", "Ж", "--seeds", "1", "--out", "runs/compared", "--jobs", "2"]
    returned, said, told = _run(folder, ["compare", *recipes, *TRAIN, *options], "cp1252")
    assert returned == 0, told
    assert not _steering(said + told)
    assert "\\u0416 PSNR" in said
    (folder / "runs" / "compared" / "report.html").read_bytes().decode("utf-8")
