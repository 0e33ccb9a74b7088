"""The pictures in a folder."""

from collections.abc import Collection
from pathlib import Path

from acutance.errors import RequestError
from acutance.images.formats import SUFFIXES


def find(folder: str | Path, *, recursive: bool = False, suffixes: Collection[str] = SUFFIXES) -> list[Path]:
    """Return the picture files in a folder, sorted; hidden files and folders are passed over.

    A picture is known by its suffix, in any case: one of `suffixes`. Raises RequestError where there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RequestError(f"{folder}: there is no such folder.")
    paths = folder.rglob("*") if recursive else folder.iterdir()
    return sorted(path for path in paths if path.suffix.lower() in suffixes and _is_shown(path, folder))


def _is_shown(path: Path, folder: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(folder).parts) and path.is_file()
