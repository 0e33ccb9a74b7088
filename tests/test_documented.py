"""What the documentation shows works: each example in a docstring, and the code of each page, from top to bottom."""

import ast
import doctest
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import cv2
import pytest
import torch
from torch import nn

import acutance
from photographs import photograph

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "guides").glob("*.md"))]
FILE = re.compile(r"# (?:src/acutance/)?(?:\w+/)*(\w+)\.py\n")
"""The first line of a block that is a file of the reader's."""
BRIEFLY = {r"\bsteps=\d+": "steps=1, batch=1, patch=48", r"\bseeds=2\)": "seeds=2, steps=1, batch=1, patch=48)"}
"""What a page shows for hours, done in seconds."""


def _docstrings(path: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each docstring with an example."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node) or ""
            if ">>> " in text:
                yield getattr(node, "name", path.stem), text


def _module(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


EXAMPLES = {
    f"{_module(path)}:{name}": text for path in sorted(SOURCE.rglob("*.py")) for name, text in _docstrings(path)
}


def _blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader is: a folder with a photo, photographs to train on and a benchmark."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name, seed in (("photos/a.png", 1), ("photos/b.png", 2), ("benchmarks/Set5/c.png", 3), ("photo.jpg", 4)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / name), photograph(seed, 64, 72))
    return tmp_path


def _brought() -> dict[str, object]:
    """What the reader of a page has already: a network, what it learns from, and the names of a recipe."""
    network = nn.Sequential(nn.Conv2d(3, 48, 3, padding=1), nn.PixelShuffle(4))
    rooms = (acutance.losses, import_module("acutance.experiment"), import_module("acutance.types"))
    return {
        **{name: thing for room in rooms for name, thing in vars(room).items()},
        "torch": torch,
        "network": network,
        "optimizer": torch.optim.Adam(network.parameters()),
        "l1": nn.L1Loss(),
        "loader": [(torch.rand(2, 3, 12, 12), torch.rand(2, 3, 48, 48))],
        "MyLoss": acutance.losses.Pixel,
        "Critic": nn.Module,
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_docstring_comes_out_as_it_says(name: str, place: Path) -> None:
    module: ModuleType = import_module(name.partition(":")[0])
    known = {"photos": Path(acutance.__file__).parent / "photos", "folder": place / "out", **vars(module)}
    test = doctest.DocTestParser().get_doctest(EXAMPLES[name], known, name, module.__file__, None)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("page", [page for page in PAGES if _blocks(page)], ids=lambda page: page.stem)
def test_the_code_of_a_page_runs(page: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = _brought()
    for block in _blocks(page):
        if file := FILE.match(block):
            (place / f"{file[1]}.py").write_text(block)
            monkeypatch.delitem(sys.modules, file[1], raising=False)
            import_module(file[1])
            continue
        for long, short in BRIEFLY.items():
            block = re.sub(long, short, block)
        exec(compile(block, str(page), "exec"), names)
