"""L1 alone: what every table of PCL-SR starts from, and the control of every comparison.

Budgets are those of EDSR's released options, 300 epochs of 1,000 updates, half the learning rate at epoch 200
(docs/papers/pcl.md). Published x4 scores are PSNR on Y (Table II of PCL-SR). Costs are counted operations of a step.
"""

from dataclasses import replace

from acutance.experiment import Adam, CosineRestarts, Experiment, Halving, Term
from acutance.losses import Pixel
from acutance.networks import create


def edsr_s(scale: int = 4) -> Experiment:
    """Table II, EDSR-S. Published x4: Set5 32.09, Set14 28.58, B100 27.57. 0.44 TFLOP a step, weeks on a CPU."""
    return _plain("edsr-s", scale)


def edsr_l(scale: int = 4) -> Experiment:
    """Table II, EDSR-L. Published x4: Set5 32.46, Set14 28.80, B100 27.71. 11 TFLOP a step."""
    return _plain("edsr-l", scale)


def edsr_light(scale: int = 4) -> Experiment:
    """No row of a table: 8 blocks of 32 channels, for machines without a GPU. 0.01 TFLOP a step, half an hour in all.

    Small batches, a high learning rate that falls along a cosine, and averaged weights suit its short budget.
    """
    return Experiment(
        network=create("edsr-light", scale=scale),
        objective={"pixel": Term(1.0, Pixel())},
        steps=20_000,
        batch=8,
        patch=24 * scale,
        optimizer=Adam(learning_rate=1e-3),
        schedule=CosineRestarts(floor=0.01),
        average=0.999,
    )


def edsr_light_finetune(scale: int = 4) -> Experiment:
    """No row of a table: what the released scripts do, going on from finished weights (`--init`), for the light EDSR.

    Five minutes on two idle cores.
    """
    fine = Adam(learning_rate=2e-4)
    return replace(edsr_light(scale), steps=3_000, optimizer=fine)


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
