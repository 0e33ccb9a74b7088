"""The house rules that a machine can read: who imports whom, and how long things may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "acutance"
MODULES = sorted(SOURCE.rglob("*.py"))
FREE = {"acutance", "__main__", "cli"}
"""The public face and the command line may import anything."""
OWNERS = {"lightning": "training", "lightning_fabric": "training", "torchvision": None}
"""Libraries that one room may import, or none."""
EMPTY_NAMES = {"utils", "helpers", "common", "misc"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def _rows() -> dict[str, int]:
    """Read the table in docs/how-it-fits.md: each room with the number of its row, counted from the top."""
    text = (ROOT / "docs" / "how-it-fits.md").read_text(encoding="utf-8")
    table = text.split("```rows\n")[1].split("```")[0]
    return {room: number for number, line in enumerate(table.splitlines()) for room in line.split()}


ROWS = _rows()


def _room(module: str) -> str:
    """acutance.losses.pixel -> losses; acutance, the public face, is a room of its own."""
    return module.split(".")[1] if "." in module else module


def _name(path: Path) -> str:
    parts = ("acutance", *path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class _AtRunTime(ast.NodeTransformer):
    """Leaves out what only a type checker reads."""

    def visit_If(self, node: ast.If) -> ast.If | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else node


def _imports(path: Path, tree: ast.AST | None = None) -> Iterator[str]:
    """Every module that a file imports, also inside functions, with relative names resolved."""
    package = _name(path).split(".")[: None if path.stem == "__init__" else -1]
    for node in ast.walk(tree or ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def _trespasses(path: Path) -> list[str]:
    """Imports of a room on the same row or above, or of the public face."""
    room = _room(_name(path))
    known = [name for name in _imports(path) if name.split(".")[0] == "acutance"]
    return [name for name in known if _room(name) != room and ROWS.get(_room(name), -1) <= ROWS[room]]


modules = pytest.mark.parametrize("path", MODULES, ids=[_name(path) for path in MODULES])


@modules
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    room = _room(_name(path))
    assert room in ROWS, f"{room} stands in no row of docs/how-it-fits.md"
    assert room in FREE or not _trespasses(path)


@modules
def test_a_library_stays_in_its_room(path: Path) -> None:
    room = _room(_name(path))
    tree = _AtRunTime().visit(ast.parse(path.read_text(encoding="utf-8")))
    libraries = {name.split(".")[0] for name in _imports(path, tree)}
    assert not [library for library in libraries & OWNERS.keys() if OWNERS[library] != room]


@modules
def test_files_and_functions_are_short_and_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert text.count("\n") <= LONGEST_FILE
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
    assert path.stem not in EMPTY_NAMES


@modules
def test_no_code_runs_on_load(path: Path) -> None:
    calls = [ast.unparse(node) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert not [call for call in calls if call.startswith("torch.load(") and "weights_only=True" not in call]


def test_the_rules_see_an_import_upward_and_one_sideways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_layers.SOURCE", tmp_path)
    wrong = tmp_path / "losses" / "wrong.py"
    wrong.parent.mkdir()
    wrong.write_text(
        "def f():\n    from acutance.runs import train\n    from ..metrics import psnr\nfrom acutance import ops\n"
    )
    assert _trespasses(wrong) == ["acutance.runs.train", "acutance.metrics.psnr"]
