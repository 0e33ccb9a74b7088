"""What ships in the package is what was released, or is refused with the way to mend it."""

import hashlib
import random
import shutil
from pathlib import Path

import pytest

from acutance import catalogue, shipped
from acutance.errors import AcutanceError
from acutance.tensors import read_weights

FOLDERS = [Path(shipped.PACKAGE, *parts) for parts in (("weights",), ("extractors", "weights"))]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The weights of a package that is installed somewhere else."""
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path)
    return Path(shutil.copytree(FOLDERS[0], tmp_path / "weights"))


@pytest.mark.parametrize("folder", FOLDERS, ids=["networks", "extractors"])
def test_the_table_is_complete_and_true(folder: Path) -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.safetensors")}
    lines = (folder / shipped.SUMS).read_text().splitlines()
    told = {name: hash_ for hash_, name in (line.split("  ") for line in lines)}
    assert told == found, f"run `cd {folder} && sha256sum *.safetensors > {shipped.SUMS}`"


def test_what_is_whole_is_read(installed: Path) -> None:
    assert read_weights(installed / "edsr-light-x4.safetensors").keys()


def test_no_flipped_bit_is_let_in_and_the_way_to_mend_it_is_said(installed: Path) -> None:
    path = installed / "edsr-light-x4.safetensors"
    whole, chance = path.read_bytes(), random.Random(0)
    for bit in [*range(8 * 9), *chance.sample(range(8 * len(whole)), 100)]:
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        with pytest.raises(
            AcutanceError, match=r"edsr-light-x4\.safetensors is damaged.*`pip install --force-reinstall"
        ):
            read_weights(path)


@pytest.mark.parametrize("keep", [0, 5, 100, -1])
def test_a_truncated_file_is_refused(installed: Path, keep: int) -> None:
    path = installed / "rlfn-x4.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(AcutanceError, match=r"is damaged.*`pip install"):
        read_weights(path)


def test_neither_a_swapped_nor_an_added_file_is_taken_for_one_that_ships(installed: Path) -> None:
    for name, words in (("rlfn-x3", "is damaged"), ("rlfn-x8", "is none of them")):
        shutil.copy(installed / "rlfn-x2.safetensors", installed / f"{name}.safetensors")
        with pytest.raises(AcutanceError, match=rf"{name}\.safetensors .*{words}.*`pip install"):
            read_weights(installed / f"{name}.safetensors")


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"no table\n"])
def test_without_its_table_nothing_is_let_in(installed: Path, damage: bytes) -> None:
    (installed / shipped.SUMS).write_bytes(damage)
    with pytest.raises(AcutanceError, match="pip install"):
        read_weights(installed / "rlfn-x4.safetensors")


def test_the_list_of_what_ships_is_held_to_it_too(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "WEIGHTS", installed)
    assert [model.scale for model in catalogue.trained()] == [4, 2, 4, 2, 3, 4, 4]
    path = installed / "rlfn-x2.safetensors"
    path.write_bytes(path.read_bytes().replace(b'\\"scale\\": 2', b'\\"scale\\": 3'))
    with pytest.raises(AcutanceError, match=r"rlfn-x2\.safetensors is damaged"):
        catalogue.trained()
