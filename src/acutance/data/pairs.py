"""An HR picture and the LR file that belongs to it."""

from dataclasses import dataclass
from pathlib import Path

HERE, FILES = "bicubic here", "files"
"""Where LR comes from: made of HR by bicubic reduction, or read from the files of the data set."""


@dataclass(frozen=True)
class Pair:
    """An HR picture and its LR.

    Attributes:
        name: what the stem of HR has besides words such as HR.
        hr: the file of HR.
        lr: that of LR; None where LR is to be made of HR.
        white_level: the value of white in files of 16 bits that have fewer and do not say so; None for 65535.
    """

    name: str
    hr: Path
    lr: Path | None
    white_level: int | None = None
