"""From high resolution to low: what a network is trained and measured to undo."""

from acutance.degrade.bicubic import Bicubic
from acutance.degrade.camera_noise import CameraNoise
from acutance.degrade.chain import Chain, OneOf, Sometimes
from acutance.degrade.classical import Classical
from acutance.degrade.compression import JPEG, WebP
from acutance.degrade.crop import crop_to_multiple
from acutance.degrade.low_resolution import LowResolution
from acutance.degrade.named import asked_for, named
from acutance.degrade.noise import GaussianNoise, PoissonNoise
from acutance.degrade.paired import Paired
from acutance.degrade.random_blur import Blur, Sinc
from acutance.degrade.random_resize import Fit, Resize
from acutance.degrade.second_order import SecondOrder
from acutance.degrade.shuffle import Shuffle
from acutance.degrade.step import Step

__all__ = [
    "JPEG",
    "Bicubic",
    "Blur",
    "CameraNoise",
    "Chain",
    "Classical",
    "Fit",
    "GaussianNoise",
    "LowResolution",
    "OneOf",
    "Paired",
    "PoissonNoise",
    "Resize",
    "SecondOrder",
    "Shuffle",
    "Sinc",
    "Sometimes",
    "Step",
    "WebP",
    "asked_for",
    "crop_to_multiple",
    "named",
]
