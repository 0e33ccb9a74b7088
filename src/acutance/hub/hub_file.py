"""What a network on the Hub is called: hf:owner/name, and where it is said @revision and /file."""

import re
from dataclasses import dataclass
from os import PathLike, fspath

from acutance.errors import RequestError, shown

PREFIX = "hf:"
SUFFIX = ".safetensors"
FILE = f"model{SUFFIX}"
"""The file that is meant where none is named, and the name under which `acutance push` stores one."""
_FORM = re.compile(
    r"(?P<repository>[\w.-]+/[\w.-]+)(@(?P<revision>[\w.-]+(?:/(?=pr/)pr/\d+)?))?(/(?P<file>.+))?", re.ASCII
)


def on_hub(source: object) -> bool:
    """Tell whether a network is asked for by where it is on the Hub.

    >>> on_hub("hf:owner/name"), on_hub("./hf:owner/name")
    (True, False)
    """
    return isinstance(source, str | PathLike) and str(fspath(source)).startswith(PREFIX)


@dataclass(frozen=True)
class HubFile:
    """A file on the Hub.

    Attributes:
        repository: owner/name.
        revision: a branch, a tag, a commit or refs/pr/N; None for what is newest.
        file: its path in the repository; None for the one that is there.
    """

    repository: str
    revision: str | None = None
    file: str | None = None

    @classmethod
    def of(cls, source: str | PathLike[str]) -> "HubFile":
        """Return what an address stands for.

        >>> HubFile.of("hf:owner/name@v1/x2/model.safetensors")
        HubFile(repository='owner/name', revision='v1', file='x2/model.safetensors')

        Raises:
            RequestError: it is of another form, or names a file that is no .safetensors.
        """
        text = str(fspath(source)).replace("\\", "/")
        found = _FORM.fullmatch(text.removeprefix(PREFIX))
        if found is None or ".." in re.split(r"[/@]", text):
            raise RequestError(
                f"{shown(text)} is no place on the Hub: write hf:owner/name, hf:owner/name@revision/file."
            )
        if found["file"] and not found["file"].endswith(SUFFIX):
            raise RequestError(f"{shown(text)}: only {SUFFIX} files are fetched, which hold no code.")
        return cls(found["repository"], found["revision"], found["file"])

    def __str__(self) -> str:
        revision, file = f"@{self.revision}" if self.revision else "", f"/{self.file}" if self.file else ""
        return f"{PREFIX}{self.repository}{revision}{file}"
