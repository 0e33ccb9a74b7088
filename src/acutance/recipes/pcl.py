"""L1 + PCL: "A Practical Contrastive Learning Framework for Single-Image Super-Resolution", Eq. 12.

    L = L_1 + alpha * L_CL,   alpha = 0.1 for images in 0..255, that is 0.1 / 255 for images in [0, 1]

Each recipe is its control of `recipes.pixel` with one more term: same network, data, budget and schedule. The embedding
network learns by Adam at 1e-4 throughout, as in EDSR's options (docs/papers/pcl.md). Ablations are in `pcl_ablations`.
"""

from dataclasses import replace

from acutance.critics import EmbeddingNetwork
from acutance.experiment import Experiment, GradientRatio, Term
from acutance.losses import Contrastive, Embedding, Loss
from acutance.losses.samples import RELEASED
from acutance.recipes import pixel
from acutance.recipes.recipe import Recipe, at_scale, psnr

ALPHA = 0.1 / 255
SHARE = GradientRatio(0.3)
"""Where the search of docs/log.md stopped, for a finished network. At equal LPIPS it equals a sharpening filter
(docs/results/controls.md); what a learned contrast adds is not shown yet."""


def with_pcl(
    control: Experiment, *, alpha: float | GradientRatio = ALPHA, contrastive: Loss | None = None
) -> Experiment:
    """Return `control` with alpha * L_CL added to its objective.

    A fixed alpha is meant for images in [0, 1]; a `GradientRatio` says how large the gradient of L_CL is beside L_1's.
    """
    bands = control.network.bands
    loss = contrastive or Contrastive(None if bands == 3 else EmbeddingNetwork(bands=bands))
    return replace(control, objective={**control.objective, "contrastive": Term(alpha, loss)})


def edsr_s(scale: int = 4) -> Experiment:
    """Table II, EDSR-S + PCL. Published x4: Set5 32.17, Set14 28.61, B100 27.58. 0.75 TFLOP a step."""
    return with_pcl(pixel.edsr_s(scale))


def edsr_s_finetune(scale: int = 4) -> Experiment:
    """No row of a table: EDSR-S goes on from finished weights (`--init`) with PCL, as the released scripts do."""
    return with_pcl(pixel.edsr_s_finetune(scale))


def edsr_s_finetune_share(scale: int = 4) -> Experiment:
    """No row of a table: the same with the gradient of L_CL kept at three tenths of L_1's at SR."""
    return with_pcl(pixel.edsr_s_finetune(scale), alpha=SHARE)


def edsr_l(scale: int = 4) -> Experiment:
    """Table II, EDSR-L + PCL. Published x4: Set5 32.52, Set14 28.84, B100 27.74. 11.4 TFLOP a step."""
    return with_pcl(pixel.edsr_l(scale))


def rcan(scale: int = 4) -> Experiment:
    """Table II, RCAN + PCL; Table IV, Config 3. Published x4: Set5 32.70, Set14 28.89, B100 27.78. 3.8 TFLOP a step."""
    return with_pcl(pixel.rcan(scale))


def han(scale: int = 4) -> Experiment:
    """Table II, HAN + PCL. Published x4: Set5 32.68, Set14 28.92, B100 27.80. 4.0 TFLOP a step."""
    return with_pcl(pixel.han(scale))


def nlsn(scale: int = 4) -> Experiment:
    """Table II, NLSN + PCL. Published x4: Set5 32.71, Set14 28.99, B100 27.83. 12.3 TFLOP a step."""
    return with_pcl(pixel.nlsn(scale))


def swinir(scale: int = 4) -> Experiment:
    """No row of a table: SwinIR + PCL, whose baseline is a row of Table II."""
    return with_pcl(pixel.swinir(scale))


def rlfn(scale: int = 4) -> Experiment:
    """No row of a table: RLFN + PCL. 0.42 TFLOP a step."""
    return with_pcl(pixel.rlfn(scale))


def rlfn_share(scale: int = 4) -> Experiment:
    """No row of a table: RLFN with the gradient of L_CL kept at three tenths of L_1's at SR."""
    return with_pcl(pixel.rlfn(scale), alpha=SHARE)


def rlfn_finetune(scale: int = 4) -> Experiment:
    """No row of a table: RLFN goes on from finished weights (`--init`) with PCL, as the released scripts do."""
    return with_pcl(pixel.rlfn_finetune(scale))


def rlfn_finetune_share(scale: int = 4) -> Experiment:
    """No row of a table: the same with the gradient of L_CL kept at three tenths of L_1's; those that ship."""
    return with_pcl(pixel.rlfn_finetune(scale), alpha=SHARE)


def edsr_light(scale: int = 4) -> Experiment:
    """No row of a table: the light EDSR + PCL. 0.05 TFLOP a step, five times its control."""
    return with_pcl(pixel.edsr_light(scale))


def edsr_light_finetune(scale: int = 4) -> Experiment:
    """No row of a table: the light EDSR goes on from finished weights with PCL, as the released scripts do."""
    return with_pcl(pixel.edsr_light_finetune(scale))


def edsr_light_finetune_strong(scale: int = 4) -> Experiment:
    """No row of a table: the same with ten times the paper's alpha, 0.004 on [0, 1]."""
    return with_pcl(pixel.edsr_light_finetune(scale), alpha=10 * ALPHA)


def edsr_light_finetune_share(scale: int = 4) -> Experiment:
    """No row of a table: the same with the gradient of L_CL kept at three tenths of L_1's at SR."""
    return with_pcl(pixel.edsr_light_finetune(scale), alpha=SHARE)


def rcan_released(scale: int = 4) -> Experiment:
    """The released RCAN script, with its gradient: weight 5 at 0..255, block 4, released samples that teach too.

    The script means to sharpen and, for a lost backslash, does not; here it does. Start from the official weights.
    """
    control, embedding = pixel.rcan_released(scale), Embedding((4,), batch_statistics=True)
    contrastive = Contrastive(embedding=embedding, samples=RELEASED, teach_samples=True)
    return with_pcl(control, alpha=5 / 255, contrastive=contrastive)


def nlsn_released(scale: int = 4) -> Experiment:
    """The released NLSN script, with its gradient: weight 3 at 0..1, block 4, released samples.

    The script leaves the kind of contrast at its default, a difference of cosines; InfoNCE, which it means, is taken.
    """
    control, embedding = pixel.nlsn_released(scale), Embedding((4,), batch_statistics=True)
    return with_pcl(control, alpha=3.0, contrastive=Contrastive(embedding=embedding, samples=RELEASED))


ROWS = {
    "pcl:edsr_s": Recipe(
        at_scale(edsr_s),
        "EDSR-S + PCL",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.17, Set14=28.61, B100=27.58),
        cost="0.75 TFLOP a step",
        control="pixel:edsr_s",
    ),
    "pcl:edsr_l": Recipe(
        at_scale(edsr_l),
        "EDSR-L + PCL",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.52, Set14=28.84, B100=27.74),
        cost="11.4 TFLOP a step",
        control="pixel:edsr_l",
    ),
    "pcl:rcan": Recipe(
        at_scale(rcan),
        "RCAN + PCL; IV, Config 3; VI, yes and yes; VII, 0.1",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.7, Set14=28.89, B100=27.78),
        cost="3.8 TFLOP a step",
        control="pixel:rcan",
    ),
    "pcl:han": Recipe(
        at_scale(han),
        "HAN + PCL",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.68, Set14=28.92, B100=27.8),
        cost="4.0 TFLOP a step",
        control="pixel:han",
    ),
    "pcl:nlsn": Recipe(
        at_scale(nlsn),
        "NLSN + PCL",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.71, Set14=28.99, B100=27.83),
        cost="12.3 TFLOP a step",
        control="pixel:nlsn",
    ),
    "pcl:swinir": Recipe(at_scale(swinir), "SwinIR + PCL", control="pixel:swinir"),
    "pcl:edsr_s_finetune": Recipe(
        at_scale(edsr_s_finetune), "EDSR-S from finished weights (--init), PCL", control="pixel:edsr_s_finetune"
    ),
    "pcl:edsr_s_finetune_share": Recipe(
        at_scale(edsr_s_finetune_share),
        "EDSR-S from finished weights, PCL at 0.3 of L1's gradient",
        control="pixel:edsr_s_finetune",
    ),
    "pcl:rlfn": Recipe(at_scale(rlfn), "RLFN + PCL", cost="0.42 TFLOP a step", control="pixel:rlfn"),
    "pcl:rlfn_share": Recipe(at_scale(rlfn_share), "RLFN + PCL at 0.3 of L1's gradient", control="pixel:rlfn"),
    "pcl:rlfn_finetune": Recipe(
        at_scale(rlfn_finetune), "RLFN from finished weights (--init), PCL", control="pixel:rlfn_finetune"
    ),
    "pcl:rlfn_finetune_share": Recipe(
        at_scale(rlfn_finetune_share),
        "RLFN from finished weights, PCL at 0.3 of L1's gradient",
        control="pixel:rlfn_finetune",
    ),
    "pcl:edsr_light": Recipe(
        at_scale(edsr_light), "light EDSR + PCL", cost="0.05 TFLOP a step", control="pixel:edsr_light"
    ),
    "pcl:edsr_light_finetune": Recipe(
        at_scale(edsr_light_finetune),
        "light EDSR from finished weights (--init), PCL",
        control="pixel:edsr_light_finetune",
    ),
    "pcl:edsr_light_finetune_strong": Recipe(
        at_scale(edsr_light_finetune_strong),
        "light EDSR from finished weights, PCL at ten times the alpha",
        control="pixel:edsr_light_finetune",
    ),
    "pcl:edsr_light_finetune_share": Recipe(
        at_scale(edsr_light_finetune_share),
        "light EDSR from finished weights, PCL at 0.3 of L1's gradient",
        control="pixel:edsr_light_finetune",
    ),
    "pcl:rcan_released": Recipe(
        at_scale(rcan_released), "released RCAN script, with its gradient", control="pixel:rcan_released"
    ),
    "pcl:nlsn_released": Recipe(
        at_scale(nlsn_released), "released NLSN script, with its gradient", control="pixel:nlsn_released"
    ),
}
"""L1 + PCL, by name."""
