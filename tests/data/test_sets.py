from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from acutance.data import find_set, find_sets
from acutance.errors import RequestError

Save = Callable[[Path, np.ndarray], None]
DOT = np.zeros((8, 8, 3), np.uint8)


@pytest.fixture
def root(tmp_path: Path, save: Save) -> Path:
    """A flat set, a set in the benchmark layout, an empty folder and a folder without pictures."""
    root = tmp_path / "sets"
    for name in (
        "Flat/b.png",
        "Flat/a.webp",
        "Bench/HR/one.png",
        "Bench/HR/two.png",
        "Bench/LR_bicubic/X2/onex2.png",
    ):
        save(root / name, DOT)
    (root / "Flat" / "notes.txt").write_text("not a picture")
    (root / "nothing").mkdir()
    return root


def test_a_flat_set(root: Path) -> None:
    found = find_set(root, "Flat", 4)
    assert found.name == "Flat"
    assert [(pair.name, pair.hr, pair.lr) for pair in found.pairs] == [
        ("a", root / "Flat" / "a.webp", None),
        ("b", root / "Flat" / "b.png", None),
    ]


def test_the_benchmark_layout_has_low_pictures_for_its_scale(root: Path) -> None:
    low = root / "Bench" / "LR_bicubic" / "X2" / "onex2.png"
    assert [pair.lr for pair in find_set(root, "Bench", 4).pairs] == [None, None]
    with pytest.raises(RequestError, match=r"two\.png: there is no LR file for it, and for the others there is"):
        find_set(root, "Bench", 2)
    found = find_set(root, "Bench", 2, strict=False)
    assert [(pair.name, pair.lr) for pair in found.pairs] == [("one", low)]
    assert (found.lr, list(found.refused)) == ("files", ["two"])


@pytest.mark.parametrize("name", ["flat", "FLAT"])
def test_case_does_not_matter_where_it_is_not_needed(root: Path, name: str) -> None:
    assert find_set(root, name, 4).name == "Flat"


def test_a_set_may_be_a_path(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACUTANCE_DATA", raising=False)
    assert len(find_set(None, str(root / "Bench"), 4).pairs) == 2
    assert find_set(None, str(root / "Flat") + "/", 4).name == "Flat"


def test_the_environment_says_where_sets_are(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACUTANCE_DATA", str(root))
    assert [found.name for found in find_sets(None, "Flat, Bench", 4)] == ["Flat", "Bench"]
    monkeypatch.delenv("ACUTANCE_DATA")
    with pytest.raises(RequestError, match=r"'Flat'.*--data.*ACUTANCE_DATA"):
        find_set(None, "Flat", 4)


def test_an_unknown_set_is_named_with_those_there_are(root: Path) -> None:
    with pytest.raises(RequestError, match="no set 'Flut'; did you mean 'Flat'"):
        find_set(root, "Flut", 4)
    with pytest.raises(RequestError, match="known are Bench, Flat"):
        find_set(root, "nothing", 4)


def test_a_folder_without_pictures_or_not_there_says_so(root: Path) -> None:
    with pytest.raises(RequestError, match=r"no picture in .*nothing"):
        find_set(None, str(root / "nothing"), 4)
    with pytest.raises(RequestError, match=r"no folder under .*nothing"):
        find_set(root / "nothing", "Flat", 4)
    with pytest.raises(RequestError, match=r"no folder .*absent"):
        find_set(root / "absent", "Flat", 4)


def test_two_pictures_of_one_name_are_named(root: Path, save: Save) -> None:
    save(root / "Flat" / "a.png", DOT)
    with pytest.raises(RequestError, match=r"named 'a': a\.png, a\.webp"):
        find_set(root, "Flat", 4)


def test_no_set_at_all_is_an_error(root: Path) -> None:
    with pytest.raises(RequestError, match="no set is named"):
        find_sets(root, " ,", 4)


def test_the_shared_sets(shared_data: Path) -> None:
    sets = find_sets(shared_data, "Set5,set14,B100", 4)
    assert [(found.name, len(found.pairs)) for found in sets] == [("Set5", 5), ("Set14", 14), ("B100", 100)]
    assert [pair.name for pair in sets[0].pairs] == ["baby", "bird", "butterfly", "head", "woman"]
