"""What a user says of pictures where their files do not: which folder is LR, and what value is white."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path

from acutance.errors import RequestError

Place = str | PathLike[str]
MADE_HERE = "here"
"""What is said for LR where it is to be made of HR although there are files."""
KINDS = ("bicubic", "unknown", "mild", "wild", "difficult")
"""Ways of making LR by which one of several folders may be asked for."""


def as_folders(given: Place | Sequence[Place]) -> list[Path]:
    """Return the folders of pictures that are given, one or several."""
    return [Path(given)] if isinstance(given, str | PathLike) else [Path(each) for each in given]


@dataclass(frozen=True)
class Declared:
    """What is said of pictures besides where they are.

    Attributes:
        lr: folders of LR, one for each folder of HR; or for all of them a kind, or "here".
        white_level: the value of white in files of 16 bits, None for what they say themselves.
        files: whether LR has to be files, so that a picture without one is left out.
    """

    lr: tuple[str, ...] = ()
    white_level: int | None = None
    files: bool = False

    @classmethod
    def of(cls, lr: Place | Sequence[Place] | None = None, white_level: int | None = None) -> "Declared":
        """Return what was given to a command.

        Raises:
            RequestError: the value of white is none that 16 bits have.
        """
        if white_level is not None and not 1 <= white_level <= 65535:
            raise RequestError(f"--white-level is {white_level}; it must be from 1 to 65535, such as 4095 for 12 bits.")
        several = () if lr is None else (lr,) if isinstance(lr, str | PathLike) else lr
        return cls(tuple(fspath(each) for each in several), white_level)

    def for_folders(self, folders: Sequence[Path]) -> list[str | None]:
        """Return what is said of LR for each of the folders that train.

        Raises:
            RequestError: there are not as many folders of LR as there are of HR.
        """
        if not self.lr:
            return [None] * len(folders)
        if len(self.lr) == 1 and self._is_word(self.lr[0]):
            return [self.lr[0]] * len(folders)
        if len(self.lr) != len(folders):
            raise RequestError(f"--lr is given {len(self.lr)} times and --data {len(folders)} times; give each its LR.")
        return [*self.lr]

    def for_set(self, name: str, sets: int) -> str | None:
        """Return what is said of LR for one of several test sets: a word, the folder, or the set's folder in it.

        Raises:
            RequestError: there are several sets, and no folder for each.
        """
        if not self.lr or self._is_word(self.lr[0]):
            return next(iter(self.lr), None)
        if len(self.lr) == 1:
            inside = Path(self.lr[0], name)
            if not Path(self.lr[0]).is_dir():  # a name that each set has inside
                return self.lr[0]
            if inside.is_dir() or sets == 1:
                return str(inside if inside.is_dir() else self.lr[0])
        raise RequestError(
            f"--lr {self.lr[0]} is LR of which of the {sets} sets? Name one set, or put LR of each in SET/."
        )

    def of_files(self, lr: str) -> "Declared":
        """Return the same where LR has to be files: in the folder `lr`, or of that kind, unless another was said.

        Raises:
            RequestError: it was said that LR is made here.
        """
        if self.lr == (MADE_HERE,):
            raise RequestError(f"LR is to be read from files, and not made: leave --lr {MADE_HERE} out.")
        return replace(self, lr=self.lr or ((lr,) if lr else ()), files=True)

    @property
    def for_others(self) -> "Declared":
        """What holds for another set too, such as one that validates: the value of white, and where LR comes from.

        A folder of LR is that of the pictures that train; the name of one that lies in each set holds for all.
        """
        lr = (each for each in self.lr if each == MADE_HERE or (self.files and not Path(each).is_dir()))
        return replace(self, lr=tuple(lr))

    @staticmethod
    def _is_word(lr: str) -> bool:
        return lr in (MADE_HERE, *KINDS) and not Path(lr).is_dir()


NOTHING_SAID = Declared()
HIGH_ALONE = Declared((MADE_HERE,))
"""For what learns from HR and looks at no LR."""
