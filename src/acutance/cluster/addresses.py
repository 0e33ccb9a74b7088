"""Files where fsspec finds them: s3://bucket/folder, gs://..., file:///..., memory://..."""

import importlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from acutance import images
from acutance.errors import AcutanceError, RequestError
from acutance.files import atomic


@dataclass(frozen=True)
class Remote:
    """A picture at an address.

    Attributes:
        address: of its file.
        folder: where it lies below the folder that was given.
    """

    address: str
    folder: PurePosixPath = field(default_factory=PurePosixPath)

    @property
    def name(self) -> str:
        """Of its file."""
        return PurePosixPath(self.address).name


def is_address(place: str | Path | None) -> bool:
    """Tell whether a word names a place by its protocol."""
    return isinstance(place, str) and "://" in place


BUCKETS = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci", "b2", "r2")
"""Protocols of stores that have no folders; what stands first is a bucket, which is nobody's to make."""


def found(given: Sequence[str | Path]) -> list[Remote]:
    """Return the pictures at addresses, of files and of folders with their subfolders, hidden ones passed over.

    Raises:
        RequestError: nothing is there, the protocol is unknown, or what it needs is not installed.
    """
    return list(dict.fromkeys(remote for each in given for remote in _below(str(each))))


def fetch(remote: Remote, folder: Path) -> Path:
    """Return the file in a folder to which a picture was copied; raise AcutanceError where it cannot be."""
    target = folder / remote.name
    system, path = _at(remote.address)
    try:
        with system.open(path, "rb") as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    except FileNotFoundError:
        raise AcutanceError(f"{remote.address}: there is no such file.") from None
    except Exception as error:  # each protocol has errors of its own
        raise AcutanceError(f"{remote.address}: it cannot be read: {_first_line(error)}.") from error
    return target


def store(file: Path, place: str) -> None:
    """Copy a file to an address or a path, where it is whole or not there; raise AcutanceError where it cannot be."""
    if not is_address(place) or place.startswith(("file://", "local://")):
        local = Path(_at(place)[1]) if is_address(place) else Path(place)
        with atomic(local) as temporary:
            shutil.copyfile(file, temporary)
        return
    system, path = _at(place)
    try:
        if _protocol(place) not in BUCKETS:
            system.makedirs(str(PurePosixPath(path).parent), exist_ok=True)
        system.put_file(str(file), path)  # object stores show an object when all of it is there
    except Exception as error:
        raise AcutanceError(f"cannot write {place}: {_first_line(error)}.") from error


def canonical(place: str | Path) -> str:
    """Return the one address of a place, also of a path: that under which files below it are found."""
    address = str(place) if is_address(place) else f"file://{Path(place).absolute()}"
    return f"{_protocol(address)}://{_at(address)[1]}"


def present(place: str) -> frozenset[str]:
    """Return the addresses of the files at a canonical address, and below it.

    Raises:
        RequestError: it is in a bucket that is not there, or cannot be listed.
    """
    system, path = _at(place)
    bucket = path.partition("/")[0]
    try:
        if _protocol(place) in BUCKETS and not system.exists(bucket):
            raise RequestError(f"there is no bucket {bucket} for what goes to {place}.")
        return frozenset(f"{_protocol(place)}://{each}" for each in system.find(path))
    except RequestError:
        raise
    except FileNotFoundError:
        return frozenset()
    except Exception as error:
        raise RequestError(f"{place} cannot be listed: {_first_line(error)}.") from error


def joined(place: str, *parts: str) -> str:
    """Return what is below a folder at an address or a path."""
    rest = str(PurePosixPath(*parts))
    return f"{place.rstrip('/')}/{rest}" if is_address(place) else str(Path(place) / rest)


def _below(given: str) -> Iterator[Remote]:
    if not is_address(given):
        raise RequestError(f"{given} is a path among addresses; write file://{Path(given).absolute()}.")
    system, path = _at(given)
    try:
        if system.isfile(path):
            yield Remote(canonical(given))
            return
        files = sorted(str(each) for each in system.find(path))
    except Exception as error:
        raise RequestError(f"{given} cannot be listed: {_first_line(error)}.") from error
    root = PurePosixPath(path)
    for each in files:
        inner = PurePosixPath(each).relative_to(root)
        hidden = any(part.startswith(".") for part in inner.parts)
        if inner.suffix.lower() in images.SUFFIXES and not hidden:
            yield Remote(f"{_protocol(given)}://{each}", inner.parent)
    if not files:
        raise RequestError(f"there is nothing at {given}.")


def _protocol(address: str) -> str:
    return address.partition("://")[0]


def _at(address: str) -> tuple[Any, str]:
    try:
        core: Any = importlib.import_module("fsspec.core")
        system, path = core.url_to_fs(address)
    except ImportError as error:
        raise RequestError(f"{address} needs a library that is not installed: {_first_line(error)}.") from error
    except (ValueError, OSError) as error:
        raise RequestError(f"{address} is no address: {_first_line(error)}.") from error
    return system, str(path)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
