"""Pictures of any number of bands: PSNR and SSIM of each band, beside bicubic."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from statistics import fmean

import numpy as np
import torch

from acutance import checkpoints, tables
from acutance.data.band_store import Planes, files_of_bands, reduced
from acutance.errors import PictureError, RequestError
from acutance.files import check_target, write_json
from acutance.images.multiband import read_bands
from acutance.metrics.per_band import psnr_of_bands, ssim_of_bands
from acutance.networks import Network
from acutance.ops import bicubic
from acutance.progress import track
from acutance.upscaling.band_planes import upscale_bands

Place = str | PathLike[str] | None
Scores = dict[str, list[float]]
"""By metric, a number for each band."""


@dataclass(frozen=True, repr=False)
class BandResults:
    """The means over pictures, by band.

    Attributes:
        network: what was scored.
        scale: how many times larger SR is than LR.
        means, baseline: of the network and of bicubic.
        pictures: how many there were.
        failed: a sentence for each that could not be scored.
    """

    network: str
    scale: int
    means: Scores
    baseline: Scores
    pictures: int
    failed: tuple[str, ...] = ()

    @property
    def rows(self) -> tables.Rows:
        """A row a band: PSNR and SSIM of bicubic and of the network."""
        head = ["band", "bicubic PSNR", "PSNR", "bicubic SSIM", "SSIM"]
        each = zip(self.baseline["psnr"], self.means["psnr"], self.baseline["ssim"], self.means["ssim"], strict=True)
        return [head, *([str(band), *_told(*four)] for band, four in enumerate(each, 1))]

    def __str__(self) -> str:
        title = f"{self.network} x{self.scale}, {self.pictures} pictures, whole but for a border of the scale's width"
        return f"{title}\n{tables.plain(self.rows)}"


def evaluate_bands(
    network: str | PathLike[str] | Network, folder: str | PathLike[str], *, json: Place = None,
    white_level: int | None = None, trust: bool = False,
) -> BandResults:  # fmt: skip
    """Score a network of any number of bands on pictures in TIFF or .npy files, whose LR is made by bicubic reduction.

    Args:
        network: whatever `acutance.load` takes, or a network.
        folder: of the originals.
        json: where to write the scores.
        white_level: the value of white in integers, where that is not their largest.
        trust: as of `acutance.load`.

    Raises:
        RequestError: there is no such network or folder, or no picture with the network's bands.
    """
    check_target(json)
    made = network if isinstance(network, Network) else checkpoints.load(Path(network), trust=trust)
    made = made.eval()
    own, other, failed = list[Scores](), list[Scores](), list[str]()
    paths = files_of_bands(Path(folder))
    for path in track(paths, "scoring bands", len(paths)):
        try:
            hr = _hr(path, made, white_level)
            lr = reduced(hr, made.scale)
            own.append(_scores(upscale_bands(lr, made), hr, made.scale))
            other.append(_scores(_enlarged(lr, made.scale), hr, made.scale))
        except (PictureError, RequestError) as error:
            failed.append(str(error) if isinstance(error, PictureError) else f"{path}: {error}")
    if not own:
        raise RequestError(f"no picture in {folder} could be scored" + (f": {failed[0]}" if failed else "."))
    name = made.name if isinstance(network, Network) else str(network)
    results = BandResults(name, made.scale, _means(own), _means(other), len(own), tuple(failed))
    if json is not None:
        write_json(Path(json), {**vars(results), "failed": list(failed)})
    return results


def _hr(path: Path, network: Network, white_level: int | None) -> Planes:
    hr = read_bands(path, white_level)
    if hr.shape[2] != network.bands:
        raise PictureError(path, f"it has {hr.shape[2]} bands, and {network.name} takes {network.bands}.")
    height, width = (side - side % network.scale for side in hr.shape[:2])
    if not height or not width:
        raise PictureError(path, f"{hr.shape[1]}x{hr.shape[0]} pixels are too few for a scale of {network.scale}.")
    return np.ascontiguousarray(hr[:height, :width])


def _enlarged(lr: Planes, scale: int) -> Planes:
    return bicubic(torch.from_numpy(lr).permute(2, 0, 1)[None], scale)[0].permute(1, 2, 0).clamp(0, 1).numpy()


def _scores(sr: Planes, hr: Planes, border: int) -> Scores:
    return {"psnr": psnr_of_bands(sr, hr, border=border), "ssim": ssim_of_bands(sr, hr, border=border)}


def _means(scores: list[Scores]) -> Scores:
    return {name: [fmean(band) for band in zip(*(each[name] for each in scores), strict=True)] for name in scores[0]}


def _told(*four: float) -> list[str]:
    first, second, third, fourth = four
    return [f"{first:.2f}", f"{second:.2f}", f"{third:.4f}", f"{fourth:.4f}"]
