"""The ablations of SPSR, Tables II to VI, each a change of one thing in SPSR-G or SPSR-P.

Published scores are those of Set14 at x4. A row that leaves a term out is also what `--without` makes of the whole:
`spsr:g_without_pixel` is spsr:g --without gradient.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.extractors import VGG19, ResNet18, StructureExtractor
from acutance.recipes.esrgan import (
    EDSR_GUIDED,
    EDSR_LIGHT_GUIDED,
    LIGHT,
    LIGHT_128,
    PAPER,
    SRRESNET_GUIDED,
    Design,
    Row,
    on_guided,
    with_terms,
)
from acutance.recipes.recipe import Request, set14
from acutance.recipes.spsr import OWN, g, p, structure, structured, with_branch


def g_without_losses(design: Design, request: Request) -> Experiment:
    """Table II, SPSR-G w/o GL: the branch alone. Published: LPIPS 0.1335, PSNR 26.547, SSIM 0.794. 6.0 TFLOP a step."""
    return g(design, request).without("gradient", "gradient_adversarial")


def g_without_adversarial(design: Design, request: Request) -> Experiment:
    """Table II, SPSR-G w/o AGL. Published: LPIPS 0.1364, PSNR 26.603, SSIM 0.789. 6.0 TFLOP a step.

    No critic of gradient maps.
    """
    return g(design, request).without("gradient_adversarial")


def g_without_pixel(design: Design, request: Request) -> Experiment:
    """Table II, SPSR-G w/o PGL. Published: LPIPS 0.1341, PSNR 26.341, SSIM 0.783. 6.6 TFLOP a step.

    No distance of gradient maps.
    """
    return g(design, request).without("gradient")


def p_without_losses(design: Design, request: Request) -> Experiment:
    """Table III, SPSR-P w/o SL. Published: LPIPS 0.1332, PSNR 27.354, SSIM 0.8175. 5.4 TFLOP a step.

    The branch alone.
    """
    return p(design, request).without("structure", "structure_adversarial")


def p_without_adversarial(design: Design, request: Request) -> Experiment:
    """Table III, SPSR-P w/o ASL. Published: LPIPS 0.127, PSNR 27.576, SSIM 0.8232. 5.4 TFLOP a step.

    No critic of features.
    """
    return p(design, request).without("structure_adversarial")


def p_without_pixel(design: Design, request: Request) -> Experiment:
    """Table III, SPSR-P w/o PSL. Published: LPIPS 0.1269, PSNR 26.924, SSIM 0.8067. 5.4 TFLOP a step.

    No distance of features.
    """
    return p(design, request).without("structure")


def p_weighted(term: str, factor: float, design: Design, request: Request) -> Experiment:
    """Table IV: one weight of SPSR-P halved or doubled. The labels of its rows are lost; these are our reading."""
    whole = p(design, request)
    changed = whole.objective[term]
    assert isinstance(changed.weight, float)
    return replace(whole, objective={**whole.objective, term: replace(changed, weight=factor * changed.weight)})


def p_sampled(design: Design, request: Request) -> Experiment:
    """No row of a table: SPSR-P with an extractor of one's own, which has to be given."""
    if request.files.get("extractor") is None:
        raise RequestError(
            "this row needs an extractor of its own: train one by `acutance extractor train --task contrastive "
            "--sampling v` (or c), and name its run by --extractor RUN."
        )
    return p(design, request)


def p_v(design: Design, request: Request) -> Experiment:
    """Table V, SPSR-P-v. Published: LPIPS 0.1274, PSNR 27.064, SSIM 0.8092. 5.5 TFLOP a step.

    The extractor predicts a feature from those above and below.
    """
    return structured(design, request, Path("contrastive-v"))


def p_c(design: Design, request: Request) -> Experiment:
    """Table V, SPSR-P-c. Published: LPIPS 0.1269, PSNR 26.944, SSIM 0.8065. 5.5 TFLOP a step.

    The extractor predicts a feature from those on all four sides.
    """
    return structured(design, request, Path("contrastive-c"))


def random(design: Design, request: Request) -> Experiment:
    """Table VI, SPSR-R. Published: LPIPS 0.1408, PSNR 26.672, SSIM 0.7983. 5.5 TFLOP a step.

    An extractor that never learnt.
    """
    experiment = on_guided(design, request)
    return with_branch(with_terms(experiment, structure(StructureExtractor.random(), design.at(request))))


def vgg(design: Design, request: Request) -> Experiment:
    """Table VI, SPSR-VGG: conv5_4 of VGG-19. Published: LPIPS 0.1438, PSNR 26.658, SSIM 0.8037. 6.9 TFLOP a step."""
    experiment, features = on_guided(design, request), VGG19.from_file(request.files.get("vgg"), ("conv5_4",))
    return with_branch(with_terms(experiment, structure(features, design.at(request), channels=512, stride=16)))


def resnet(design: Design, request: Request) -> Experiment:
    """Table VI, SPSR-ResNet. Published: LPIPS 0.1489, PSNR 26.894, SSIM 0.8098. 5.5 TFLOP a step.

    Conv4_2 of ResNet-18.
    """
    experiment, features = on_guided(design, request), ResNet18.from_file(request.files.get("resnet"))
    return with_branch(with_terms(experiment, structure(features, design.at(request), channels=256, stride=16)))


WEIGHED = ("structure", "structure_adversarial", "branch")
"""Terms of SPSR-P that Table IV weighs otherwise."""
G = Row(g, "SPSR-G", table="II", control="g_without_losses")
P = Row(p, "SPSR-P", table="III", control="p_without_losses", takes=OWN)
WEIGHTED, CHOICE = replace(P, table="IV", cost="5.5 TFLOP a step"), replace(P, table="VI", takes=())
SAMPLED = replace(P, table="V", cost="5.5 TFLOP a step")

ABLATIONS = {
    "g_without_losses": replace(
        G,
        build=g_without_losses,
        cost="6.0 TFLOP a step",
        summary="SPSR-G w/o GL",
        published=set14(0.1335, 26.547, 0.794),
        control="",
    ),
    "g_without_adversarial": replace(
        G,
        build=g_without_adversarial,
        cost="6.0 TFLOP a step",
        summary="SPSR-G w/o AGL",
        published=set14(0.1364, 26.603, 0.789),
    ),
    "g_without_pixel": replace(
        G,
        build=g_without_pixel,
        cost="6.6 TFLOP a step",
        summary="SPSR-G w/o PGL",
        published=set14(0.1341, 26.341, 0.783),
    ),
    "p_without_losses": replace(
        P,
        build=p_without_losses,
        cost="5.4 TFLOP a step",
        summary="SPSR-P w/o SL",
        published=set14(0.1332, 27.354, 0.8175),
        control="",
    ),
    "p_without_adversarial": replace(
        P,
        build=p_without_adversarial,
        cost="5.4 TFLOP a step",
        summary="SPSR-P w/o ASL",
        published=set14(0.1270, 27.576, 0.8232),
    ),
    "p_without_pixel": replace(
        P,
        build=p_without_pixel,
        cost="5.4 TFLOP a step",
        summary="SPSR-P w/o PSL",
        published=set14(0.1269, 26.924, 0.8067),
    ),
    **{
        f"p_{term}_{word}": replace(
            WEIGHTED, build=partial(p_weighted, term, factor), summary=f"{word} the weight of {term}"
        )
        for term in WEIGHED
        for word, factor in (("half", 0.5), ("double", 2.0))
    },
    "p_sampled": replace(
        P,
        build=p_sampled,
        summary="SPSR-P with an extractor of one's own",
        table="",
        cost="5.5 TFLOP a step",
        needs=("perceptual", *OWN),
        takes=(),
    ),
    "p_sampled_v": replace(SAMPLED, build=p_v, summary="SPSR-P-v", published=set14(0.1274, 27.064, 0.8092)),
    "p_sampled_c": replace(SAMPLED, build=p_c, summary="SPSR-P-c", published=set14(0.1269, 26.944, 0.8065)),
    "random": replace(
        CHOICE, build=random, cost="5.5 TFLOP a step", summary="SPSR-R", published=set14(0.1408, 26.672, 0.7983)
    ),
    "vgg": replace(
        CHOICE,
        build=vgg,
        cost="6.9 TFLOP a step",
        summary="SPSR-VGG",
        published=set14(0.1438, 26.658, 0.8037),
        needs=("perceptual", "vgg"),
    ),
    "resnet": replace(
        CHOICE,
        build=resnet,
        cost="5.5 TFLOP a step",
        summary="SPSR-ResNet",
        published=set14(0.1489, 26.894, 0.8098),
        needs=("perceptual", "resnet"),
    ),
}

BRANCHED = {"edsr": EDSR_GUIDED, "srresnet": SRRESNET_GUIDED, "edsr_light": EDSR_LIGHT_GUIDED}

ROWS = {
    **{
        f"spsr:{network}_guided_{name}": ABLATIONS[name].on(design)
        for network, design in BRANCHED.items()
        for name in ("g_without_losses", "p_without_losses")
    },
    **{f"spsr:{name}": row.of_the_paper(PAPER, "spsr:") for name, row in ABLATIONS.items()},
    **{
        f"spsr:spsr_light_{name}": row.on(LIGHT_128 if name in ("vgg", "resnet") else LIGHT, "spsr:spsr_light_")
        for name, row in ABLATIONS.items()
    },
}
"""The ablations on the paper's networks, and on light ones, by name."""
