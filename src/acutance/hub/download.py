"""A file of the Hub on this machine: looked up, held against a limit, kept in the library's cache."""

import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

from acutance.errors import AcutanceError, RequestError, shown
from acutance.hub.client import is_unreachable, library, reported
from acutance.hub.hub_file import FILE, SUFFIX, HubFile
from acutance.terminal import unescaped

MOST = 2 * 2**30
"""Bytes of the largest file that is fetched; the largest network here, RRDB, has 67 million."""
PATIENCE = 10
"""Seconds for which an answer is waited for."""
_COMMIT = re.compile("[0-9a-f]{40}")


def fetched(source: str | PathLike[str]) -> Path:
    """Return where the file lies that an address such as hf:owner/name stands for, fetched where it is not kept yet.

    A process asks once for an address, and gets one file for it to its end. Where the Hub does not answer, what was
    fetched before is taken.

    Raises:
        RequestError: it is no address; there is no such repository, revision or file, or only for others; it is larger
            than `MOST`; or huggingface_hub is not installed.
        AcutanceError: the Hub does not answer and nothing is kept here, or it breaks off.
    """
    return _fetched(HubFile.of(source))


def pinned(source: str | PathLike[str]) -> str:
    """Return an address with the commit and the file that it stands for now, so that it is the same everywhere."""
    path, asked = fetched(source), HubFile.of(source)
    parts = path.parts
    place = len(parts) - 1 - parts[::-1].index("snapshots")
    return str(HubFile(asked.repository, parts[place + 1], "/".join(parts[place + 2 :])))


@cache
def _fetched(asked: HubFile) -> Path:
    hub = library()
    with reported(hub, asked, ", and no copy is kept here"):
        kept = hub.try_to_load_from_cache(asked.repository, asked.file or FILE, revision=asked.revision)
        if isinstance(kept, str) and _COMMIT.fullmatch(asked.revision or ""):
            return Path(kept)
        try:
            told = hub.HfApi().model_info(
                asked.repository, revision=asked.revision, timeout=PATIENCE, files_metadata=True
            )
        except Exception as error:
            if isinstance(kept, str) and is_unreachable(hub, error):
                return Path(kept)
            raise
        file = _chosen(asked, {each.rfilename: each.size or 0 for each in told.siblings or ()})
        who = {"library_name": "acutance", "library_version": version("acutance")}
        return Path(hub.hf_hub_download(asked.repository, file, revision=asked.revision, tqdm_class=_bar(), **who))


def _chosen(asked: HubFile, sizes: Mapping[str, int]) -> str:
    """Return the file that is asked for, or `FILE`, or the only one of its kind in the repository."""
    where, files = f"{asked.repository} on the Hub", [name for name in sizes if name.endswith(SUFFIX)]
    file = asked.file or (FILE if FILE in files or len(files) != 1 else files[0])
    if asked.file and file not in files:
        raise RequestError(f"{where} holds no file {shown(file)}.")
    if file not in files:
        held = f"holds {shown(', '.join(files[:3]))}{' ...' * (len(files) > 3)}: name one" if files else "holds none"
        raise RequestError(f"{where} {held} of the {SUFFIX} files that are fetched, such as {asked}/x2{SUFFIX}.")
    if sizes[file] > MOST:
        raise RequestError(f"{where} holds {file} of {sizes[file]:,} bytes; up to {MOST:,} are fetched.")
    return file


def _bar() -> type:
    """Return the bar that the library is to show, which also stops a file that grows larger than it was said to be."""
    from tqdm.auto import tqdm

    class Bounded(tqdm):  # pyright: ignore[reportMissingTypeArgument]
        def __init__(self, *given: Any, **named: Any) -> None:
            terminal = {"file": unescaped(sys.stderr), "disable": not sys.stderr.isatty()}
            super().__init__(*given, **named | terminal)
            self._bytes = int(named.get("initial") or 0)

        def update(self, n: float | None = 1) -> bool | None:
            self._bytes += int(n or 0)
            if self._bytes > MOST:
                raise AcutanceError(f"the Hub sends more than the {MOST:,} bytes that are fetched.")
            return super().update(n)

    return Bounded
