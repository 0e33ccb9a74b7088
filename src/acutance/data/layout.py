"""Which picture files of a folder are HR and which LR, by the names of files and of the folders that they lie in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from acutance import images
from acutance.data.labels import Label, Role, of_folder, of_stem

UNKNOWN = Label()
SURELY: dict[Role, Label] = {"": UNKNOWN, "hr": Label("hr", sure=True), "lr": Label("lr", sure=True)}


@dataclass(frozen=True)
class Placed:
    """A picture file and what its place says.

    Attributes:
        path: the file.
        key: what HR and LR of one picture share: the folders and the stem, without words for roles and scales.
        role: "hr", "lr", or "" where nothing is said: a photograph among others.
        sure: whether the role is said by a word of the field.
        by_stem: whether only the name of the file says it, and no folder's.
        scale, kind, variant: as a `Label` has them.
        whole: the folders and the stem as they are.
        folder: the folder whose name says the role; that of the file where no folder's does.
    """

    path: Path
    key: tuple[str, ...]
    role: Role
    sure: bool
    by_stem: bool
    scale: int | None
    kind: str
    variant: str
    whole: tuple[str, ...]
    folder: Path

    @property
    def plain(self) -> "Placed":
        """The file, if its name says nothing after all."""
        return replace(self, key=self.whole, role="", sure=False, scale=None, kind="", variant="")


def place(root: Path, path: Path, known: Label = UNKNOWN) -> Placed:
    """Return a file with what its place under `root` says; `known` is what holds for all that lies there."""
    said, rest, folder = known, list[str](), path.parent
    parents = path.relative_to(root).parts[:-1]
    stem = of_stem(path.stem)
    for depth, name in enumerate(parents):
        label = _of_parent(name, said, stem)
        if label.role and (label.sure or not said.sure):
            folder = root.joinpath(*parents[: depth + 1])
        said = _inside(said, label)
        if label.rest and label.rest not in rest[-1:]:
            rest.append(label.rest)
    by_stem, said = not said.sure and stem.sure, _inside(said, stem)
    return Placed(
        path,
        (*rest, stem.rest),
        said.role or ("lr" if said.scale else ""),
        said.sure,
        by_stem,
        said.scale,
        said.kind,
        said.variant,
        (*parents, path.stem),
        folder,
    )


def arrange(placed: Iterable[Placed]) -> list[Placed]:
    """Return the files with the roles that hold among them; what has none is a photograph among others.

    A word that photographs bear too (`input`, `x4`, a stem that ends with it) says LR where there is a picture that it
    is the LR of, or where every file of the folder bears it; a stem's HR counts where there is an LR of it.
    """
    files = list(placed)
    low = {each.key for each in files if each.role == "lr"}
    stems = [each for each in files if each.role == "hr" and each.by_stem]
    said = {each.path.parent for each in stems if each.key in low}
    alone = {each.path for each in stems if each.path.parent not in said}
    alone |= {each.path for each in files if each.role == "hr" and not each.sure and each.key not in low}
    files = [each.plain if each.path in alone else each for each in files]
    high = {each.key for each in files if each.role != "lr"}
    whole = _folders_of_low(files)
    return [
        each if each.role != "lr" or each.sure or each.key in high or each.path.parent in whole else each.plain
        for each in files
    ]


def role_of_root(root: Path) -> Role:
    """Return what the name of a folder, and where it stands, say of everything in it.

    X4 in LR_bicubic is LR by its parent; X4 or input beside HR or target is LR by its neighbour.
    """
    here = root.absolute()
    label = of_folder(here.name)
    if label.sure:
        return label.role
    if not label.rest and not label.role and here.parent != here and of_folder(here.parent.name).sure:
        return of_folder(here.parent.name).role
    if label.role == "lr" or (label.scale and label.scale > 1):
        return "lr" if any(of_folder(each.name).role == "hr" for each in _neighbours(here)) else ""
    beside = (of_folder(each.name) for each in _neighbours(here))
    said = label.role == "hr" and any(each.role == "lr" and each.rest == label.rest for each in beside)
    return label.role if said else ""


def low_beside(root: Path) -> list[Path]:
    """Return the folders of LR beside a folder of HR, such as DIV2K_train_LR_bicubic beside DIV2K_train_HR."""
    rest = of_folder(root.absolute().name).rest
    beside = [(each, of_folder(each.name)) for each in _neighbours(root.absolute())]
    return [each for each, label in beside if (label.role == "lr" or _is_scale(label)) and label.rest == rest]


def files_under(root: Path, known: Label = UNKNOWN) -> list[Placed]:
    """Return every picture file under a folder, with what its place says."""
    return [place(root, path, known) for path in images.find(root, recursive=True)]


def low_under(root: Path) -> list[Placed]:
    """Return every picture file under a folder that is known to hold LR; its name may say which."""
    label = of_folder(root.absolute().name)
    return files_under(root, replace(label, role="lr", sure=True, rest=""))


def only_scaled(files: Sequence[Placed], scale: int) -> list[Placed]:
    """Return the HR files with one of each picture: of several that were cropped for scales, that for `scale`.

    What is surely HR goes before what may be: of GTmod12/ and original/ the former.
    """
    chosen: list[Placed] = []
    for _, group in groupby(sorted(files, key=lambda each: each.key), key=lambda each: each.key):
        every = list(group)
        same = [each for each in every if each.sure] or every
        scales = {each.scale for each in same}
        best = min(scales, key=lambda each: (each != scale, each is not None, each or 0))
        chosen += [each for each in same if each.scale == best]
    return sorted(chosen, key=lambda each: each.path)


def _of_parent(name: str, said: Label, stem: Label) -> Label:
    if name in ("2", "3", "4", "8") and (said.sure or stem.sure):  # RealSR: Train/4/Canon_001_HR.png
        return Label(scale=int(name))
    return of_folder(name, within_lr=said.role == "lr")


def _inside(outer: Label, inner: Label) -> Label:
    """Return what holds inside: of two roles the inner one, unless it alone is not sure."""
    takes = bool(inner.role) and (inner.sure or not outer.sure)
    return Label(
        inner.role if takes else outer.role,
        outer.sure or inner.sure,
        inner.scale or outer.scale,
        inner.kind or outer.kind,
        inner.variant,
    )


def _folders_of_low(files: Iterable[Placed]) -> set[Path]:
    """Return the folders in which every stem ends as that of an LR does."""
    said: dict[Path, list[bool]] = {}
    for each in files:
        stem = of_stem(each.path.stem)
        said.setdefault(each.path.parent, []).append(bool(stem.scale and stem.scale > 1) and each.role == "lr")
    return {folder for folder, every in said.items() if all(every)}


def _is_scale(label: Label) -> bool:
    return not label.role and bool(label.scale)


def _neighbours(folder: Path) -> list[Path]:
    try:
        return [each for each in sorted(folder.parent.iterdir()) if each != folder and each.is_dir()]
    except OSError:  # whoever may read a folder need not be allowed to list its parent
        return []
