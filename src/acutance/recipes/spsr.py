"""SPSR: "Structure-Preserving Image Super-Resolution", guided by gradients (G) or by structure features (P, J).

    SPSR-G:    L = L_per + 0.01 L_pix + 0.005 L_adv + 0.01 L_pix_GM + 0.005 L_adv_GM + 0.5 L_branch      (Eq. 10)
    SPSR-P, J: L = L_per + 0.01 L_pix + 1.0 L_pix_SF + 0.005 L_adv_SF + 0.5 L_branch                    (L_SF of Eq. 17)

GM are gradient maps, SF the features of a neural structure extractor, trained by contrastive prediction (P) or by
jigsaw puzzles (J). The network starts from a trained RRDB (`--init`), and then its fusion alone learns for an
eightieth of the run, as the released code does. The weights of SF are not in the text at hand; ours count features at
the scale that the extractor keeps (docs/papers/spsr.md). Published scores are those of x4.
"""

from dataclasses import replace
from pathlib import Path

from torch import nn

from acutance.experiment import Experiment, Term, Warmup
from acutance.extractors import StructureExtractor
from acutance.losses import Adversarial, Branch, GradientPixel, GradientView, StructurePixel, StructureView
from acutance.recipes.esrgan import EDSR, PAPER, Design, Objective, critic, experiment, image_adversarial
from acutance.recipes.pcl import with_pcl

WARMUP = Warmup(until=1 / 80, trained=("f_",))
STRUCTURE, STRUCTURE_ADVERSARIAL = 1.0, 0.005


def g(scale: int = 4, perceptual: nn.Module | None = None, *, design: Design = PAPER) -> Experiment:
    """Table II, SPSR-G. Published Set14: LPIPS 0.132, PSNR 26.64, SSIM 0.793."""
    return guided(design, scale, perceptual, {**image_adversarial(design), **gradient(design)})


def g_released(scale: int = 4, perceptual: nn.Module | None = None, *, design: Design = PAPER) -> Experiment:
    """The released SPSR configuration: squared gradient differences, maps with a zero border. Published as SPSR-G."""
    terms = {**image_adversarial(design), **gradient(design, GradientPixel("l2", "zeros2"), GradientView("zeros2"))}
    return guided(design, scale, perceptual, terms, branch=Branch("zeros"))


def g_without_branch(scale: int = 4, perceptual: nn.Module | None = None, *, design: Design = PAPER) -> Experiment:
    """Table II, SPSR-G w/o GB; Table VII, EDSR-G, SRResNet-G. Published Set14: LPIPS 0.132, PSNR 26.03, SSIM 0.785."""
    return experiment(design, scale, perceptual, {**image_adversarial(design), **gradient(design)})


def p(
    scale: int = 4,
    perceptual: nn.Module | None = None,
    extractor: Path = Path("contrastive-h"),
    *,
    design: Design = PAPER,
) -> Experiment:
    """Table III, SPSR-P. Published Set14: LPIPS 0.126, PSNR 27.07, SSIM 0.808."""
    return guided(design, scale, perceptual, structure(StructureExtractor.from_file(extractor), design))


def j(
    scale: int = 4, perceptual: nn.Module | None = None, extractor: Path = Path("jigsaw"), *, design: Design = PAPER
) -> Experiment:
    """Table VI, SPSR-J. Published Set14: LPIPS 0.127, PSNR 27.03, SSIM 0.807."""
    return p(scale, perceptual, extractor, design=design)


def p_without_branch(
    scale: int = 4,
    perceptual: nn.Module | None = None,
    extractor: Path = Path("contrastive-h"),
    *,
    design: Design = PAPER,
) -> Experiment:
    """Table III, SPSR-P w/o GB; Table VII, EDSR-P, SRResNet-P. Published Set14: LPIPS 0.126, PSNR 27.06, SSIM 0.809."""
    return experiment(design, scale, perceptual, structure(StructureExtractor.from_file(extractor), design))


def edsr_p_with_pcl(
    scale: int = 4,
    perceptual: nn.Module | None = None,
    extractor: Path = Path("contrastive-h"),
    *,
    design: Design = EDSR,
) -> Experiment:
    """No row of a table: EDSR-P and the contrastive loss of PCL-SR in one objective, which neither paper tried."""
    return with_pcl(p_without_branch(scale, perceptual, extractor, design=design))


def guided(
    design: Design, scale: int, perceptual: nn.Module | None, terms: Objective, branch: Branch | None = None
) -> Experiment:
    """Return `terms` on the network with a gradient branch, which has a loss of its own."""
    objective = {**terms, "branch": Term(0.5, branch or Branch("replicate"))}
    return replace(experiment(design, scale, perceptual, objective, guided=True), warmup=WARMUP)


def gradient(design: Design, pixel: GradientPixel | None = None, view: GradientView | None = None) -> Objective:
    """Return both losses of gradient maps: L1 as in the paper, and without the false edges of a border."""
    return {
        "gradient": Term(0.01, pixel or GradientPixel()),
        "gradient_adversarial": Term(0.005, Adversarial(critic(design), view or GradientView())),
    }


def structure(
    extractor: nn.Module,
    design: Design,
    *,
    channels: int = 32,
    stride: int = 4,
    weight: float = STRUCTURE,
    adversarial: float = STRUCTURE_ADVERSARIAL,
) -> Objective:
    """Return both losses of structure features: `channels` at a `stride`-th of the size."""
    adversary = Adversarial(critic(design, channels, stride), StructureView(extractor))
    return {
        "structure": Term(weight, StructurePixel(extractor)),
        "structure_adversarial": Term(adversarial, adversary),
    }
