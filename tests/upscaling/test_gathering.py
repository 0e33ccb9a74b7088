"""Which files are inputs: folders, links, loops, and what is not taken."""

import os
from pathlib import Path

import pytest

from acutance.errors import RequestError
from acutance.upscaling.gathering import gather


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"only names matter here")
    return path


def inputs(given: list[Path], out: Path | None = None) -> list[tuple[str, str]]:
    return [(each.path.name, each.folder.as_posix()) for each in gather(given, out).inputs]


def test_folders_are_searched_and_hidden_files_passed_over(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "deep/er/c.tiff", ".hidden.png", ".folder/d.png", "deep/.photo-abc123.png"):
        put(tmp_path / name)
    assert inputs([tmp_path]) == [("a.JPG", "."), ("b.png", "."), ("c.tiff", "deep/er")]


def test_what_is_not_taken_is_known_with_its_reason(tmp_path: Path) -> None:
    put(tmp_path / "a.png")
    put(tmp_path / "notes.txt")
    put(tmp_path / "deep/README")
    (tmp_path / "dead.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    os.mkfifo(tmp_path / "pipe.png")
    found = gather([tmp_path])
    assert [each.path.name for each in found.inputs] == ["a.png"]
    assert {each.path.name: each.reason for each in found.not_taken} == {
        "notes.txt": ".txt is no suffix of pictures that are read",
        "README": "a name without a suffix",
        "dead.png": "a link to nothing",
        "self.png": "a link to nothing",
        "pipe.png": "no file",
    }


def test_linked_folders_are_followed_and_loops_end(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/x.png")
    put(tmp_path / "in/z/y.png")
    (tmp_path / "in/a").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in/z/loop").symlink_to(tmp_path / "in")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "in" / "z")
    (tmp_path / "in/b").symlink_to(tmp_path / "in" / "z")
    assert inputs([tmp_path / "in"]) == [("x.png", "a"), ("y.png", "z")]


def test_what_is_given_twice_is_there_once_in_the_order_given(tmp_path: Path) -> None:
    a, b = put(tmp_path / "a.png"), put(tmp_path / "b.png")
    again = tmp_path / "deep" / ".." / "a.png"
    (tmp_path / "deep").mkdir()
    assert [each.path for each in gather([b, a, b, again, tmp_path]).inputs] == [b, a]


def test_the_folder_of_results_is_passed_over_under_any_name(tmp_path: Path) -> None:
    put(tmp_path / "in/a.png")
    put(tmp_path / "in/out/a.png")
    (tmp_path / "in/link").symlink_to(tmp_path / "in/out")
    for out in (tmp_path / "in/out", tmp_path / "in/link"):
        assert inputs([tmp_path / "in"], out) == [("a.png", ".")]
    assert inputs([tmp_path / "in/out"], tmp_path / "in/out") == [("a.png", ".")]


def test_nothing_at_all_says_what_there_is(tmp_path: Path) -> None:
    put(tmp_path / "film.mov")
    with pytest.raises(RequestError, match=r"no picture in this folder.*film\.mov"):
        gather([tmp_path])


def test_deep_folders_are_no_matter(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder = folder / "d"
    put(folder / "a.png")
    assert len(gather([tmp_path]).inputs) == 1
