"""The ablations of PCL-SR at equal pull: Tables IV and VI with the gradient of each contrast at the same share of L1's.

At one alpha the gradient of one embedding at SR is twenty times another's, so the paper's rows differ in strength as
well as in kind. Here each keeps three tenths of L_1's (`pcl.SHARE`); none of them is a row of the paper. RECIPE@share=X
gives another share.
"""

from dataclasses import replace
from functools import partial

from acutance.experiment import Experiment
from acutance.recipes import pixel
from acutance.recipes.pcl import SHARE, with_pcl
from acutance.recipes.pcl_ablations import ABLATIONS, Ablation, Control
from acutance.recipes.recipe import Recipe, Request

EMBEDDINGS = ("vgg", "squeezenet", "plain", "fourier")
"""Table IV: what embeds."""
SAMPLES = ("hr_against_lr", "sharpened_only", "blurred_only")
"""Table VI: what is contrasted."""


def at_share(ablation: Ablation, control: Control, request: Request) -> Experiment:
    """Return an ablation whose contrast has the share of L1's gradient in place of the paper's alpha."""
    experiment = ablation.build(control, request)
    contrastive = replace(experiment.objective["contrastive"], weight=SHARE)
    return replace(experiment, objective={**experiment.objective, "contrastive": contrastive})


def rcan(scale: int) -> Experiment:
    """Table IV, Config 3 and Table VI, yes and yes, at equal pull: what the others are held against."""
    return with_pcl(pixel.rcan(scale), alpha=SHARE)


def _row(name: str, control: Control, control_name: str) -> Recipe:
    ablation = ABLATIONS[name]
    summary = f"{ablation.summary}, at 0.3 of L1's gradient"
    return Recipe(partial(at_share, ablation, control), summary, control=control_name, needs=ablation.needs)


def _whole(request: Request) -> Experiment:
    return rcan(request.scale)


ROWS = {
    "pcl:rcan_share": Recipe(_whole, "RCAN + PCL at 0.3 of L1's gradient", control="pixel:rcan"),
    **{f"pcl:rcan_{name}_share": _row(name, pixel.rcan, "pixel:rcan") for name in (*EMBEDDINGS, *SAMPLES)},
    **{
        f"pcl:edsr_light_finetune_{name}_share": _row(name, pixel.edsr_light_finetune, "pixel:edsr_light_finetune")
        for name in (*EMBEDDINGS, *SAMPLES)
    },
}
"""The ablations at equal pull, by name; the light EDSR + PCL itself is `pcl:edsr_light_finetune_share`."""
