"""Every recipe by its name, PAPER:ROW."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from acutance.experiment import Experiment
from acutance.recipes import esrgan, pcl, pcl_ablations, pixel, quickstart, spsr, spsr_ablations

Function = Callable[..., Experiment]

ALPHAS = (0.01, 0.25, 0.5, 1.0, 5.0)
"""Values of Table VII beside the 0.1 of every other table."""
ABLATIONS: dict[str, Function] = {
    "vgg": pcl_ablations.vgg,
    "squeezenet": pcl_ablations.squeezenet,
    "plain": pcl_ablations.plain,
    "fourier": pcl_ablations.fourier,
    "hr_against_lr": pcl_ablations.hr_against_lr,
    "sharpened_only": pcl_ablations.sharpened_only,
    "blurred_only": pcl_ablations.blurred_only,
    **{f"alpha_{value:g}": partial(pcl_ablations.alpha, value=value) for value in ALPHAS},
}
FILES = frozenset({"vgg", "squeezenet", "resnet", "embedding", "extractor"})
"""What a recipe may ask for beside the scale, by a parameter of that name: options of `train` and `compare`."""
LIGHT = pixel.edsr_light_finetune
"""The control that stands for RCAN where there is no GPU."""
WEIGHED = ("structure", "structure_adversarial", "branch")
"""Terms of SPSR-P that Table IV weighs otherwise."""
GUIDED: dict[str, Function] = {
    "g": spsr.g,
    "g_released": spsr.g_released,
    "g_without_branch": spsr.g_without_branch,
    "g_without_losses": spsr_ablations.g_without_losses,
    "g_without_adversarial": spsr_ablations.g_without_adversarial,
    "g_without_pixel": spsr_ablations.g_without_pixel,
    "p": spsr.p,
    "p_without_branch": spsr.p_without_branch,
    "p_without_losses": spsr_ablations.p_without_losses,
    "p_without_adversarial": spsr_ablations.p_without_adversarial,
    "p_without_pixel": spsr_ablations.p_without_pixel,
    **{f"p_{term}_half": partial(spsr_ablations.p_weighted, term=term, factor=0.5) for term in WEIGHED},
    **{f"p_{term}_double": partial(spsr_ablations.p_weighted, term=term, factor=2.0) for term in WEIGHED},
    "p_v": spsr_ablations.p_sampled,
    "p_c": spsr_ablations.p_sampled,
    "j": spsr.j,
    "random": spsr_ablations.random,
    "vgg": spsr_ablations.vgg,
    "resnet": spsr_ablations.resnet,
}
LIGHTS: dict[str, esrgan.Design] = {name: replace(esrgan.LIGHT, patch=128) for name in ("vgg", "resnet")}
"""Rows whose features, at a sixteenth of the size, leave too little of a smaller patch."""
PLAIN: dict[str, Function] = {"gan": esrgan.gan, "g": spsr.g_without_branch, "p": spsr.p_without_branch}
"""Rows of Table VII, on networks without a gradient branch."""

RECIPES: dict[str, Function] = {
    "pixel:edsr_s": pixel.edsr_s,
    "pixel:edsr_s_quick": pixel.edsr_s_quick,
    "pixel:edsr_s_finetune": pixel.edsr_s_finetune,
    "pixel:edsr_l": pixel.edsr_l,
    "pixel:rcan": pixel.rcan,
    "pixel:han": pixel.han,
    "pixel:nlsn": pixel.nlsn,
    "pixel:rlfn": pixel.rlfn,
    "pixel:rlfn_finetune": pixel.rlfn_finetune,
    "pixel:edsr_light": pixel.edsr_light,
    "pixel:edsr_light_finetune": pixel.edsr_light_finetune,
    "pixel:rcan_released": pixel.rcan_released,
    "pixel:nlsn_released": pixel.nlsn_released,
    "pixel:rrdb": pixel.rrdb,
    "pixel:rrdb_light": pixel.rrdb_light,
    "pixel:spsr_light": pixel.spsr_light,
    "pixel:srresnet": pixel.srresnet,
    "pcl:edsr_s": pcl.edsr_s,
    "pcl:edsr_s_finetune": pcl.edsr_s_finetune,
    "pcl:edsr_s_finetune_share": pcl.edsr_s_finetune_share,
    "pcl:edsr_l": pcl.edsr_l,
    "pcl:rcan": pcl.rcan,
    "pcl:han": pcl.han,
    "pcl:nlsn": pcl.nlsn,
    "pcl:rlfn": pcl.rlfn,
    "pcl:rlfn_share": pcl.rlfn_share,
    "pcl:rlfn_finetune": pcl.rlfn_finetune,
    "pcl:rlfn_finetune_share": pcl.rlfn_finetune_share,
    "pcl:edsr_light": pcl.edsr_light,
    "pcl:edsr_light_finetune": pcl.edsr_light_finetune,
    "pcl:edsr_light_finetune_strong": pcl.edsr_light_finetune_strong,
    "pcl:edsr_light_finetune_share": pcl.edsr_light_finetune_share,
    "pcl:rcan_released": pcl.rcan_released,
    "pcl:nlsn_released": pcl.nlsn_released,
    **{f"pcl:rcan_{name}": ablation for name, ablation in ABLATIONS.items()},
    **{f"pcl:light_{name}": partial(ablation, control=LIGHT) for name, ablation in ABLATIONS.items()},
    "pcl:edsr_s_fixed_embedding": pcl_ablations.fixed_embedding,
    "pcl:light_fixed_embedding": partial(pcl_ablations.fixed_embedding, control=LIGHT),
    "esrgan:rrdb": esrgan.gan,
    "esrgan:light": partial(esrgan.gan, design=esrgan.LIGHT),
    **{f"spsr:{name}": function for name, function in GUIDED.items()},
    **{
        f"spsr:light_{name}": partial(function, design=LIGHTS.get(name, esrgan.LIGHT))
        for name, function in GUIDED.items()
    },
    **{f"spsr:edsr_{name}": partial(function, design=esrgan.EDSR) for name, function in PLAIN.items()},
    **{f"spsr:srresnet_{name}": partial(function, design=esrgan.SRRESNET) for name, function in PLAIN.items()},
    **{f"spsr:edsr_light_{name}": partial(function, design=esrgan.EDSR_LIGHT) for name, function in PLAIN.items()},
    **{f"spsr:rlfn_{name}": partial(function, design=esrgan.RLFN) for name, function in PLAIN.items()},
    "spsr:edsr_p_with_pcl": spsr.edsr_p_with_pcl,
    "spsr:edsr_light_p_with_pcl": partial(spsr.edsr_p_with_pcl, design=esrgan.EDSR_LIGHT),
    "quickstart:pixel": quickstart.pixel,
    "quickstart:pcl": quickstart.pcl,
}
