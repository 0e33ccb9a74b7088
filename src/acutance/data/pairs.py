"""Where pictures lie: directly in a folder, or in HR/ beside LR_bicubic/X4/ as in EDSR's benchmark archive."""

from dataclasses import dataclass
from pathlib import Path

from acutance import images

HR, LR = "HR", "LR_bicubic"


@dataclass(frozen=True)
class Pair:
    """An HR picture, its name (the file's stem), and its LR picture where there is a file for it."""

    name: str
    hr: Path
    lr: Path | None


def find_pictures(folder: Path, *, recursive: bool) -> list[Path]:
    """Return the HR pictures of a folder, sorted: those in its HR/ where it has one, else its own without LR files."""
    inside = folder / HR if (folder / HR).is_dir() else folder
    found = images.find(inside, recursive=recursive)
    return [path for path in found if LR not in path.relative_to(inside).parts]


def paired(hr: Path, scale: int) -> Pair:
    """Return an HR picture with the LR file beside its HR/ for this scale, such as LR_bicubic/X4/babyx4.png."""
    low = hr.parent.parent / LR / f"X{scale}"
    candidates = (low / f"{hr.stem}x{scale}{suffix}" for suffix in (hr.suffix, ".png"))
    found = (path for path in candidates if hr.parent.name == HR and path.is_file())
    return Pair(hr.stem, hr, next(found, None))
