"""SPSR: "Structure-Preserving Image Super-Resolution", Eq. 10 and 17, with the weights of its implementation details.

    L_G = L_per + 0.01 L_pix_I + 0.005 L_adv_I + 0.01 L_pix_M + 0.005 L_adv_M + 0.5 L_branch
    L_S = L_per + 0.01 L_pix_I + L_pix_SF + 0.005 L_adv_SF + 0.5 L_branch

M are gradient maps, SF the features of a neural structure extractor, trained by contrastive prediction (P) or by
jigsaw puzzles (J). The network starts from a trained RRDB (`--init`), and then its fusion alone learns for an
eightieth of the run, as the released code does. The weights of SF are not in the text at hand; ours count features at
the scale that the extractor keeps (docs/papers/spsr.md). Published scores are those of Set14 at x4.
"""

from dataclasses import replace
from pathlib import Path

from torch import nn

from acutance.experiment import Experiment, Term, Warmup
from acutance.extractors import StructureExtractor
from acutance.losses import Adversarial, Branch, GradientPixel, GradientView, StructurePixel, StructureView
from acutance.recipes.esrgan import (
    EDSR,
    EDSR_GUIDED,
    EDSR_LIGHT,
    EDSR_LIGHT_GUIDED,
    LIGHT,
    PAPER,
    RLFN,
    SRRESNET,
    SRRESNET_GUIDED,
    Design,
    Objective,
    Row,
    critic,
    gan,
    image_adversarial,
    on_guided,
    on_plain,
    with_terms,
    without_critics,
)
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, Request, set14

WARMUP = Warmup(until=1 / 80, trained=("f_",))
STRUCTURE, STRUCTURE_ADVERSARIAL = 1.0, 0.005
CONTRASTIVE, JIGSAW = Path("contrastive-h"), Path("jigsaw")
"""The extractors that ship."""


def g(design: Design, request: Request) -> Experiment:
    """Table II, SPSR-G. Published: LPIPS 0.1318, PSNR 26.64, SSIM 0.793. 6.6 TFLOP a step."""
    experiment, sized = on_guided(design, request), design.at(request)
    return with_branch(with_terms(experiment, {**image_adversarial(sized), **gradient(sized)}))


def g_released(design: Design, request: Request) -> Experiment:
    """No row of a table, the released SPSR configuration: squared gradient differences, maps with a zero border."""
    experiment, sized = on_guided(design, request), design.at(request)
    terms = {**image_adversarial(sized), **gradient(sized, GradientPixel("l2", "zeros2"), GradientView("zeros2"))}
    return with_branch(with_terms(experiment, terms), Branch("zeros"))


def g_without_branch(design: Design, request: Request) -> Experiment:
    """Table II, SPSR-G w/o GB. Published: LPIPS 0.132, PSNR 26.027, SSIM 0.785. 3.4 TFLOP a step."""
    experiment, sized = on_plain(design, request), design.at(request)
    return with_terms(experiment, {**image_adversarial(sized), **gradient(sized)})


def p(design: Design, request: Request) -> Experiment:
    """Table III, SPSR-P. Published: LPIPS 0.1257, PSNR 27.067, SSIM 0.8076. 5.5 TFLOP a step."""
    return structured(design, request, CONTRASTIVE)


def j(design: Design, request: Request) -> Experiment:
    """Table VI, SPSR-J. Published: LPIPS 0.1272, PSNR 27.027, SSIM 0.8073. 5.5 TFLOP a step."""
    return structured(design, request, JIGSAW)


def p_without_branch(design: Design, request: Request) -> Experiment:
    """Table III, SPSR-P w/o GB. Published: LPIPS 0.1261, PSNR 27.064, SSIM 0.8091. 2.3 TFLOP a step."""
    experiment = on_plain(design, request)
    return with_terms(experiment, structure(extractor(request, CONTRASTIVE), design.at(request)))


def p_with_pcl(design: Design, request: Request) -> Experiment:
    """No row of a table: P without a branch and the contrastive loss of PCL-SR, which neither paper tried together."""
    return with_pcl(p_without_branch(design, request))


def structured(design: Design, request: Request, default: Path) -> Experiment:
    """Return SPSR-P or -J: both structure losses of an extractor, that of `--extractor` or `default`, and a branch."""
    experiment = on_guided(design, request)
    return with_branch(with_terms(experiment, structure(extractor(request, default), design.at(request))))


def with_branch(experiment: Experiment, loss: Branch | None = None) -> Experiment:
    """Return an experiment with the loss of its gradient branch, whose fusion learns first."""
    return replace(with_terms(experiment, {"branch": Term(0.5, loss or Branch("replicate"))}), warmup=WARMUP)


def extractor(request: Request, default: Path) -> StructureExtractor:
    """Return the structure extractor that was asked for by `--extractor`, or `default`."""
    return StructureExtractor.from_file(request.files.get("extractor") or default)


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


OWN = ("extractor",)
"""A structure extractor of one's own may be given."""
G, P = Row(g_without_branch, "SPSR-G w/o GB"), Row(p_without_branch, "SPSR-P w/o GB", takes=OWN)
CONTROL, GAN = (
    Row(without_critics, "perceptual and pixel loss alone"),
    Row(gan, "ESRGAN's losses", control="perceptual"),
)
WITH_PCL = Row(p_with_pcl, "P + PCL", control="p", takes=OWN)

GUIDED = {
    "g": Row(
        g,
        "SPSR-G",
        table="II",
        published=set14(0.1318, 26.640, 0.793),
        control="g_without_losses",
        cost="6.6 TFLOP a step",
    ),
    "g_released": Row(g_released, "SPSR-G as its released code has it", control="g_without_losses"),
    "p": Row(
        p,
        "SPSR-P",
        table="III",
        published=set14(0.1257, 27.067, 0.8076),
        control="p_without_losses",
        takes=OWN,
        cost="5.5 TFLOP a step",
    ),
    "j": Row(
        j,
        "SPSR-J",
        table="VI",
        published=set14(0.1272, 27.027, 0.8073),
        control="p_without_losses",
        takes=OWN,
        cost="5.5 TFLOP a step",
    ),
}
"""Rows on the network with a gradient branch; ablations are in `spsr_ablations`."""
PLAIN = {
    "gan": GAN,
    "g": replace(G, control="gan"),
    "p": replace(P, control="perceptual"),
    "perceptual": CONTROL,
}
"""Rows on a network without one."""
BRANCHED = {name: replace(GUIDED[name], table="", published={}, cost="") for name in ("g", "p")}
"""The same with a branch on other networks, which the paper says is possible; controls are in `spsr_ablations`."""
TABLE_VII = {
    "edsr_gan": ("EDSR-GAN", set14(0.1473, 26.321, 0.7898), "1.4 TFLOP a step"),
    "edsr_g": ("EDSR-G", set14(0.1425, 26.337, 0.7894), "2.0 TFLOP a step"),
    "edsr_p": ("EDSR-P", set14(0.1539, 26.881, 0.8054), "0.8 TFLOP a step"),
    "srresnet_gan": ("SRResNet-GAN", set14(0.1663, 26.171, 0.7841), "1.4 TFLOP a step"),
    "srresnet_g": ("SRResNet-G", set14(0.1418, 26.243, 0.7818), "2.0 TFLOP a step"),
    "srresnet_p": ("SRResNet-P", set14(0.1377, 26.781, 0.8004), "0.9 TFLOP a step"),
}
"""What the paper calls those on its other networks, and has for them."""


def _table_vii(design: Design, network: str, name: str) -> Recipe:
    summary, published, cost = TABLE_VII[f"{network}_{name}"]
    row = replace(PLAIN[name], summary=summary, table="VII", published=published, cost=cost)
    return row.of_the_paper(design, f"spsr:{network}_")


ROWS = {
    **{f"spsr:{name}": row.of_the_paper(PAPER, "spsr:") for name, row in GUIDED.items()},
    "spsr:g_without_branch": replace(
        G, table="II", published=set14(0.1320, 26.027, 0.785), control="rrdb", cost="3.4 TFLOP a step"
    ).of_the_paper(PAPER, "esrgan:"),
    "spsr:p_without_branch": replace(
        P, table="III", published=set14(0.1261, 27.064, 0.8091), control="perceptual", cost="2.3 TFLOP a step"
    ).of_the_paper(PAPER, "spsr:rrdb_"),
    **{f"spsr:edsr_{name}": _table_vii(EDSR, "edsr", name) for name in ("gan", "g", "p")},
    **{f"spsr:srresnet_{name}": _table_vii(SRRESNET, "srresnet", name) for name in ("gan", "g", "p")},
    "spsr:rrdb_perceptual": CONTROL.on(PAPER),
    "spsr:edsr_perceptual": CONTROL.on(EDSR),
    "spsr:srresnet_perceptual": CONTROL.on(SRRESNET),
    **{f"spsr:edsr_guided_{name}": row.on(EDSR_GUIDED, "spsr:edsr_guided_") for name, row in BRANCHED.items()},
    **{
        f"spsr:srresnet_guided_{name}": row.on(SRRESNET_GUIDED, "spsr:srresnet_guided_")
        for name, row in BRANCHED.items()
    },
    **{
        f"spsr:edsr_light_guided_{name}": row.on(EDSR_LIGHT_GUIDED, "spsr:edsr_light_guided_")
        for name, row in BRANCHED.items()
    },
    "spsr:edsr_p_with_pcl": WITH_PCL.on(EDSR, "spsr:edsr_"),
    **{f"spsr:spsr_light_{name}": row.on(LIGHT, "spsr:spsr_light_") for name, row in GUIDED.items()},
    "spsr:rrdb_light_g": replace(G, control="rrdb_light").on(LIGHT, "esrgan:"),
    "spsr:rrdb_light_p": replace(P, control="perceptual").on(LIGHT, "spsr:rrdb_light_"),
    "spsr:rrdb_light_perceptual": CONTROL.on(LIGHT),
    **{f"spsr:edsr_light_{name}": row.on(EDSR_LIGHT, "spsr:edsr_light_") for name, row in PLAIN.items()},
    "spsr:edsr_light_p_with_pcl": WITH_PCL.on(EDSR_LIGHT, "spsr:edsr_light_"),
    **{f"spsr:rlfn_{name}": row.on(RLFN, "spsr:rlfn_") for name, row in PLAIN.items()},
}
"""SPSR on the paper's networks, and on light ones, by name."""
