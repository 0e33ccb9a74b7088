"""Real pictures (PCL-SR, Fig. 4): LR is blurred, noisy and compressed, made afresh for every patch.

    LR = SecondOrder(scale)(HR)    (Real-ESRGAN's degradation, `acutance.degrade`)

First L1 alone, then L1 + PCL as in the paper, each on the same pictures and budget.
"""

from dataclasses import replace

from acutance.degrade import SecondOrder
from acutance.experiment import Experiment
from acutance.recipes import pixel
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, at_scale


def rlfn(scale: int = 4) -> Experiment:
    """RLFN by L1 alone. 0.11 TFLOP a step."""
    return _degraded(pixel.rlfn(scale))


def rlfn_pcl(scale: int = 4) -> Experiment:
    """RLFN by L1 + PCL. 0.42 TFLOP a step."""
    return with_pcl(rlfn(scale))


def edsr_s(scale: int = 4) -> Experiment:
    """EDSR-S by L1 alone. 0.44 TFLOP a step."""
    return _degraded(pixel.edsr_s(scale))


def edsr_s_pcl(scale: int = 4) -> Experiment:
    """EDSR-S by L1 + PCL. 0.75 TFLOP a step."""
    return with_pcl(edsr_s(scale))


def edsr_light(scale: int = 4) -> Experiment:
    """The light EDSR by L1 alone. 0.01 TFLOP a step."""
    return _degraded(pixel.edsr_light(scale))


def edsr_light_pcl(scale: int = 4) -> Experiment:
    """The light EDSR by L1 + PCL. 0.05 TFLOP a step."""
    return with_pcl(edsr_light(scale))


def rrdb(scale: int = 4) -> Experiment:
    """RRDB by L1 alone, where Real-ESRGAN starts from. 4.0 TFLOP a step."""
    return _degraded(pixel.rrdb(scale))


def rrdb_pcl(scale: int = 4) -> Experiment:
    """RRDB by L1 + PCL."""
    return with_pcl(rrdb(scale))


def _degraded(experiment: Experiment) -> Experiment:
    return replace(experiment, degradation=SecondOrder(experiment.network.scale))


ROWS = {
    "real:rlfn": Recipe(at_scale(rlfn), "RLFN for real pictures", cost="0.11 TFLOP a step"),
    "real:rlfn_pcl": Recipe(
        at_scale(rlfn_pcl), "RLFN for real pictures, + PCL", cost="0.42 TFLOP a step", control="real:rlfn"
    ),
    "real:edsr_s": Recipe(at_scale(edsr_s), "EDSR-S for real pictures", cost="0.44 TFLOP a step"),
    "real:edsr_s_pcl": Recipe(
        at_scale(edsr_s_pcl), "EDSR-S for real pictures, + PCL", cost="0.75 TFLOP a step", control="real:edsr_s"
    ),
    "real:edsr_light": Recipe(
        at_scale(edsr_light), "light EDSR for real pictures", cost="0.01 TFLOP a step, half an hour"
    ),
    "real:edsr_light_pcl": Recipe(
        at_scale(edsr_light_pcl),
        "light EDSR for real pictures, + PCL",
        cost="0.05 TFLOP a step",
        control="real:edsr_light",
    ),
    "real:rrdb": Recipe(at_scale(rrdb), "RRDB for real pictures", cost="4.0 TFLOP a step"),
    "real:rrdb_pcl": Recipe(at_scale(rrdb_pcl), "RRDB for real pictures, + PCL", control="real:rrdb"),
}
"""What is trained for real pictures, by name."""
