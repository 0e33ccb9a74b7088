"""What a user gets from the wheel, and what an import costs."""

import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest

import audit

ROOT = Path(__file__).parents[1]
PHOTOS = ROOT / "src" / "acutance" / "photos"


MOST = 12 * 2**20
"""Bytes of a wheel."""


@pytest.fixture(scope="module")
def wheel_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("acutance-*.whl"))


@pytest.fixture(scope="module")
def wheel(wheel_file: Path) -> set[str]:
    """The names inside it."""
    with zipfile.ZipFile(wheel_file) as archive:
        return set(archive.namelist())


def test_the_wheel_is_small(wheel_file: Path) -> None:
    assert wheel_file.stat().st_size < MOST


def test_the_wheel_has_all_that_the_package_has(wheel: set[str]) -> None:
    source = ROOT / "src"
    files = [path for path in (source / "acutance").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {path.relative_to(source).as_posix() for path in files} <= wheel
    assert "acutance/py.typed" in wheel
    assert any(name.endswith("/licenses/LICENSE") for name in wheel)


def test_the_wheel_has_nothing_else(wheel: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"acutance"}


def test_every_photograph_has_its_licence() -> None:
    pictures = {path.name for path in PHOTOS.glob("*/*") if path.is_file()}
    rows = [line.split("|") for line in (PHOTOS / "LICENCES.md").read_text(encoding="utf-8").splitlines()]
    licensed = {row[1].strip(" `"): row[4] for row in rows if len(row) == 7 and row[1].startswith(" `")}
    assert licensed.keys() == pictures
    assert all("CC0" in licence or "public domain" in licence for licence in licensed.values())
    assert len(list((PHOTOS / "train").iterdir())) >= 10


def test_the_photographs_can_be_read_and_are_no_thumbnails() -> None:
    from acutance import images

    for path in [*images.find(PHOTOS / "train"), *images.find(PHOTOS / "test")]:
        assert min(images.read(path).pixels.shape[:2]) >= 200
    assert not any(images.read(path).grey for path in images.find(PHOTOS / "test"))


def test_what_is_in_the_constraints_is_what_is_installed() -> None:
    lock = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    locked, optional = audit.pins(lock), audit.pins(lock.partition(audit.EXTRAS)[2])
    assert {"ray", "av"} <= optional.keys()
    installed = {audit.name(each.metadata["Name"]): each.version for each in distributions()}
    missing = optional.keys() - installed.keys()
    assert not [*audit.other_versions({name: locked[name] for name in locked.keys() - missing}, installed)]


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, acutance; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "acutance" in loaded
    assert not {"torch", "numpy", "cv2", "torchvision"} & set(loaded)


def test_the_command_line_asks_for_torch_only_where_it_computes() -> None:
    code = "import sys; from acutance.cli.main import main; main(['models']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "acutance.catalogue" in loaded
    assert not {"torch", "numpy", "cv2", "lightning_fabric", "matplotlib"} & set(loaded)


def test_a_room_loads_no_more_than_it_needs() -> None:
    rooms = "critics, data, degrade, extractors, images, losses, metrics, networks, ops"
    code = f"import sys; from acutance import load, upscale, {rooms}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "torch" in loaded
    assert not [name for name in loaded if name.split(".")[0] in {"torchvision", "lightning_fabric", "matplotlib"}]
