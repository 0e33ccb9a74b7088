"""Downloads of released files, for a user who is online and asks for them; nothing else here reaches out."""

import http.client
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.error import HTTPError

from acutance.errors import AcutanceError, RequestError, unknown
from acutance.files import atomic
from acutance.metrics.lpips import BACKBONES
from acutance.metrics.metric import METRICS
from acutance.metrics.weight_files import ReleasedFile
from acutance.progress import track

CHUNK = 1 << 20
TIMEOUT_SECONDS = 30.0


def fetch_for(what: str, folder: Path | None, *, backbone: str = "squeeze") -> Iterator[tuple[Path, ReleasedFile]]:
    """Fetch the released files that a metric needs; yield each, and where it lies, as soon as it does.

    Args:
        what: "niqe", "lpips" for LPIPS with `backbone`, or a name in `METRICS` such as "lpips_alex".
        folder: where they go.
        backbone: whose features "lpips" compares, a name in `BACKBONES`.

    Raises:
        RequestError: no folder is named, there is no such backbone, no metric of that name needs files, or another file
            of a right name is there.
        AcutanceError: a download failed.
    """
    if folder is None:
        raise RequestError("where shall the files go? Name a folder by --weights DIR, or in ACUTANCE_WEIGHTS.")
    name = f"lpips_{backbone}" if what == "lpips" else what
    needing = {metric.name: metric.released for metric in METRICS.values() if metric.released}
    if backbone not in BACKBONES:
        raise unknown("backbone of LPIPS", backbone, BACKBONES)
    if name not in needing:
        raise unknown("file to fetch", what, ["lpips", *needing])
    for file in needing[name]:
        yield fetch(file, folder), file


def fetch(file: ReleasedFile, folder: Path) -> Path:
    """Return where `file` lies in `folder`, downloaded first unless it is there; its checksum is right in either case.

    Raises:
        RequestError: another file of its name is there.
        AcutanceError: the download failed or brought something else; nothing of it is kept.
    """
    if any((folder / name).is_file() for name in file.names):
        return file.find(folder)
    path = folder / file.names[0]
    with atomic(path) as temporary:
        _download(file.url, temporary, path)
        try:
            file.check(temporary)
        except RequestError as error:
            raise AcutanceError(f"{file.url} does not lead to {file.content} as released; nothing is kept.") from error
    return path


def _download(url: str, temporary: Path, path: Path) -> None:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer, temporary.open("wb") as target:
            size = int(answer.headers.get("Content-Length") or 0)
            for chunk in track(iter(partial(answer.read, CHUNK), b""), f"{path.name}, MiB", -(-size // CHUNK)):
                target.write(chunk)
    except (OSError, http.client.HTTPException) as error:
        raise AcutanceError(
            f"cannot download {url}: {_why(error)}. A file that you have may be put at {path}."
        ) from error


def _why(error: Exception) -> str:
    reason = error if isinstance(error, HTTPError) else getattr(error, "reason", error)
    return str(getattr(reason, "strerror", None) or reason)
