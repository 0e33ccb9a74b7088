"""LR that somebody else made: files beside HR, of a camera at two distances or of a program of one's own."""

from dataclasses import dataclass

from acutance.errors import RequestError


@dataclass(frozen=True)
class Paired:
    """LR is read from files; a picture without one is named and left out, where others get LR by bicubic reduction.

    It is no function of HR, so it goes into no chain, and nothing is drawn: the patches are those of the files.

    Attributes:
        scale: how many times smaller LR is; 1 for pairs of one size.
        lr: where the names of files and folders do not say it: a folder of LR, as it stands, or in or beside that of
            HR; or a kind of LR, such as "unknown". What a command says by `--lr` goes before.

    Raises:
        RequestError: the scale is none.

    Example:
        >>> from dataclasses import replace
        >>> from acutance.recipes import pixel
        >>> experiment = replace(pixel.rlfn(4), degradation=Paired(4, lr="unknown"))
    """

    scale: int = 4
    lr: str = ""

    def __post_init__(self) -> None:
        if self.scale < 1:
            raise RequestError(f"LR cannot be smaller by {self.scale}: the scale must be at least 1.")
