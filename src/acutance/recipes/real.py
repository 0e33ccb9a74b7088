"""Real pictures (PCL-SR, Fig. 4): LR is blurred, noisy and compressed, made afresh for every patch.

    LR = SecondOrder(scale)(HR)    (Real-ESRGAN's degradation, `acutance.degrade`)

First L1 alone, then L1 + PCL as in the paper, each on the same pictures and budget. From the weights of the first
(`--init`) go on, for the eye: the perceptual and the pixel loss, these with a GAN as ESRGAN has it, and these with
SPSR's structure losses, P without a branch; their budgets and discriminators are those of `spsr:` on the same network.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from acutance.degrade import SecondOrder
from acutance.experiment import Experiment
from acutance.recipes import pixel
from acutance.recipes.esrgan import EDSR, EDSR_LIGHT, PAPER, RLFN, Design
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Build, Recipe, Request
from acutance.recipes.spsr import PLAIN


def degraded(experiment: Experiment) -> Experiment:
    """Return an experiment whose LR is made by Real-ESRGAN's degradation."""
    return replace(experiment, degradation=SecondOrder(experiment.network.scale))


def by_pixels(control: Callable[[int], Experiment], request: Request) -> Experiment:
    """Return what a recipe of `recipes.pixel` builds, with degraded pictures: L1 alone."""
    return degraded(control(request.scale))


def by_pcl(control: Callable[[int], Experiment], request: Request) -> Experiment:
    """Return the same with PCL."""
    return with_pcl(by_pixels(control, request))


def for_the_eye(build: Build, network: str, request: Request) -> Experiment:
    """Return what a recipe of SPSR builds, with degraded pictures, to be started from a run by pixels."""
    return replace(degraded(build(request)), initialised_from=f"weights of real:{network}")


NETWORKS: dict[str, tuple[Callable[[int], Experiment], Design, str]] = {
    "rlfn": (pixel.rlfn, RLFN, "RLFN"),
    "edsr_s": (pixel.edsr_s, EDSR, "EDSR-S"),
    "edsr_light": (pixel.edsr_light, EDSR_LIGHT, "light EDSR"),
    "rrdb": (pixel.rrdb, PAPER, "RRDB"),
}
"""How each is trained by pixels, the budget of what follows, and what it is called. Real-ESRGAN's network is RRDB."""
COSTS = {
    "rlfn": "0.11 TFLOP a step",
    "rlfn_pcl": "0.42 TFLOP a step",
    "edsr_s": "0.44 TFLOP a step",
    "edsr_s_pcl": "0.75 TFLOP a step",
    "edsr_light": "0.01 TFLOP a step, half an hour",
    "edsr_light_pcl": "0.05 TFLOP a step",
    "rrdb": "4.0 TFLOP a step",
}
EYE = {"perceptual": "perceptual and pixel loss", "gan": "ESRGAN's losses", "p": "SPSR-P's losses, no branch"}


def _rows(network: str) -> dict[str, Recipe]:
    control, design, title = NETWORKS[network]
    plain, what = f"real:{network}", f"{title} for real pictures"
    rows = {
        plain: Recipe(partial(by_pixels, control), what),
        f"{plain}_pcl": Recipe(partial(by_pcl, control), f"{what}, + PCL", control=plain),
    }
    for name, losses in EYE.items():
        found = PLAIN[name].on(design)
        build = partial(for_the_eye, found.build, network)
        control_name = "" if name == "perceptual" else f"{plain}_perceptual"
        rows[f"{plain}_{name}"] = replace(found, build=build, summary=f"{what}, {losses}", control=control_name)
    return {name: replace(row, cost=COSTS.get(name.partition(":")[2], "")) for name, row in rows.items()}


ROWS = {name: row for network in NETWORKS for name, row in _rows(network).items()}
"""What is trained for real pictures, by name."""
