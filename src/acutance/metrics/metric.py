"""The table of metrics: what each is called, how it is written, how it is taken, and the files that it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import isroutine
from pathlib import Path
from types import MappingProxyType

from acutance.errors import unknown
from acutance.extractors.structure import StructureExtractor, bundled
from acutance.metrics.compared import Compared, Measure
from acutance.metrics.consistency import lr_psnr, reduced
from acutance.metrics.gradient_error import gradient_rmse
from acutance.metrics.grid import grid
from acutance.metrics.lpips import BACKBONES, LPIPS, perceptual_distance, shifted_distance
from acutance.metrics.niqe import PRISTINE_FILE, Pristine, niqe
from acutance.metrics.no_reference import blocking, noise, sharpness
from acutance.metrics.psnr import psnr_of_detail, psnr_of_planes, psnr_rgb
from acutance.metrics.spectrum import spectrum
from acutance.metrics.ssim import ssim_of_planes
from acutance.metrics.structure_distance import structure
from acutance.metrics.weight_files import ReleasedFile
from acutance.programs import demand_ones_own, names_in

LOWER = ("error", "distance", "rmse", "loss")
"""How functions end of which less is better."""
Build = Callable[[Path | None], Measure]


@dataclass(frozen=True)
class Metric:
    """A number by which SR is judged.

    Args:
        name: the key of its value in results.
        title: how tables head it; it names the network behind it where there is one.
        unit: "dB", "levels" of 0 to 255, or empty.
        digits: written after the point.
        higher_is_better: which way is up.
        build: makes the measure from a folder of weights, None for that of ACUTANCE_WEIGHTS; it raises RequestError
            where a file is missing, before there is a picture.
        released: the files of others that it needs, which the user has.
        bundled: the files that it needs and that ship.
        reference: whether it looks at the original.
    """

    name: str
    title: str
    unit: str
    digits: int
    higher_is_better: bool
    build: Build
    released: tuple[ReleasedFile, ...] = ()
    bundled: tuple[Path, ...] = ()
    reference: bool = True

    def weights(self, folder: Path | None) -> list[Path]:
        """Return the files that its values rest on: released ones in `folder`, or that of ACUTANCE_WEIGHTS.

        Raises:
            RequestError: a released file is missing, or another one.
        """
        return [*(file.find(folder) for file in self.released), *self.bundled]


def _always(measure: Measure) -> Build:
    """Return what builds a measure that needs no weights."""
    return lambda _weights: measure


def _psnr(pictures: Compared) -> float:
    return psnr_of_planes(*pictures.luma)


def _ssim(pictures: Compared) -> float:
    return ssim_of_planes(*pictures.luma, pictures.auto_downsample)


def _psnr_rgb(pictures: Compared) -> float:
    return psnr_rgb(pictures.sr, pictures.hr, border=pictures.border)


def _psnr_detail(pictures: Compared) -> float:
    return psnr_of_detail(*pictures.luma)


def _lr_psnr(pictures: Compared) -> float:
    lr = reduced(pictures.hr, pictures.scale) if pictures.lr is None else pictures.lr
    return lr_psnr(pictures.sr, lr, scale=pictures.scale)


def _gradient_rmse(pictures: Compared) -> float:
    return gradient_rmse(pictures.sr, pictures.hr, border=pictures.border)


def _spectrum(pictures: Compared) -> float:
    return spectrum(pictures.sr, pictures.hr, border=pictures.border)


def _grid(pictures: Compared) -> float:
    return grid(pictures.sr, pictures.hr, border=pictures.border)


def _noise(pictures: Compared) -> float:
    return noise(pictures.sr, border=pictures.border)


def _sharpness(pictures: Compared) -> float:
    return sharpness(pictures.sr, border=pictures.border)


def _blocking(pictures: Compared) -> float:
    return blocking(pictures.sr, scale=pictures.scale)


def _niqe(weights: Path | None) -> Measure:
    parameters = Pristine.from_folder(weights)
    return lambda pictures: niqe(pictures.sr, border=pictures.border, parameters=parameters)


def _lpips(backbone: str, distance: Callable[..., float], weights: Path | None) -> Measure:
    network = LPIPS.from_folder(weights, backbone)
    return lambda pictures: distance(network, pictures.sr, pictures.hr)


def _structure(name: str, _weights: Path | None) -> Measure:
    extractor = StructureExtractor.from_file(name)
    return lambda pictures: structure(pictures.sr, pictures.hr, extractor=extractor)


def _table() -> list[Metric]:
    return [
        Metric("psnr", "PSNR", "dB", 2, True, _always(_psnr)),
        Metric("ssim", "SSIM", "", 4, True, _always(_ssim)),
        Metric("psnr_rgb", "PSNR (RGB)", "dB", 2, True, _always(_psnr_rgb)),
        Metric("psnr_detail", "PSNR of detail", "dB", 2, True, _always(_psnr_detail)),
        Metric("lr_psnr", "LR-PSNR (RGB)", "dB", 2, True, _always(_lr_psnr)),
        Metric("gradient_rmse", "gradient RMSE", "", 2, False, _always(_gradient_rmse)),
        Metric("spectrum", "spectrum distance", "dB", 2, False, _always(_spectrum)),
        Metric("grid", "grid", "levels", 3, False, _always(_grid)),
        Metric("niqe", "NIQE", "", 3, False, _niqe, released=(PRISTINE_FILE,), reference=False),
        Metric("noise", "noise", "levels", 2, False, _always(_noise), reference=False),
        Metric("sharpness", "sharpness", "levels", 2, True, _always(_sharpness), reference=False),
        Metric("blocking", "blocking", "", 3, False, _always(_blocking), reference=False),
        *(
            Metric(
                f"lpips_{name}{mark}",
                f"LPIPS v0.1 ({backbone.title}){words}",
                "",
                4,
                False,
                partial(_lpips, name, distance),
                released=(backbone.linear, backbone.features),
            )
            for mark, words, distance in (
                ("", "", perceptual_distance),
                ("_shifted", ", mean over shifts", shifted_distance),
            )
            for name, backbone in BACKBONES.items()
        ),
        *(
            Metric(
                f"structure_{name.replace('-', '_')}",
                f"structure distance ({name})",
                "",
                5,
                False,
                partial(_structure, name),
                bundled=(bundled()[name],),
            )
            for name in ("contrastive-h", "jigsaw")
        ),
    ]


def own(name: str) -> Metric:
    """Return a metric of one's own by its name, FILE.py:FUNCTION; the file is run when the metric is built.

    The function takes SR and HR, (h, w, 3) in uint8 without the border of the protocol, and returns a number: higher is
    better, unless its name ends in one of `LOWER`.
    """
    lower = name.endswith(LOWER)
    return Metric(name, name.rpartition(":")[2].replace("_", " "), "", 4, not lower, partial(_own, name))


def is_own(name: str) -> bool:
    """Tell the name of a metric of one's own."""
    return name.rpartition(":")[0].endswith(".py")


def _own(name: str, _weights: Path | None) -> Measure:
    place, _, function = name.rpartition(":")
    demand_ones_own(Path(place))
    functions = {key: value for key, value in names_in(Path(place)).items() if isroutine(value)}
    if function not in functions:
        raise unknown(f"metric in {place}", function, functions)
    return lambda pictures: float(functions[function](*pictures.inner))


class _Table(dict[str, Metric]):
    """The metrics that there are, and any of one's own."""

    def __missing__(self, name: str) -> Metric:
        if not is_own(name):
            raise KeyError(name)
        return own(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and is_own(name))


METRICS: Mapping[str, Metric] = MappingProxyType(_Table({metric.name: metric for metric in _table()}))
"""Every metric by its name; FILE.py:FUNCTION is one of one's own."""
