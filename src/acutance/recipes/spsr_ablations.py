"""The ablations of SPSR, Tables II to VI, each a change of one thing in SPSR-G or SPSR-P.

Published scores are those of Set14 at x4. Rows that leave a term out are variations by name, too:
`spsr:g_without_pixel` is spsr:g-gradient.
"""

from dataclasses import replace
from pathlib import Path

from torch import nn

from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.extractors import VGG19, ResNet18, StructureExtractor
from acutance.recipes.esrgan import PAPER, Design
from acutance.recipes.spsr import g, guided, p, structure

CONTRASTIVE = Path("contrastive-h")


def g_without_losses(scale: int = 4, perceptual: nn.Module | None = None, *, design: Design = PAPER) -> Experiment:
    """Table II, SPSR-G w/o GL: the branch alone. Published: LPIPS 0.134, PSNR 26.55, SSIM 0.794."""
    return g(scale, perceptual, design=design).without("gradient", "gradient_adversarial")


def g_without_adversarial(scale: int = 4, perceptual: nn.Module | None = None, *, design: Design = PAPER) -> Experiment:
    """Table II, SPSR-G w/o AGL: no critic of gradient maps. Published: LPIPS 0.136, PSNR 26.60, SSIM 0.789."""
    return g(scale, perceptual, design=design).without("gradient_adversarial")


def g_without_pixel(scale: int = 4, perceptual: nn.Module | None = None, *, design: Design = PAPER) -> Experiment:
    """Table II, SPSR-G w/o PGL: no distance of gradient maps. Published: LPIPS 0.134, PSNR 26.34, SSIM 0.783."""
    return g(scale, perceptual, design=design).without("gradient")


def p_without_losses(
    scale: int = 4, perceptual: nn.Module | None = None, extractor: Path = CONTRASTIVE, *, design: Design = PAPER
) -> Experiment:
    """Table III, SPSR-P w/o SL: the branch alone. Published: LPIPS 0.133, PSNR 27.35, SSIM 0.818."""
    return p(scale, perceptual, extractor, design=design).without("structure", "structure_adversarial")


def p_without_adversarial(
    scale: int = 4, perceptual: nn.Module | None = None, extractor: Path = CONTRASTIVE, *, design: Design = PAPER
) -> Experiment:
    """Table III, SPSR-P w/o ASL: no critic of structure features. Published: LPIPS 0.127, PSNR 27.58, SSIM 0.823."""
    return p(scale, perceptual, extractor, design=design).without("structure_adversarial")


def p_without_pixel(
    scale: int = 4, perceptual: nn.Module | None = None, extractor: Path = CONTRASTIVE, *, design: Design = PAPER
) -> Experiment:
    """Table III, SPSR-P w/o PSL: no distance of structure features. Published: LPIPS 0.127, PSNR 26.92, SSIM 0.807."""
    return p(scale, perceptual, extractor, design=design).without("structure")


def p_weighted(
    scale: int = 4,
    perceptual: nn.Module | None = None,
    extractor: Path = CONTRASTIVE,
    *,
    term: str,
    factor: float,
    design: Design = PAPER,
) -> Experiment:
    """Table IV: one weight of SPSR-P halved or doubled. The labels of its rows are lost; these are our reading."""
    whole = p(scale, perceptual, extractor, design=design)
    changed = whole.objective[term]
    assert isinstance(changed.weight, float)
    return replace(whole, objective={**whole.objective, term: replace(changed, weight=factor * changed.weight)})


def p_sampled(
    scale: int = 4, perceptual: nn.Module | None = None, extractor: Path | None = None, *, design: Design = PAPER
) -> Experiment:
    """Table V, SPSR-P-v and -c: an extractor trained with neighbours above and below, or on all four sides."""
    if extractor is None:
        raise RequestError(
            "this row needs an extractor of its own: train one by `acutance extractor train --task contrastive "
            "--sampling v` (or c), and name its run by --extractor RUN."
        )
    return p(scale, perceptual, extractor, design=design)


def random(scale: int = 4, perceptual: nn.Module | None = None, *, design: Design = PAPER) -> Experiment:
    """Table VI, SPSR-R: an extractor that never learnt. Published: LPIPS 0.141, PSNR 26.67, SSIM 0.798."""
    return guided(design, scale, perceptual, structure(StructureExtractor.random(), design))


def vgg(
    scale: int = 4, perceptual: nn.Module | None = None, vgg: Path | None = None, *, design: Design = PAPER
) -> Experiment:
    """Table VI, SPSR-VGG: conv5_4 of VGG-19 for structure. Published: LPIPS 0.144, PSNR 26.66, SSIM 0.804."""
    features = VGG19.from_file(vgg, ("conv5_4",))
    return guided(design, scale, perceptual, structure(features, design, channels=512, stride=16))


def resnet(
    scale: int = 4, perceptual: nn.Module | None = None, resnet: Path | None = None, *, design: Design = PAPER
) -> Experiment:
    """Table VI, SPSR-ResNet: Conv4_2 of ResNet-18 for structure. Published: LPIPS 0.149, PSNR 26.89, SSIM 0.810."""
    features = ResNet18.from_file(resnet)
    return guided(design, scale, perceptual, structure(features, design, channels=256, stride=16))
