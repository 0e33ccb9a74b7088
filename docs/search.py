"""What makes the contrastive term help? One change each, on the light EDSR that goes on from the weights that ship.

Each function is a recipe for `acutance compare`, with `pixel:edsr_light_finetune` as the control. Unless its name says
otherwise the gradient of L_CL is kept at a fifth of L_1's at SR, since a thousandth of a decibel, which the paper's
alpha gives here, is too little to tell one change from another. Everything else is the paper's.
"""

from dataclasses import replace
from pathlib import Path

from acutance.critics import FixedEmbedding, load
from acutance.experiment import Adam, Experiment, Share, Term
from acutance.losses import Contrastive, Embedding, FixedContrastive, Loss
from acutance.losses.samples import RELEASED, Samples
from acutance.recipes import pixel

SHARE = 0.2


def _with(loss: Loss | None = None, share: float = SHARE, start: float = 0.0, ramp: float = 0.0) -> Experiment:
    control = pixel.edsr_light_finetune(4)
    term = Term(Share(share), loss or Contrastive(), start=start, ramp=ramp)
    return replace(control, objective={**control.objective, "contrastive": term})


def share_fifth(scale: int = 4) -> Experiment:
    """The reference."""
    return _with()


def share_twentieth(scale: int = 4) -> Experiment:
    return _with(share=0.05)


def share_tenth(scale: int = 4) -> Experiment:
    return _with(share=0.1)


def share_half(scale: int = 4) -> Experiment:
    return _with(share=0.5)


def share_one(scale: int = 4) -> Experiment:
    return _with(share=1.0)


def joins_halfway(scale: int = 4) -> Experiment:
    """The critic learns from the first step on, the network listens from the middle on."""
    return _with(start=0.5)


def ramped(scale: int = 4) -> Experiment:
    """From nothing to its full share in the first half."""
    return _with(ramp=0.5)


def temperature_hundredth(scale: int = 4) -> Experiment:
    return _with(Contrastive(temperature=0.01))


def temperature_tenth(scale: int = 4) -> Experiment:
    return _with(Contrastive(temperature=0.1))


def temperature_ten(scale: int = 4) -> Experiment:
    return _with(Contrastive(temperature=10.0))


def layers_first(scale: int = 4) -> Experiment:
    return _with(Contrastive(embedding=Embedding((0,))))


def layers_fourth(scale: int = 4) -> Experiment:
    return _with(Contrastive(embedding=Embedding((3,))))


def layers_released(scale: int = 4) -> Experiment:
    """The fifth block alone, as the released scripts count to four."""
    return _with(Contrastive(embedding=Embedding((4,))))


def layers_before_activation(scale: int = 4) -> Experiment:
    return _with(Contrastive(embedding=Embedding(activated=False)))


def batch_statistics(scale: int = 4) -> Experiment:
    return _with(Contrastive(embedding=Embedding(batch_statistics=True)))


def samples_released(scale: int = 4) -> Experiment:
    return _with(Contrastive(samples=RELEASED))


def samples_only_blur(scale: int = 4) -> Experiment:
    """HR is the only positive: nothing pulls beyond it."""
    return _with(Contrastive(samples=Samples(positives=0)))


def samples_mild(scale: int = 4) -> Experiment:
    """Sharpening factors up to 1.5 rather than 3, blurs up to a sigma of 0.8 pixels rather than 1.5."""
    return _with(Contrastive(samples=Samples(sharpen=(1.0, 1.5), blur_sigma=(0.3, 0.8))))


def samples_and_lr(scale: int = 4) -> Experiment:
    """The enlarged LR is one more negative."""
    return _with(Contrastive(samples=Samples(with_lr=True)))


def samples_taught(scale: int = 4) -> Experiment:
    """The critic learns that sharpened is real and blurred is not, as in the released RCAN script."""
    return _with(Contrastive(teach_samples=True))


def critic_fast(scale: int = 4) -> Experiment:
    return replace(_with(), critic_optimizer=Adam(learning_rate=1e-3))


def critic_slow(scale: int = 4) -> Experiment:
    return replace(_with(), critic_optimizer=Adam(learning_rate=1e-5))


def embedding_of_stronger(scale: int = 4, embedding: Path | None = None) -> Experiment:
    """An embedding network that learned against a stronger network's SR (`--embedding RUN`), and stays as it is."""
    if embedding is None:
        raise ValueError("name the run whose embedding network it is: --embedding RUN")
    return _with(FixedContrastive(FixedEmbedding(load(embedding))))
