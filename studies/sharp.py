"""A sharp network for x4, RLFN by SPSR-P whose losses leave SqueezeNet's features to LPIPS, which judges it.

    L = 0.01 L_1 + L_pix_SF + 0.005 L_adv_SF (+ 0.005 L_adv_I)

SPSR-P without its perceptual loss (`p`), and with ESRGAN's GAN on images beside it (`p_gan`). What came of them is in
docs/log.md.
"""

from acutance.experiment import Experiment
from acutance.recipes.esrgan import RLFN, image_adversarial, with_terms
from acutance.recipes.recipe import Recipe, Request
from acutance.recipes.spsr import p_without_branch


def _p(request: Request) -> Experiment:
    return p_without_branch(RLFN, request)


def _p_gan(request: Request) -> Experiment:
    return with_terms(_p(request), image_adversarial(RLFN.at(request)))


p = Recipe(_p, "SPSR-P without a perceptual loss", needs=("perceptual",), takes=("extractor",))
p_gan = Recipe(_p_gan, "the same, with a GAN on images", needs=("perceptual",), takes=("extractor",))
