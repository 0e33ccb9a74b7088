"""ESRGAN, the baseline of SPSR: L = L_per + 0.01 L_pix + 0.005 L_adv, on a network that pixel loss has trained.

SPSR's tables train it with the setting of their own networks: patches of 128 HR pixels, Adam at 1e-4, half of it after
50, 100, 200 and 300 of about 400 thousand updates (docs/papers/spsr.md), and the critics after the network.

Every recipe of SPSR begins with `on_plain` or `on_guided`, which create the network first, and adds terms to what it
gets: critics and extractors draw their random weights after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import partial
from math import ceil

from acutance.critics import VGGStyleDiscriminator
from acutance.experiment import Adam, Experiment, Halving, Term
from acutance.losses import Adversarial, Pixel
from acutance.networks import create
from acutance.recipes.features import PERCEPTUAL, perceptual_loss
from acutance.recipes.recipe import Recipe, Request, set14

Objective = dict[str, Term]


@dataclass(frozen=True)
class Design:
    """The networks of a row and their budget.

    Attributes:
        guided: the network with a gradient branch.
        plain: the one without.
        steps, batch, patch, learning_rate: as in `Experiment`.
        critic_width: channels of the first stage of each discriminator.
    """

    guided: str = "spsr"
    plain: str = "rrdb"
    steps: int = 400_000
    batch: int = 15
    patch: int = 128
    learning_rate: float = 1e-4
    critic_width: int = 64

    def at(self, request: Request) -> "Design":
        """Return the design with the patch that is asked for, for which discriminators are built."""
        return self if request.patch is None else replace(self, patch=request.patch)


PAPER = Design()
EDSR, SRRESNET = Design(plain="edsr-s"), Design(plain="srresnet")
LIGHT = Design("spsr-light", "rrdb-light", steps=2_000, batch=4, patch=64, critic_width=32)
"""What stands for the paper's networks where there is no GPU, from `pixel:spsr_light` or `pixel:rrdb_light`."""
LIGHT_128 = replace(LIGHT, patch=128)
"""For features at a sixteenth of the size, which leave too little of a smaller patch."""
EDSR_LIGHT = replace(LIGHT, plain="edsr-light", learning_rate=4e-4)
EDSR_GUIDED, SRRESNET_GUIDED = replace(EDSR, guided="edsr-s-guided"), replace(SRRESNET, guided="srresnet-guided")
EDSR_LIGHT_GUIDED = replace(EDSR_LIGHT, guided="edsr-light-guided")
RLFN = replace(LIGHT, plain="rlfn", batch=8, patch=128)
"""From the default that ships, `--init default-x4`."""


def without_critics(design: Design, request: Request) -> Experiment:
    """No row of a table: the perceptual and the pixel loss alone, the control of everything without a branch."""
    return on_plain(design, request)


def gan(design: Design, request: Request) -> Experiment:
    """Table II, ESRGAN. Published Set14: LPIPS 0.1329, PSNR 26.276, SSIM 0.778. 2.8 TFLOP a step."""
    experiment = on_plain(design, request)
    return with_terms(experiment, image_adversarial(design.at(request)))


def on_plain(design: Design, request: Request) -> Experiment:
    """Return the network without a branch, led by the perceptual loss, unless it is left out, and the pixel loss."""
    return _experiment(design, design.plain, request, f"trained weights of {design.plain}")


def on_guided(design: Design, request: Request) -> Experiment:
    """Return the same for the network with a gradient branch."""
    return _experiment(design, design.guided, request, f"trained weights of {design.plain} or {design.guided}")


def with_terms(experiment: Experiment, terms: Objective) -> Experiment:
    """Return an experiment with `terms` added to its objective."""
    return replace(experiment, objective={**experiment.objective, **terms})


def image_adversarial(design: Design) -> Objective:
    """Return the relativistic GAN on images."""
    return {"adversarial": Term(0.005, Adversarial(critic(design)))}


def critic(design: Design, channels: int = 3, stride: int = 1) -> VGGStyleDiscriminator:
    """Return a fresh discriminator of maps with so many channels, at a `stride`-th of the patch."""
    return VGGStyleDiscriminator(channels, design.critic_width, design.patch // stride)


def _experiment(design: Design, network: str, request: Request, initialised_from: str) -> Experiment:
    created = create(network, scale=request.scale)
    return Experiment(
        network=created,
        objective={**_perceptual(request), "pixel": Term(0.01, Pixel())},
        steps=design.steps,
        batch=design.batch,
        patch=request.scale * ceil(design.at(request).patch / request.scale),
        optimizer=Adam(learning_rate=design.learning_rate),
        schedule=Halving(at=(1 / 8, 1 / 4, 1 / 2, 3 / 4)),
        critic_optimizer=Adam(learning_rate=design.learning_rate),
        critic_schedule=Halving(at=(1 / 8, 1 / 4, 1 / 2, 3 / 4)),
        critics_first=False,
        initialised_from=initialised_from,
    )


def _perceptual(request: Request) -> Objective:
    """Return the perceptual loss; left out, it needs no features."""
    if "perceptual" in request.without:
        return {}
    file = request.files.get(PERCEPTUAL[request.features].option)
    return {"perceptual": Term(1.0, perceptual_loss(request.features, file))}


@dataclass(frozen=True)
class Row:
    """A recipe of SPSR before it is said on which networks; everything as in `Recipe`."""

    build: Callable[[Design, Request], Experiment]
    summary: str
    _: KW_ONLY
    table: str = ""
    published: Mapping[str, float] = field(default_factory=dict[str, float])
    cost: str = ""
    control: str = ""
    needs: tuple[str, ...] = ("perceptual",)
    takes: tuple[str, ...] = ()

    def of_the_paper(self, design: Design, prefix: str = "") -> Recipe:
        """Return the row of the paper, on the paper's networks; `prefix` is that of the control's name."""
        recipe = self.on(design, prefix)
        said = {"paper": "SPSR" if self.table else "", "table": self.table, "cost": self.cost}
        return replace(recipe, **said, published=self.published)

    def on(self, design: Design, prefix: str = "") -> Recipe:
        """Return the same on other networks, which is no row of the paper."""
        control = prefix + self.control if self.control else ""
        return Recipe(partial(self.build, design), self.summary, control=control, needs=self.needs, takes=self.takes)


ESRGAN = Row(
    gan, "ESRGAN", table="II", published=set14(0.1329, 26.276, 0.778), control="perceptual", cost="2.8 TFLOP a step"
)

ROWS = {
    "esrgan:rrdb": ESRGAN.of_the_paper(PAPER, "spsr:rrdb_"),
    "esrgan:rrdb_light": ESRGAN.on(LIGHT, "spsr:rrdb_light_"),
}
"""ESRGAN, by name."""
