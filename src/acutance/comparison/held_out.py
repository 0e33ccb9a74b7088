"""Keeps the pictures that a comparison is tested on out of its training."""

from collections.abc import Iterable
from pathlib import Path

from acutance.data import PictureSet
from acutance.errors import RequestError


def held_out(folders: Iterable[Path], tested: Iterable[Path]) -> list[Path]:
    """Return the training folders without the test sets inside them: such a folder becomes its other subfolders.

    Args:
        folders: what was given to train on, each with its subfolders.
        tested: folders of test pictures.

    Raises:
        RequestError: a test set is a training folder, or lies in one among pictures that would be trained on.
    """
    tests = {folder.resolve() for folder in tested}
    return [kept for folder in folders for kept in _without(folder, tests)]


def folders_of(sets: Iterable[PictureSet]) -> set[Path]:
    """Return the folders that the files of test sets are in, HR and LR."""
    files = [file for each in sets for pair in each.pairs for file in (pair.hr, pair.lr)]
    return {file.parent for file in files if file is not None}


def demand_apart(reported: Iterable[PictureSet], choosing: Iterable[PictureSet]) -> None:
    """Raise RequestError where a set that strengths are chosen on is reported too."""
    files = {pair.hr.resolve() for each in reported for pair in each.pairs}
    for each in choosing:
        if any(pair.hr.resolve() in files for pair in each.pairs):
            raise RequestError(f"{each.name} is to be chosen on and reported: what is reported is scored once.")


def _without(folder: Path, tests: set[Path]) -> list[Path]:
    from acutance import images

    own = folder.resolve()
    if not any(test.is_relative_to(own) for test in tests):
        return [folder]
    if own in tests or images.find(folder):
        names = ", ".join(sorted(str(test) for test in tests if test.is_relative_to(own)))
        raise RequestError(f"{folder} is to be trained on and holds what is tested on ({names}); name other folders.")
    inside = (path for path in sorted(folder.iterdir()) if _may_train(path, tests))
    return [kept for path in inside for kept in _without(path, tests)]


def _may_train(path: Path, tests: set[Path]) -> bool:
    """Whether a subfolder holds what can be trained on: no test set, and no LR, whose HR lies beside it."""
    from acutance.data import looks_low

    return path.is_dir() and path.resolve() not in tests and not looks_low(path)
