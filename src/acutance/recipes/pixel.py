"""L1 alone: what every table of PCL-SR starts from, and the control of every comparison.

Budgets are those of EDSR's released options, 300 epochs of 1,000 updates, half the learning rate at epoch 200
(docs/papers/pcl.md). Published x4 scores are PSNR on Y (Table II of PCL-SR). Costs are counted operations of a step.
"""

from dataclasses import replace

from torch import nn

from acutance.experiment import Adam, CosineRestarts, Experiment, Halving, Term
from acutance.losses import Branch, Pixel
from acutance.networks import create
from acutance.recipes.recipe import Recipe, at_scale, psnr, set14


def edsr_s(scale: int = 4) -> Experiment:
    """Table II, EDSR-S. Published x4: Set5 32.09, Set14 28.58, B100 27.57. 0.44 TFLOP a step, weeks on a CPU."""
    return _plain("edsr-s", scale)


def edsr_s_quick(scale: int = 4) -> Experiment:
    """No row of a table: EDSR-S in an hour of one core rather than weeks, by a cosine from 3e-4, with small batches."""
    return _short("edsr-s", scale, learning_rate=3e-4)


def edsr_s_finetune(scale: int = 4) -> Experiment:
    """No row of a table: EDSR-S goes on from finished weights (`--init`), as the released scripts do. Small batches."""
    return replace(edsr_s_quick(scale), steps=3_000, optimizer=Adam(learning_rate=5e-5))


def edsr_l(scale: int = 4) -> Experiment:
    """Table II, EDSR-L. Published x4: Set5 32.46, Set14 28.80, B100 27.71. 11 TFLOP a step."""
    return _plain("edsr-l", scale)


def rcan(scale: int = 4) -> Experiment:
    """Table II, RCAN. Published x4: Set5 32.64, Set14 28.85, B100 27.75. 3.5 TFLOP a step."""
    return _plain("rcan", scale)


def han(scale: int = 4) -> Experiment:
    """Table II, HAN. Published x4: Set5 32.60, Set14 28.90, B100 27.79. 3.7 TFLOP a step."""
    return _plain("han", scale)


def nlsn(scale: int = 4) -> Experiment:
    """Table II, NLSN. Published x4: Set5 32.58, Set14 28.87, B100 27.76. 12 TFLOP a step."""
    return _plain("nlsn", scale)


def swinir(scale: int = 4) -> Experiment:
    """Table II, SwinIR. Published x4: Set5 32.72, Set14 28.94, B100 27.83. 5.8 TFLOP a step.

    By the budget of its own paper at x4 (Liang et al. 2021), whose released weights start from those of x2 (`--init`).
    """
    budget = {"steps": 500_000, "batch": 32, "optimizer": Adam(learning_rate=2e-4)}
    return replace(_plain("swinir", scale), **budget, schedule=Halving(at=(0.5, 0.8, 0.9, 0.95)))


def rlfn(scale: int = 4) -> Experiment:
    """No row of a table: RLFN, an efficient network, by a cosine from 5e-4. 0.11 TFLOP a step."""
    return replace(_plain("rlfn", scale), optimizer=Adam(learning_rate=5e-4), schedule=CosineRestarts(), average=0.999)


def rlfn_finetune(scale: int = 4) -> Experiment:
    """No row of a table: RLFN goes on from finished weights (`--init`), as the released scripts do. Small batches."""
    fine = {"steps": 3_000, "batch": 8, "patch": 24 * scale, "optimizer": Adam(learning_rate=2e-5)}
    return replace(rlfn(scale), **fine)


def edsr_light(scale: int = 4) -> Experiment:
    """No row of a table: 8 blocks of 32 channels, for machines without a GPU. 0.01 TFLOP a step, half an hour in all.

    Small batches, a high learning rate that falls along a cosine, and averaged weights suit its short budget.
    """
    return _short("edsr-light", scale, learning_rate=1e-3)


def edsr_light_finetune(scale: int = 4) -> Experiment:
    """No row of a table: what the released scripts do, going on from finished weights (`--init`), for the light EDSR.

    Five minutes on two idle cores.
    """
    return replace(edsr_light(scale), steps=3_000, optimizer=Adam(learning_rate=2e-4))


def rrdb(scale: int = 4) -> Experiment:
    """Table I of SPSR, RRDB, its start. Published Set14: LPIPS 0.271, PSNR 28.953, SSIM 0.8588. 4.0 TFLOP a step."""
    return _plain("rrdb", scale)


def rrdb_light(scale: int = 4) -> Experiment:
    """No row of a table: 4 blocks of 32 channels, where the light SPSR starts. A quarter of an hour in all."""
    return _short("rrdb-light", scale, learning_rate=5e-4)


def spsr_light(scale: int = 4) -> Experiment:
    """No row of a table: the light SPSR learns images and gradient maps, from a light RRDB, before anything else.

    The paper's budget has room for that in its own run; a short one would judge fresh layers. Outside the dense blocks
    they start as RRDBNet's do: from a tenth of Kaiming's weights L1 was still 0.09 after 450 steps.
    """
    experiment = _short("spsr-light", scale, learning_rate=5e-4)
    for name, layer in experiment.network.named_modules():
        if isinstance(layer, nn.Conv2d) and "RDB" not in name:
            layer.reset_parameters()
    objective = {**experiment.objective, "branch": Term(0.5, Branch("replicate"))}
    return replace(experiment, objective=objective, steps=2_000)


def srresnet(scale: int = 4) -> Experiment:
    """Table VII of SPSR, SRResNet. Published Set14: LPIPS 0.2837, PSNR 28.589, SSIM 0.8516. 0.56 TFLOP a step.

    Without batch normalisation.
    """
    return _plain("srresnet", scale)


def rcan_released(scale: int = 4) -> Experiment:
    """The released RCAN script without PCL: from the official weights (`--init`), 600,000 updates, three cosines."""
    return _finetuned("rcan", scale, learning_rate=5e-5, weights=(1.0, 1.0, 1.0), floor=1e-8, clip=1.0)


def nlsn_released(scale: int = 4) -> Experiment:
    """The released NLSN script without PCL: from the official weights (`--init`), 600,000 updates, three cosines."""
    return _finetuned("nlsn", scale, learning_rate=5e-6, weights=(1.0, 0.5, 0.5), floor=1e-9, clip=None)


def _plain(network: str, scale: int) -> Experiment:
    return Experiment(
        network=create(network, scale=scale),
        objective={"pixel": Term(1.0, Pixel())},
        steps=300_000,
        batch=16,
        patch=48 * scale,
        optimizer=Adam(learning_rate=1e-4),
        schedule=Halving(at=(2 / 3,)),
    )


def _short(network: str, scale: int, *, learning_rate: float) -> Experiment:
    return Experiment(
        network=create(network, scale=scale),
        objective={"pixel": Term(1.0, Pixel())},
        steps=20_000,
        batch=8,
        patch=24 * scale,
        optimizer=Adam(learning_rate=learning_rate),
        schedule=CosineRestarts(floor=0.01),
        average=0.999,
    )


def _finetuned(
    network: str, scale: int, *, learning_rate: float, weights: tuple[float, ...], floor: float, clip: float | None
) -> Experiment:
    return replace(
        _plain(network, scale),
        steps=600_000,
        optimizer=Adam(learning_rate=learning_rate),
        critic_optimizer=Adam(learning_rate=learning_rate),
        schedule=CosineRestarts(weights, floor=floor / learning_rate),
        clip_value=clip,
    )


ROWS = {
    "pixel:edsr_s": Recipe(
        at_scale(edsr_s),
        "EDSR-S",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.09, Set14=28.58, B100=27.57),
        cost="0.44 TFLOP a step, weeks on a CPU",
    ),
    "pixel:edsr_l": Recipe(
        at_scale(edsr_l),
        "EDSR-L",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.46, Set14=28.8, B100=27.71),
        cost="11 TFLOP a step",
    ),
    "pixel:rcan": Recipe(
        at_scale(rcan),
        "RCAN",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.64, Set14=28.85, B100=27.75),
        cost="3.5 TFLOP a step",
    ),
    "pixel:han": Recipe(
        at_scale(han),
        "HAN",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.6, Set14=28.9, B100=27.79),
        cost="3.7 TFLOP a step",
    ),
    "pixel:nlsn": Recipe(
        at_scale(nlsn),
        "NLSN",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.58, Set14=28.87, B100=27.76),
        cost="12 TFLOP a step",
    ),
    "pixel:swinir": Recipe(
        at_scale(swinir),
        "SwinIR",
        paper="PCL-SR",
        table="II",
        published=psnr(Set5=32.72, Set14=28.94, B100=27.83),
        cost="5.8 TFLOP a step",
    ),
    "pixel:rrdb": Recipe(
        at_scale(rrdb),
        "RRDB, where ESRGAN and SPSR start",
        paper="SPSR",
        table="I",
        published=set14(0.2710, 28.953, 0.8588),
        cost="4.0 TFLOP a step",
    ),
    "pixel:srresnet": Recipe(
        at_scale(srresnet),
        "SRResNet, without batch normalisation",
        paper="SPSR",
        table="VII",
        published=set14(0.2837, 28.589, 0.8516),
        cost="0.56 TFLOP a step",
    ),
    "pixel:edsr_s_quick": Recipe(
        at_scale(edsr_s_quick), "EDSR-S in an hour of one core, by a cosine from 3e-4", cost="an hour"
    ),
    "pixel:edsr_s_finetune": Recipe(at_scale(edsr_s_finetune), "EDSR-S from finished weights (--init)"),
    "pixel:rlfn": Recipe(at_scale(rlfn), "RLFN, an efficient network", cost="0.11 TFLOP a step"),
    "pixel:rlfn_finetune": Recipe(at_scale(rlfn_finetune), "RLFN from finished weights (--init)"),
    "pixel:edsr_light": Recipe(
        at_scale(edsr_light),
        "light EDSR, 8 blocks of 32 channels, for machines without a GPU",
        cost="0.01 TFLOP a step, half an hour",
    ),
    "pixel:edsr_light_finetune": Recipe(
        at_scale(edsr_light_finetune), "light EDSR from finished weights (--init)", cost="five minutes"
    ),
    "pixel:rrdb_light": Recipe(
        at_scale(rrdb_light),
        "light RRDB, 4 blocks of 32 channels, where the light SPSR starts",
        cost="a quarter of an hour",
    ),
    "pixel:spsr_light": Recipe(at_scale(spsr_light), "light SPSR, from a light RRDB, before any critic"),
    "pixel:rcan_released": Recipe(at_scale(rcan_released), "released RCAN script without PCL"),
    "pixel:nlsn_released": Recipe(at_scale(nlsn_released), "released NLSN script without PCL"),
}
"""L1 alone, by name."""
