"""Degradations by name, as the command line and a settings file say them."""

from collections.abc import Callable
from math import isfinite, nan

from acutance.degrade.camera_noise import CameraNoise
from acutance.degrade.classical import Classical
from acutance.degrade.compression import JPEG, WebP
from acutance.degrade.low_resolution import LowResolution
from acutance.degrade.noise import GaussianNoise
from acutance.degrade.paired import Paired
from acutance.degrade.random_blur import Blur
from acutance.degrade.second_order import SecondOrder
from acutance.degrade.shuffle import Shuffle
from acutance.errors import RequestError, unknown

PAIRED = "paired"
WHOLE: dict[str, Callable[[int], LowResolution]] = {
    "bicubic": Classical,
    "real": SecondOrder,
    "bsrgan": Shuffle,
    "camera": lambda scale: Classical(scale, noise=CameraNoise()),
}
MEASURED: dict[str, Callable[[int, float], LowResolution]] = {
    "noise": lambda scale, sigma: Classical(scale, noise=GaussianNoise((sigma, sigma), grey=0)),
    "jpeg": lambda scale, quality: Classical(scale, compression=JPEG(_both(quality))),
    "webp": lambda scale, quality: Classical(scale, compression=WebP(_both(quality))),
    "blur": lambda scale, sigma: Classical(scale, blur=_gaussian(sigma)),
}


def named(name: str, scale: int) -> LowResolution:
    """Return a degradation by its name: real, bsrgan, bicubic, camera, noise:25, jpeg:40, webp:40 or blur:1.6.

    Noise is said by its sigma in levels of 255, compression by its quality, blur by its sigma in HR pixels.

    Raises:
        RequestError: there is no such name, or the number beside it is none or is missing.
    """
    kind, _, number = name.partition(":")
    if kind in WHOLE and not number:
        return WHOLE[kind](scale)
    if kind not in MEASURED:
        raise unknown("degradation", name, (*WHOLE, PAIRED, *(f"{each}:NUMBER" for each in MEASURED)))
    try:
        measure = float(number)
    except ValueError:
        measure = nan
    if not isfinite(measure):
        raise RequestError(f"the degradation {kind!r} needs a number, such as {kind}:25, not {name!r}.")
    return MEASURED[kind](scale, measure)


def asked_for(name: str, scale: int) -> LowResolution | Paired:
    """Return the same, or by the name paired what is read from files; raises as `named`."""
    return Paired(scale) if name == PAIRED else named(name, scale)


def _both(quality: float) -> tuple[int, int]:
    if quality != int(quality):
        raise RequestError(f"a quality is a whole number, not {quality:g}.")
    return int(quality), int(quality)


def _gaussian(sigma: float) -> Blur:
    reach = 2 * max(1, round(3 * sigma)) + 1
    return Blur((sigma, sigma), (reach, reach), forms=(("gaussian", 1.0),), round_share=1.0)
