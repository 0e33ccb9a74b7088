"""The house rules that a machine can read: who imports whom, how long things may be, and what a name may mean.

Each test reads the whole house and names everyone who breaks its rule.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
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
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_COMMAND = 400, 60, 100
ONE_CONCEPT = {
    "base": {"losses", "networks"},  # the class that a family derives from
    "contrastive": {"losses", "pretext"},  # telling what belongs together from what does not, PCL's and SPSR's
    "fixed": {"critics", "losses"},  # an embedding network that learns no more, and the loss that looks through it
    "gradient": {"losses", "ops"},  # the gradient map of SPSR's Eq. 2, and the losses of it
    "pcl": {"losses", "recipes"},  # the paper
    "pixel": {"losses", "recipes"},  # the loss of pixels, and the recipes that have no other
    "spsr": {"networks", "recipes"},  # the paper, which gave its network its own name
    "structure": {"extractors", "losses"},  # the features F of Eq. 14: made, and learnt from
}
"""Stems that several rooms share because they mean the same there."""


def _rows() -> dict[str, int]:
    """Read the table in docs/how-it-fits.md: each room with the number of its row, counted from the top."""
    text = (ROOT / "docs" / "how-it-fits.md").read_text(encoding="utf-8")
    table = text.split("```rows\n")[1].split("```")[0]
    return {room: number for number, line in enumerate(table.splitlines()) for room in line.split()}


ROWS = _rows()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _room(module: str) -> str:
    """acutance.losses.pixel -> losses; acutance, the public face, is a room of its own."""
    return module.split(".")[1] if "." in module else module


def _name(path: Path) -> str:
    parts = ("acutance", *path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that only a type checker reads."""
    if not (isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING"):
        yield tree
        for child in ast.iter_child_nodes(tree):
            yield from _at_run_time(child)


def _imports(path: Path, nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Every module that a file imports, also inside functions, with relative names resolved."""
    package = _name(path).split(".")[: None if path.stem == "__init__" else -1]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def _trespasses(path: Path) -> list[str]:
    """Imports of a room on the same row or above, or of the public face."""
    room = _room(_name(path))
    known = [name for name in _imports(path, ast.walk(_tree(path))) if name.split(".")[0] == "acutance"]
    return [name for name in known if _room(name) != room and ROWS.get(_room(name), -1) <= ROWS[room]]


def _strangers(path: Path) -> list[str]:
    """Libraries that another room has for itself."""
    libraries = {name.split(".")[0] for name in _imports(path, _at_run_time(_tree(path)))}
    return sorted(name for name in libraries & OWNERS.keys() if OWNERS[name] != _room(_name(path)))


def _long_functions(path: Path) -> list[str]:
    functions = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    return [f"{name}: {length} lines" for name, length in lengths.items() if length > LONGEST_FUNCTION]


def _unsafe_loads(path: Path) -> list[str]:
    calls = [ast.unparse(node) for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)]
    return [call for call in calls if call.startswith("torch.load(") and "weights_only=True" not in call]


def _shared_stems(paths: list[Path]) -> dict[str, list[str]]:
    """Return the stems that stand in several rooms for several things.

    A command bears the name of what it does, and the reader of a network's released files that of the network.
    """
    rooms = defaultdict[str, set[str]](set)
    for path in paths:
        rooms[path.stem].add(_room(_name(path)))
    families = rooms.keys() & {path.stem for path in paths if _room(_name(path)) == "networks"}
    for stem, found in rooms.items():
        found -= {"cli"} | ({"checkpoints"} if stem in families else set()) | ONE_CONCEPT.get(stem, set())
    apart = {stem: found | ONE_CONCEPT.get(stem, set()) for stem, found in rooms.items() if found}
    return {stem: sorted(found) for stem, found in apart.items() if len(found) > 1 and stem != "__init__"}


def _told(wrong: Mapping[str, object]) -> str:
    return "\n".join(f"{name}: {what}" for name, what in wrong.items())


def test_every_room_stands_in_a_row() -> None:
    assert {_room(_name(path)) for path in MODULES} - ROWS.keys() == set()


def test_a_room_imports_only_rooms_below_it() -> None:
    paths = [path for path in MODULES if _room(_name(path)) not in FREE]
    wrong = {_name(path): found for path in paths if (found := _trespasses(path))}
    assert not wrong, _told(wrong)


def test_a_library_stays_in_its_room() -> None:
    wrong = {_name(path): found for path in MODULES if (found := _strangers(path))}
    assert not wrong, _told(wrong)


def test_files_are_short() -> None:
    lines = {_name(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    wrong = {name: count for name, count in lines.items() if count > LONGEST_FILE}
    assert not wrong, _told(wrong)


def test_functions_are_short() -> None:
    wrong = {_name(path): found for path in MODULES if (found := _long_functions(path))}
    assert not wrong, _told(wrong)


def test_a_command_is_a_thin_door() -> None:
    lines = {_name(path): path.read_text().count("\n") for path in MODULES if _room(_name(path)) == "cli"}
    wrong = {name: count for name, count in lines.items() if count > LONGEST_COMMAND}
    assert not wrong, _told(wrong)


def test_every_file_is_named_for_what_it_holds() -> None:
    assert [_name(path) for path in MODULES if path.stem in EMPTY_NAMES] == []


def test_a_stem_names_one_thing() -> None:
    wrong = _shared_stems(MODULES)
    assert not wrong, _told(wrong)


def test_no_exception_has_outlived_its_cause() -> None:
    shared = {stem: {_room(_name(path)) for path in MODULES if path.stem == stem} for stem in ONE_CONCEPT}
    wrong = {stem: gone for stem, rooms in ONE_CONCEPT.items() if (gone := rooms - shared[stem])}
    assert not wrong, _told(wrong)


def test_no_code_runs_on_load() -> None:
    wrong = {_name(path): found for path in MODULES if (found := _unsafe_loads(path))}
    assert not wrong, _told(wrong)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("test_layers.SOURCE", tmp_path)
    return tmp_path


def _written(house: Path, name: str, text: str = "") -> Path:
    path = house / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_the_rules_see_an_import_upward_and_one_sideways(house: Path) -> None:
    upward = "def f():\n    from acutance.runs import train\n    from ..metrics import psnr\nfrom acutance import ops\n"
    wrong = _written(house, "losses/wrong.py", upward)
    assert _trespasses(wrong) == ["acutance.runs.train", "acutance.metrics.psnr"]


def test_the_rules_see_a_library_that_is_not_only_for_the_type_checker(house: Path) -> None:
    guarded = "if TYPE_CHECKING:\n    import lightning_fabric\n"
    assert _strangers(_written(house, "losses/guarded.py", guarded)) == []
    assert _strangers(_written(house, "losses/wrong.py", "def f():\n    import lightning_fabric.wrappers\n"))
    assert _strangers(_written(house, "training/right.py", "import lightning_fabric\n")) == []


def test_the_rules_see_a_long_function_and_an_unsafe_load(house: Path) -> None:
    wrong = _written(house, "data/wrong.py", "def f():\n" + "    pass\n" * 60 + "torch.load(path)\n")
    assert _long_functions(wrong) == ["f: 61 lines"]
    assert _unsafe_loads(wrong) == ["torch.load(path)"]


def test_the_rules_see_a_stem_of_two_meanings(house: Path) -> None:
    names = ["ops/planes.py", "metrics/planes.py", "networks/rcan.py", "checkpoints/rcan.py", "cli/planes.py"]
    one_concept = ["losses/gradient.py", "ops/gradient.py", "cli/gradient.py", "data/base.py", "losses/base.py"]
    paths = [_written(house, name) for name in [*names, *one_concept]]
    assert _shared_stems(paths) == {"planes": ["metrics", "ops"], "base": ["data", "losses", "networks"]}
