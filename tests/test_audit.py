"""The audit sees a package in another version, and a file that is not what its wheel held."""

from importlib.metadata import distribution
from pathlib import Path

import pytest

import audit


def test_a_version_that_is_not_locked_is_named() -> None:
    locked = audit.pins("# a comment\nAcme_Tools==1.2\nother==3 ; python_version > '3'\n")
    assert locked == {"acme-tools": "1.2", "other": "3"}
    assert [*audit.other_versions(locked, {"acme-tools": "1.2+cpu", "other": "3"})] == []
    assert [*audit.other_versions(locked, {"acme-tools": "1.3"})] == [
        "acme-tools is locked at 1.2, and 1.3 is installed",
        "other is locked at 3, and nothing is installed",
    ]


def test_a_file_that_was_changed_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = distribution("tqdm")
    path = next(each for each in package.files or [] if each.name == "std.py")
    assert audit.is_published(package, path)
    changed = tmp_path / path
    changed.parent.mkdir(parents=True)
    changed.write_bytes(Path(str(package.locate_file(path))).read_bytes() + b"\n")
    monkeypatch.setattr(type(package), "locate_file", lambda self, each: tmp_path / each)
    assert not audit.is_published(package, path)
    changed.unlink()
    assert not audit.is_published(package, path)
