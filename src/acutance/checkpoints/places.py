"""Where weights lie: those that ship in the package, run folders, files."""

from pathlib import Path

from acutance.errors import RequestError, unknown
from acutance.run_folder import RunFolder

BUNDLED = Path(__file__).parents[1] / "weights"
ALIASES = {f"default-x{scale}": f"rlfn-x{scale}" for scale in (2, 3, 4)}


def bundled() -> dict[str, Path]:
    """Return the networks that ship in the package, name -> file."""
    files = {file.stem: file for file in sorted(BUNDLED.glob("*.safetensors"))}
    return files | {alias: files[name] for alias, name in ALIASES.items() if name in files}


def locate(source: str | Path) -> Path:
    """Return the file that a bundled name, a run folder or a path stands for."""
    path = Path(source)
    if path.is_dir():
        found = RunFolder(path).weights
        if found is None:
            raise RequestError(f"{path} holds no checkpoints/best.safetensors or checkpoints/last.safetensors.")
        return found
    if path.is_file():
        return path
    if path.suffix or len(path.parts) > 1:
        raise RequestError(f"there is no file {path}.")
    if str(source) not in bundled():
        raise unknown("bundled network", str(source), bundled())
    return bundled()[str(source)]
