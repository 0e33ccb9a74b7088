"""Sharp networks for x4 from those that ship: how `sharp-x4` came to be, and what came of the others (docs/log.md).

    p, p_gan          L = 0.01 L_1 + L_pix_SF + 0.005 L_adv_SF (+ 0.005 L_adv_I)
    gan, gan_phases   L = L_1 + a L_adv + c C             a L_adv has ten times the gradient of L_1 at SR
    detail_1 to _4    L = L_1 + a L_adv + b L_per + c C   1.5 and 6 times; 6 and 24; 8 and 36, twice
    lpips, structure, lpips_structure                     the first stage again by LPIPS, by SPSR-P's losses, by all
    photo, photo_gan  L = L_1 + a L_adv + b L_per + c C   once and three times; four times and twice
    taught_gan        the same as photo_gan, on pairs whose HR is what Real-ESRGAN makes of LR (pairs.py)

SPSR-P without its perceptual loss, which leaves SqueezeNet's features to LPIPS, and with ESRGAN's GAN on images beside
it. Then a GAN that sees images, or the phases of the pixel shuffle apart, which takes less time; from `real-x4`, on
its degradations, beside SqueezeNet's features, moved at random. C are the mean colours of blocks, at half of L_1's
gradient. From the second stage of `detail` on L_per is LPIPS with SqueezeNet, read from the folder ACUTANCE_WEIGHTS
names: AlexNet and VGG-16 are left to judge. The fourth has L_1 200 times where a patch has one colour.
"""

from dataclasses import replace
from functools import partial

from photo import Photograph
from torch import Tensor
from torch.nn.functional import pixel_unshuffle

from acutance.critics import VGGStyleDiscriminator
from acutance.experiment import Adam, CosineRestarts, Experiment, GradientRatio, Term
from acutance.losses import Adversarial, BlockMeans, Loss, Perceptual, Pixel
from acutance.metrics.lpips import LPIPS, LPIPSFeatures
from acutance.networks import create
from acutance.recipes import spsr
from acutance.recipes.esrgan import RLFN, image_adversarial, with_terms
from acutance.recipes.features import perceptual_loss
from acutance.recipes.recipe import Recipe, Request
from acutance.types import Batch, Prediction

SCALE, SEEN = 4, "squeezenet_all"


def phases(image: Tensor) -> Tensor:
    """Return the pixels of each phase of the pixel shuffle as channels of their own, (b, 48, h / 4, w / 4)."""
    return pixel_unshuffle(image, SCALE)


def _p(request: Request) -> Experiment:
    return spsr.p_without_branch(RLFN, request)


def _p_gan(request: Request) -> Experiment:
    return with_terms(_p(request), image_adversarial(RLFN.at(request)))


def _gan(apart: bool, pull: float, start: str, request: Request) -> Experiment:
    patch, network = request.patch or 96, create("rlfn", scale=SCALE)
    looks = VGGStyleDiscriminator(3 * SCALE**2, 64, patch // SCALE) if apart else VGGStyleDiscriminator(3, 32, patch)
    terms = {
        "pixel": Term(1.0, Pixel()),
        "colour": Term(GradientRatio(0.5), BlockMeans(16)),
        "adversarial": Term(GradientRatio(pull), Adversarial(looks, phases if apart else None)),
    }
    slow, falling = Adam(learning_rate=1e-4), CosineRestarts(floor=0.05)
    return Experiment(
        network, terms, steps=4_000, batch=8, patch=patch, optimizer=slow, schedule=falling, critic_optimizer=slow,
        critic_schedule=falling, critics_first=False, average=0.99, initialised_from=start,
    )  # fmt: skip


def _sharp(pull: float, perceptual: float, request: Request) -> Experiment:
    start, file = _gan(True, pull, "real-x4", request), request.files.get("squeezenet")
    return with_terms(start, {"perceptual": Term(GradientRatio(perceptual), perceptual_loss(SEEN, file))})


def detail(pull: float, features: float, weighed: bool, average: float, request: Request) -> Experiment:
    """L1, colours of blocks, a GAN at `pull` times L1's gradient and SqueezeNet's features at `features` times it."""
    judge = LPIPS.from_folder(None, "squeeze")
    seen = Perceptual(LPIPSFeatures(judge), "l2", period=16) if weighed else Perceptual(judge.features, period=16)
    start = _gan(False, pull, "default-x4", request)
    terms = with_terms(start, {"perceptual": Term(GradientRatio(features), seen)})
    return replace(terms, optimizer=Adam(learning_rate=2e-4), average=average)


def _structure(seen: bool, request: Request) -> Experiment:
    start = detail(1.5, 6.0, True, 0.995, request)
    features = spsr.structure(spsr.extractor(request, spsr.CONTRASTIVE), replace(RLFN, patch=start.patch))
    pulls = {"structure": 6.0, "structure_adversarial": 1.5}
    added = {name: Term(GradientRatio(pulls[name]), term.loss) for name, term in features.items()}
    return with_terms(start if seen else start.without("perceptual"), added)


class FlatPixel(Loss):
    """The mean absolute difference in patches of one colour, over all there are: a GAN would give them texture."""

    def forward(self, prediction: Prediction, batch: Batch) -> Tensor:
        """Return the distance, 0 where no patch is flat."""
        flat = (batch.hr.amax((-2, -1)) == batch.hr.amin((-2, -1))).all(1)
        return ((prediction.sr - batch.hr).abs().mean((1, 2, 3)) * flat).mean()


def _flat(request: Request) -> Experiment:
    terms = with_terms(detail(8.0, 36.0, True, 0.98, request), {"flat": Term(200.0, FlatPixel())})
    return replace(terms, optimizer=Adam(learning_rate=5e-5), steps=400)


def _photo(pull: float, perceptual: float, request: Request) -> Experiment:
    return replace(_sharp(pull, perceptual, request), degradation=Photograph(SCALE))


p = Recipe(_p, "SPSR-P without a perceptual loss", needs=("perceptual",), takes=("extractor",))
p_gan = Recipe(_p_gan, "the same, with a GAN on images", needs=("perceptual",), takes=("extractor",))
gan = Recipe(partial(_gan, False, 10.0, "default-x4"), "L1 and a GAN on images")
gan_phases = Recipe(partial(_gan, True, 10.0, "default-x4"), "L1 and a GAN on phases")
photo = Recipe(partial(_photo, 1.0, 3.0), "for photographs, by perceptual features", needs=("squeezenet",))
photo_gan = Recipe(partial(_photo, 4.0, 2.0), "for photographs, more by the GAN", needs=("squeezenet",))
detail_1 = Recipe(partial(detail, 1.5, 6.0, False, 0.995), "from clean LR: features of SqueezeNet, a GAN on images")
detail_2 = Recipe(partial(detail, 6.0, 24.0, True, 0.995), "the same, by LPIPS, stronger")
detail_3 = Recipe(partial(detail, 8.0, 36.0, True, 0.998), "the same, stronger")
detail_4 = Recipe(_flat, "the same, at a small rate, to keep flat colours: how sharp-x4 ended")
lpips = Recipe(partial(detail, 1.5, 6.0, True, 0.995), "the first stage by LPIPS")
structure = Recipe(partial(_structure, False), "the same by SPSR-P's two losses in its place", takes=("extractor",))
lpips_structure = Recipe(partial(_structure, True), "the same by all three", takes=("extractor",))
taught_gan = Recipe(partial(_sharp, 4.0, 2.0), "from what Real-ESRGAN makes", needs=("squeezenet",))
