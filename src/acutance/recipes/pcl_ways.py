"""Table I of PCL-SR as baselines: what other ways of contrast there are for pictures, each on the same L1.

The table has no numbers. Its ways differ in what is near, what is far, and in whose features: HR against LR in those of
VGG-19 (Wu et al. 2021, contrastive regularisation); HR against LR of other pictures there (Wang et al. 2021,
contrastive self-distillation); and HR against blurred HR in a critic's, without sharpened positives, to which PCL adds
them. Where VGG's file is not at hand, `--perceptual squeezenet_all --squeezenet FILE` stands for it. Each has the
paper's alpha, or a share of L1's gradient; the methods' own weights are meant for their own features.
"""

from functools import partial

from torch import nn

from acutance.errors import RequestError
from acutance.experiment import Experiment, GradientRatio
from acutance.extractors import VGG19
from acutance.losses import FixedContrastive
from acutance.losses.samples import Samples
from acutance.recipes import pixel
from acutance.recipes.features import PERCEPTUAL, perceptual_features
from acutance.recipes.pcl import ALPHA, SHARE, with_pcl
from acutance.recipes.pcl_ablations import Control
from acutance.recipes.recipe import Recipe, Request

AGAINST_LR = Samples(positives=0, negatives=0, with_lr=True)
AGAINST_OTHERS = Samples(positives=0, negatives=0, others=4)


def in_features(samples: Samples, alpha: float | GradientRatio, control: Control, request: Request) -> Experiment:
    """Return L1 and the contrast of samples in VGG-19's features, relu1_1 to relu5_1, or in SqueezeNet's."""
    start = control(request.scale)
    return with_pcl(start, alpha=alpha, contrastive=FixedContrastive(_features(request), samples=samples))


def _features(request: Request) -> nn.Module:
    option = PERCEPTUAL[request.features].option
    file = request.files.get(option)
    if file is None:
        raise RequestError(
            f"this contrast needs a file of weights: name it by --{option} FILE, or choose other features by "
            "--perceptual squeezenet_all."
        )
    return VGG19.from_file(file) if request.features == "vgg" else perceptual_features(request.features, file)


def _rows(prefix: str, control: Control, control_name: str) -> dict[str, Recipe]:
    """Return the ways on a network: at the paper's alpha, and at a share of L1's gradient."""
    rows: dict[str, Recipe] = {}
    for name, samples, summary in (
        ("lr_in_features", AGAINST_LR, "HR against LR in VGG's features"),
        ("others_in_features", AGAINST_OTHERS, "HR against other pictures in VGG's features"),
    ):
        for suffix, alpha, told in (("", ALPHA, ""), ("_share", SHARE, ", at 0.3 of L1's gradient")):
            build = partial(in_features, samples, alpha, control)
            made = Recipe(build, summary + told, control=control_name, needs=("perceptual",))
            rows[f"{prefix}_{name}{suffix}"] = made
    return rows


ROWS = {
    **_rows("pcl:rcan", pixel.rcan, "pixel:rcan"),
    **_rows("pcl:edsr_light_finetune", pixel.edsr_light_finetune, "pixel:edsr_light_finetune"),
}
"""The other ways of Table I, by name; that in the critic's features is `pcl:rcan_blurred_only` and its likes."""
