"""Files of released numbers that some metrics need: their names, where they can be had, and how they are recognised."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from acutance import files, tensors
from acutance.errors import RequestError

VARIABLE = "ACUTANCE_WEIGHTS"


def checksum_of_numbers(path: Path) -> str:
    """Return the SHA-256 of a file's tensors in single precision, whatever kind of file they are kept in.

    The authors of LPIPS publish no checksum, and their .pth files go round as safetensors too.

    Raises:
        RequestError: it holds no weights.
    """
    digest = hashlib.sha256()
    for key, tensor in sorted(tensors.read_weights(path).items()):
        digest.update(key.encode())
        digest.update(tensor.float().numpy().tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class ReleasedFile:
    """One file, under the names it goes by; `url` leads to the first of them.

    Args:
        content: what it holds, as a sentence names it.
        names: what it may be called in the folder of weights; `acutance data fetch` writes the first.
        url: where its authors have put it.
        sha256: how its checksum may begin.
        fetch: what `acutance data fetch` is asked for.
        checksum: of the file, or of the numbers in it.
    """

    content: str
    names: tuple[str, ...]
    url: str
    sha256: tuple[str, ...]
    fetch: str
    checksum: Callable[[Path], str] = files.sha256

    def find(self, folder: Path | None) -> Path:
        """Return the file in `folder`, or in the folder ACUTANCE_WEIGHTS names, once its checksum is found right.

        Raises:
            RequestError: there is no such file, or it is another one; it says how the right one is had.
        """
        folder = folder or _folder_from_environment()
        if folder is None:
            raise RequestError(
                f"where are {self.content}? Name the folder of {self._names} by --weights DIR or {VARIABLE}; "
                f"{self._command('DIR')} puts them there."
            )
        for path in (folder / name for name in self.names):
            if path.is_file():
                self.check(path)
                return path
        raise RequestError(
            f"{folder} does not hold {self._names}, {self.content}; {self._command(folder)} puts it there."
        )

    def check(self, path: Path) -> None:
        """Raise RequestError unless the file at `path` is the one that was released."""
        if not (found := self.checksum(path)).startswith(self.sha256):
            known = " or ".join(digits[:8] for digits in self.sha256)
            raise RequestError(
                f"{path} does not hold {self.content} as released: its checksum begins with {found[:8]}, not {known}."
            )

    @property
    def _names(self) -> str:
        return " or ".join(self.names)

    def _command(self, folder: Path | str) -> str:
        return f"`acutance data fetch {self.fetch} --weights {folder}`"


def _folder_from_environment() -> Path | None:
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None
