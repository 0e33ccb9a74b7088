"""Writes that are whole or not there at all, and what tells one file's content from another's."""

import errno
import hashlib
import json
import os
import secrets
import shutil
import stat
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, cast

from acutance.errors import AcutanceError, RequestError

try:
    import fcntl
except ImportError:  # Windows, where nothing is swept
    fcntl = None

UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
"""What a drive answers that cannot sync a file."""
WAITS = (0.05, 0.1, 0.2, 0.4)
"""Seconds between attempts to put a file where another stands that somebody has open, which Windows refuses."""
SEAL = "sha256"
"""The name under which a JSON file that is read again keeps the hash of the rest of it."""
PASSING = ".acutance-"
"""How the names of files and folders begin that are there while something is written."""
FRESH = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""How such a file is opened: nothing may be there yet. Windows translates ends of lines unless told not to."""


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of what is in a file."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def atomic(path: str | Path) -> Generator[Path]:
    """Yield an empty file in a folder beside `path`; when the block ends well, it is synced and renamed to `path`.

    The file keeps the suffix of `path`, as picture writers choose the format by it; the block may put another in its
    place. When the block raises, the file goes and whatever stood at `path` stays. What killed processes left beside
    it goes too. A drive that cannot sync, or knows no permissions, is written to without.

    Raises:
        AcutanceError: the file cannot be written (no space, no permission), naming it and the system's reason.
    """
    path = Path(path)
    _refuse_dash(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep_once(str(path.parent.absolute()))
        # A folder is what is held, as a lock on a file is lost with the file that a writer replaces.
        with passing_folder(path.parent, path.stem[:40]) as folder:
            temporary = folder / f"{path.stem[:40]}{path.suffix}"
            temporary.touch()
            yield temporary
            _sync(temporary)
            with suppress(OSError, NotImplementedError):  # file systems without modes, and Windows
                temporary.chmod(0o666 & ~_umask())
            _replace(temporary, path)
    except OSError as error:
        raise AcutanceError(f"cannot write {path}: {error.strerror or error}.") from error


def check_target(*paths: str | os.PathLike[str] | None) -> None:
    """Raise before the work where a file that is to hold what came of it could not be written, as far as is known then.

    Raises:
        RequestError: it is "-", it is a folder, or it lies where nothing may be written.
    """
    for path in map(Path, filter(None, paths)):
        _refuse_dash(path)
        try:
            refuse_unwritable(path)
        except AcutanceError as fault:
            raise RequestError(str(fault)) from None


def refuse_unwritable(path: Path) -> None:
    """Raise AcutanceError where the system would not let a file be written, as far as it tells before."""
    if is_folder(path):
        raise AcutanceError(f"cannot write {path}: it is a folder.")
    folder = path.parent
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    if not is_folder(folder):
        raise AcutanceError(f"cannot write {path}: {folder} is no folder.")
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        raise AcutanceError(f"cannot write {path}: nothing may be written into {folder}.")


def is_folder(path: str | Path) -> bool:
    """Return whether there is a folder, or a link to one; not where the system does not say."""
    try:
        return stat.S_ISDIR(Path(path).stat().st_mode)
    except OSError:
        return False


def _refuse_dash(path: Path) -> None:
    if str(path) == "-":
        raise RequestError("- is no name of a file: what was asked for there is not printed; name a file to write.")


@contextmanager
def passing_folder(folder: Path, stem: str) -> Generator[Path]:
    """Yield an empty folder in another, which goes at the end of the block with what is in it.

    `sweep` leaves it alone until then. An interrupt that comes while it goes is raised when it has gone.

    Raises:
        OSError: there can be none.
    """
    path, handle = _passing_name(folder, stem), None
    try:
        while True:
            path.mkdir(mode=0o700)
            if fcntl is None:
                break
            with suppress(FileNotFoundError):
                handle = os.open(path, os.O_RDONLY)
                _hold(handle)
                if _is_at(handle, path):
                    break
                let_go(handle)  # a sweep found it before it was held
                handle = None
        yield path
    finally:
        try:
            _remove(path)
        except KeyboardInterrupt:
            _remove(path)
            raise
        let_go(handle)


def begun(folder: Path, stem: str, suffix: str) -> tuple[int | None, Path]:
    """Make an empty file, and return its handle (None on Windows) and path; `sweep` leaves it until `let_go`.

    Raises:
        OSError: there can be none.
    """
    while True:
        path, handle = _passing_name(folder, stem, suffix), None
        try:
            handle = os.open(path, FRESH, 0o600)
            if fcntl is None:  # Windows does not rename what is open
                os.close(handle)
                return None, path
            _hold(handle)
            if _is_at(handle, path):
                return handle, path
            os.close(handle)  # a sweep found it before it was held
        except KeyboardInterrupt:  # which may come when the file has just been made
            _remove(path)
            raise


def let_go(handle: int | None) -> None:
    """Give a file or folder free, which is to be gone by then."""
    if handle is not None:
        with suppress(OSError):
            os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what processes left in a folder that were killed while they wrote: of live ones it is locked."""
    for path in folder.glob(f"{PASSING}*"):
        with suppress(OSError):
            _remove_unless_held(path)


def write_text(path: str | Path, text: str) -> None:
    """Write a text file atomically, in UTF-8 whatever the machine's encoding; what of a name is no text is escaped."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def write_json(path: str | Path, value: object) -> None:
    """Write a JSON file atomically; infinity and not-a-number are written as the strings "inf" and "nan"."""
    write_text(path, json_text(value, indent=2) + "\n")


def json_text(value: object, indent: int | None = None) -> str:
    """Return a value as JSON, which has no numbers for infinity and not-a-number: they become "inf" and "nan"."""
    return json.dumps(_plain(value), indent=indent, allow_nan=False)


def text_of(path: Path) -> str | None:
    """Return what is in a text file, what is no UTF-8 in escapes; None where there is none, or it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8", "backslashreplace") if path.is_file() else None
    except OSError:
        return None


def parsed(text: str | None) -> dict[str, Any] | None:
    """Return the JSON object that a text is; None for anything else."""
    try:
        value = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return cast(dict[str, Any], value) if isinstance(value, dict) else None


def sealed(values: Mapping[str, object]) -> str:
    """Return values as the text of a JSON file that tells whether it is whole: with the hash of the rest of it."""
    plain = json.loads(json_text({name: value for name, value in values.items() if name != SEAL}))
    return json_text({**plain, SEAL: _hash_of(plain)}, indent=2) + "\n"


def unsealed(text: str | None) -> dict[str, Any] | None:
    """Return the values of `sealed`; None where the text is damaged. Of those who knew no seal there is no telling."""
    found = parsed(text)
    if found is None:
        return None
    said = found.pop(SEAL, None)
    if said is None:
        # Without its name the hash is still there, the last of all: only who knew no seal has neither.
        return None if any(SEAL in name for name in found) or _ends_in_hash(found) else found
    try:
        return found if said == _hash_of(found) else None
    except RecursionError:  # what may be read may be too deep to be written
        return None


def _ends_in_hash(values: dict[str, Any]) -> bool:
    last = next(reversed(values.values()), None)
    return isinstance(last, str) and len(last) == 64


def _hash_of(plain: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value


@cache
def _sweep_once(folder: str) -> None:
    sweep(Path(folder))


def _passing_name(folder: Path, stem: str, suffix: str = "") -> Path:
    return folder / f"{PASSING}{stem}-{secrets.token_hex(6)}{suffix}"


def _remove(path: Path) -> None:
    """Remove what there is of a file or folder in passing."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _hold(handle: int) -> None:
    """Lock a file or folder that is open; a drive without locks does not let `sweep` lock it either."""
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)


def _remove_unless_held(path: Path) -> None:
    if fcntl is None:
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_at(handle, path):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    finally:
        os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    """Whether the file that is open is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno not in UNSUPPORTED:
                raise


def _replace(temporary: Path, path: Path) -> None:
    for seconds in WAITS:
        try:
            temporary.replace(path)
            return
        except PermissionError:
            time.sleep(seconds)
    temporary.replace(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
