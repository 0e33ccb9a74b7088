"""Where weights lie: those that ship in the package, run folders, files, and what is kept here of the Hub."""

from pathlib import Path

from acutance.catalogue import bundled
from acutance.errors import RequestError, unknown
from acutance.hub import fetched, on_hub
from acutance.run_folder import RunFolder

WITHDRAWN = {"edsr-s-x4": "default-x4 is smaller and better (32.24 dB on Set5 against 30.87)"}
"""Names that shipped once, and why not any more."""


def locate(source: str | Path) -> Path:
    """Return the file that a bundled name, a run folder, a path or an address such as hf:owner/name stands for."""
    if on_hub(source):
        return fetched(source)
    path = Path(source)
    if path.is_dir():
        found = RunFolder(path).weights
        if found is None:
            raise RequestError(f"{path} holds no {RunFolder('').best} or {RunFolder('').last}.")
        return found
    if path.is_file():
        return path
    if path.suffix or len(path.parts) > 1:
        raise RequestError(f"there is no file {path}.")
    if str(source) in WITHDRAWN:
        ships = ", ".join(bundled())
        raise RequestError(f"{source} does not ship any more, as {WITHDRAWN[str(source)]}; what ships is {ships}.")
    if str(source) not in bundled():
        raise unknown("bundled network", str(source), bundled())
    return bundled()[str(source)]
