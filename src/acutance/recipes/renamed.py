"""What recipes were called before: names on the command line for one release more, and in the records of runs for good.

A light row is called by its network now, as every other. What was appended to a name, +FEATURES for a perceptual loss
and -TERM for a term that is left out, became options: spsr:g+squeezenet-gradient is spsr:g --perceptual squeezenet
--without gradient.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

VARIATION = re.compile(r"(?=[+-])")
"""Where a change began in the name of a recipe."""

RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "pcl:light_vgg": "pcl:edsr_light_finetune_vgg",
        "pcl:light_squeezenet": "pcl:edsr_light_finetune_squeezenet",
        "pcl:light_plain": "pcl:edsr_light_finetune_plain",
        "pcl:light_fourier": "pcl:edsr_light_finetune_fourier",
        "pcl:light_hr_against_lr": "pcl:edsr_light_finetune_hr_against_lr",
        "pcl:light_sharpened_only": "pcl:edsr_light_finetune_sharpened_only",
        "pcl:light_blurred_only": "pcl:edsr_light_finetune_blurred_only",
        "pcl:light_alpha_0.01": "pcl:edsr_light_finetune_alpha_0.01",
        "pcl:light_alpha_0.25": "pcl:edsr_light_finetune_alpha_0.25",
        "pcl:light_alpha_0.5": "pcl:edsr_light_finetune_alpha_0.5",
        "pcl:light_alpha_1": "pcl:edsr_light_finetune_alpha_1",
        "pcl:light_alpha_5": "pcl:edsr_light_finetune_alpha_5",
        "pcl:light_fixed_embedding": "pcl:edsr_light_finetune_fixed_embedding",
        "esrgan:light": "esrgan:rrdb_light",
        "spsr:light_g": "spsr:spsr_light_g",
        "spsr:light_g_released": "spsr:spsr_light_g_released",
        "spsr:light_g_without_losses": "spsr:spsr_light_g_without_losses",
        "spsr:light_g_without_adversarial": "spsr:spsr_light_g_without_adversarial",
        "spsr:light_g_without_pixel": "spsr:spsr_light_g_without_pixel",
        "spsr:light_p": "spsr:spsr_light_p",
        "spsr:light_p_without_losses": "spsr:spsr_light_p_without_losses",
        "spsr:light_p_without_adversarial": "spsr:spsr_light_p_without_adversarial",
        "spsr:light_p_without_pixel": "spsr:spsr_light_p_without_pixel",
        "spsr:light_p_structure_half": "spsr:spsr_light_p_structure_half",
        "spsr:light_p_structure_double": "spsr:spsr_light_p_structure_double",
        "spsr:light_p_structure_adversarial_half": "spsr:spsr_light_p_structure_adversarial_half",
        "spsr:light_p_structure_adversarial_double": "spsr:spsr_light_p_structure_adversarial_double",
        "spsr:light_p_branch_half": "spsr:spsr_light_p_branch_half",
        "spsr:light_p_branch_double": "spsr:spsr_light_p_branch_double",
        "spsr:light_j": "spsr:spsr_light_j",
        "spsr:light_random": "spsr:spsr_light_random",
        "spsr:light_vgg": "spsr:spsr_light_vgg",
        "spsr:light_resnet": "spsr:spsr_light_resnet",
        "spsr:light_g_without_branch": "spsr:rrdb_light_g",
        "spsr:light_p_without_branch": "spsr:rrdb_light_p",
        "spsr:p_v": "spsr:p_sampled",
        "spsr:p_c": "spsr:p_sampled",
        "spsr:light_p_v": "spsr:spsr_light_p_sampled",
        "spsr:light_p_c": "spsr:spsr_light_p_sampled",
    }
)
"""Each name of before, and the one of today."""


def current_name(recipe: str) -> str:
    """Return what a recipe is called today, by the name that an older version wrote down.

    >>> current_name("spsr:light_g+squeezenet-gradient")
    'spsr:spsr_light_g'
    """
    return recorded(recipe)[0]


def recorded(recipe: str) -> tuple[str, str | None, tuple[str, ...]]:
    """Return the name of today, the features and the terms left out, that a name of an older version stands for.

    >>> recorded("spsr:light_g+squeezenet-gradient")
    ('spsr:spsr_light_g', 'squeezenet', ('gradient',))
    >>> recorded("my-own.py:mine")
    ('my-own.py:mine', None, ())
    """
    place, colon, row = recipe.rpartition(":")
    row, *changes = VARIATION.split(row)
    features = [change[1:] for change in changes if change.startswith("+")]
    without = tuple(change[1:] for change in changes if change.startswith("-"))
    name = f"{place}{colon}{row}"
    return RENAMED.get(name, name), features[-1] if features else None, without
