"""Other tasks at the size of LR: noise, JPEG and blur, of pictures degraded afresh for every patch; and pairs of files.

    LR = HR + n, sigma 15, 25 or 50 of 255      denoise:NETWORK_SIGMA
    LR = JPEG(HR), quality 10, 20, 30 or 40     jpeg:NETWORK_QUALITY
    LR = HR * k, a Gaussian of sigma 1.6        deblur:NETWORK
    LR from files beside HR                     pairs:NETWORK        (RealSR, SIDD, GoPro: LR of the size of HR)

Each is L1 alone. Behind it `_pcl` adds PCL with blurred originals as negatives, as in the paper, and `_pcl_inputs` with
the degraded input as the one negative instead. LR is saved as 8 bits, clipped to 0..255, as a file would hold it, where
papers on denoising add noise to floats.
"""

from collections.abc import Callable
from functools import partial

from acutance.data import RandomDegradation
from acutance.degrade import Paired, asked_for, named
from acutance.experiment import Adam, CosineRestarts, Experiment, Term
from acutance.losses import Contrastive, Pixel
from acutance.losses.samples import INPUTS
from acutance.networks import create
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, Request

SIZES = {"edsr_light": 96, "edsr_s": 128, "rlfn": 128, "rcan": 128, "swinir": 128}
"""Networks of `recipes.pixel` without their upsampler, and the side of their patches."""
LEVELS = {"denoise": ("noise", (15, 25, 50)), "jpeg": ("jpeg", (10, 20, 30, 40)), "deblur": ("blur", (1.6,))}
"""What each task undoes, and how strong that is."""


def restoring(network: str, degradation: RandomDegradation | Paired, _request: Request | None = None) -> Experiment:
    """Return L1 alone for a network at the size of LR, whose LR is what `degradation` says.

    The light EDSR has the budget of `pixel:edsr_light`, the others that of the papers.
    """
    light = network == "edsr_light"
    return Experiment(
        network=create(network.replace("_", "-"), scale=1),
        objective={"pixel": Term(1.0, Pixel())},
        steps=20_000 if light else 300_000,
        batch=8 if light else 16,
        patch=SIZES[network],
        optimizer=Adam(learning_rate=1e-3 if light else 2e-4),
        schedule=CosineRestarts(floor=0.01),
        average=0.999,
        degradation=degradation,
    )


def restoring_pcl(network: str, degradation: RandomDegradation | Paired, _request: Request | None = None) -> Experiment:
    """Return the same with PCL, whose negatives are blurred originals."""
    return with_pcl(restoring(network, degradation))


def restoring_inputs(
    network: str, degradation: RandomDegradation | Paired, _request: Request | None = None
) -> Experiment:
    """Return the same with PCL, whose negative is the degraded input."""
    return with_pcl(restoring(network, degradation), contrastive=Contrastive(samples=INPUTS))


BUILDS: dict[str, tuple[Callable[..., Experiment], str]] = {
    "": (restoring, ""),
    "_pcl": (restoring_pcl, " + PCL"),
    "_pcl_inputs": (restoring_inputs, " + PCL, negatives are the inputs"),
}


def _rows(name: str, network: str, degradation: RandomDegradation | Paired, what: str) -> dict[str, Recipe]:
    title = network.replace("_", "-")
    return {
        name + ending: Recipe(
            partial(build, network, degradation), f"{title} {what}{more}", control=name if ending else ""
        )
        for ending, (build, more) in BUILDS.items()
    }


def _all() -> dict[str, Recipe]:
    rows: dict[str, Recipe] = {}
    for task, (kind, levels) in LEVELS.items():
        for network in SIZES:
            for level in levels:
                name = f"{task}:{network}" if len(levels) == 1 else f"{task}:{network}_{level}"
                rows |= _rows(name, network, named(f"{kind}:{level}", 1), f"against {kind} {level}")
    for network in SIZES:
        rows |= _rows(f"pairs:{network}", network, Paired(1), "on pairs of files of one size")
    return rows


def degradation_named(told: str, scale: int) -> str | None:
    """Return the name, as of `degrade.asked_for`, of what a run undoes, given as its description has it.

    >>> degradation_named(repr(named("noise:25", 1)), 1)
    'noise:25'
    """
    levels = (f"{kind}:{level}" for kind, levels in LEVELS.values() for level in levels)
    return next((name for name in ("paired", "real", "bsrgan", *levels) if repr(asked_for(name, scale)) == told), None)


ROWS = _all()
"""What restores pictures without enlarging them, by name."""
