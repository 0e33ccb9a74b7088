"""A look through a set of pictures, before anything rests on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path

from acutance.data.agreement import Agreement, agreement, part_of
from acutance.data.declared import NOTHING_SAID, Declared
from acutance.data.decode import LowPixels, decode, degrade
from acutance.data.degradation import Degradation
from acutance.data.depth import Depth, Pixels
from acutance.data.discovery import discover
from acutance.data.notice import tell
from acutance.data.pairs import Pair
from acutance.data.sets import set_folder
from acutance.errors import PictureError, RequestError
from acutance.ops import bicubic
from acutance.progress import track


@dataclass(frozen=True)
class Verified:
    """What was found in a set.

    Attributes:
        name: of the set.
        pictures: how many there are.
        with_lr: how many have an LR file.
        faults: those that are no use, and LR that does not belong to its HR.
        decibels: PSNR of each LR file against bicubic reduction of its HR, by the LR file.
    """

    name: str
    pictures: int
    with_lr: int
    faults: tuple[PictureError, ...]
    decibels: Mapping[Path, float] = field(default_factory=dict[Path, float])

    @property
    def sentence(self) -> str:
        """How many pictures, how many with LR, how well LR agrees with bicubic reduction, how many are wrong."""
        said = f"{self.name}: {self.pictures} pictures, {self.with_lr} with an LR file"
        if self.decibels:
            low, high = min(self.decibels.values()), max(self.decibels.values())
            near = "equal to" if low == inf else f"{_told(low)} to {_told(high)} dB from"
            said += f" ({near} bicubic of HR)"
        return f"{said}; {len(self.faults)} cannot be used."


def verify(folder: str | Path, degradation: Degradation, *, declared: Declared = NOTHING_SAID) -> Verified:
    """Decode every picture of a set, and compare its LR file, where it has one, with bicubic reduction of HR.

    LR that was made in another way (blurred, with noise, compressed) agrees in fewer decibels and is no fault; LR that
    shows another picture, lies beside its place by half an HR pixel or more, or has red and blue exchanged, is one.

    Args:
        folder: of pictures, with its subfolders, such as HR/ beside LR_bicubic/X4/; or a set's name in ACUTANCE_DATA.
        degradation: makes LR where there is no file, as training would; its scale is that of LR.
        declared: what a user says of the pictures.

    Raises:
        RequestError: there is no picture, or it is not clear which is HR and which LR.
    """
    place, scale = set_folder(None, str(folder)), degradation.scale
    found = discover(place, scale, lr=declared.for_folders([place])[0])
    if not found.pairs and not found.unused_files:
        raise RequestError(f"there is no picture in {place}.")
    tell(place, found, scale)
    pairs = [replace(pair, white_level=declared.white_level) for pair in found.pairs]
    faults = [PictureError(path, reason) for path, reason in found.unused_files.items()]
    depth, decibels = Depth(), dict[Path, float]()
    for pair in track(pairs, place.name, len(pairs)):
        try:
            compared = _compared(pair, degradation, depth)
            if pair.lr is not None and compared is not None:
                decibels[pair.lr] = compared.decibels
        except PictureError as error:
            faults.append(error)
    faults += _dark(pairs, depth)
    pictures = len({pair.hr for pair in pairs} | found.refused.keys())
    return Verified(place.resolve().name, pictures, sum(pair.lr is not None for pair in pairs), (*faults,), decibels)


def _compared(pair: Pair, degradation: Degradation, depth: Depth) -> Agreement | None:
    """Return how LR agrees with HR, None where it has no file; raise PictureError where it does not belong to it."""
    hr, lr = decode(pair, degradation, read=depth.read)
    if pair.lr is None:
        return None
    scale = degradation.scale
    compared = agreement(lr, _reduced(hr, scale))
    if reason := _fault(compared, hr, lr, scale):
        raise PictureError(pair.lr, f"{reason} {pair.hr} ({_told(compared.decibels)} dB from its bicubic).")
    return compared


def _fault(compared: Agreement, hr: Pixels, lr: LowPixels, scale: int) -> str:
    if not compared.belongs:
        other = next((each for each in (2, 3, 8) if each != scale and part_of(lr, _reduced(hr, each))), None)
        return "it shows another picture than" if other is None else f"it is x{other}, and shows only a part, of"
    if compared.shifted(scale):
        right, down = compared.shift
        return f"it is shifted by {right:+.2f} LR pixels across and {down:+.2f} down against"
    return "red and blue are exchanged against" if compared.swapped else ""


def _reduced(hr: Pixels, scale: int) -> LowPixels:
    return degrade(hr[: hr.shape[0] // scale * scale, : hr.shape[1] // scale * scale], lambda x: bicubic(x, 1 / scale))


def _dark(pairs: Sequence[Pair], depth: Depth) -> Iterator[PictureError]:
    for files in ([pair.hr for pair in pairs], [pair.lr for pair in pairs if pair.lr is not None]):
        if reason := depth.doubt(files):
            yield PictureError(max(files, key=lambda path: depth.largest.get(path, -1)), reason)


def _told(decibels: float) -> str:
    return "inf" if decibels == inf else f"{decibels:.1f}"
