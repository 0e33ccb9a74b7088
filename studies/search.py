"""What makes the contrastive term help? One change each, on the light EDSR that goes on from the weights that ship.

Each function is a recipe for `acutance compare`, with `pixel:edsr_light_finetune` as the control. Unless its name says
otherwise the gradient of L_CL is kept at a fifth of L_1's at SR, since a thousandth of a decibel, which the paper's
alpha gives here, is too little to tell one change from another; and the embedding network comes from another run
(`--embedding RUN`), since a fresh one still guesses after 300 steps. It goes on learning. The rest is the paper's.
"""

from dataclasses import replace
from pathlib import Path

from acutance.critics import FixedEmbedding, load
from acutance.errors import RequestError
from acutance.experiment import Adam, Experiment, Share, Term
from acutance.losses import Contrastive, Embedding, FixedContrastive, Loss
from acutance.losses.samples import RELEASED, Samples
from acutance.recipes import pixel
from acutance.recipes.pcl import ALPHA

PAPER = Embedding()


def _with(loss: Loss, weight: float | Share, start: float = 0.0) -> Experiment:
    control = pixel.edsr_light_finetune(4)
    return replace(control, objective={**control.objective, "contrastive": Term(weight, loss, start=start)})


def _learned(
    source: Path | None,
    share: float = 0.2,
    *,
    start: float = 0.0,
    samples: Samples | None = None,
    temperature: float = 1.0,
    embedding: Embedding = PAPER,
    teach_samples: bool = False,
) -> Experiment:
    loss = Contrastive(
        load(_named(source)),
        samples=samples,
        temperature=temperature,
        embedding=embedding,
        teach_samples=teach_samples,
    )
    return _with(loss, Share(share), start)


def _named(source: Path | None) -> Path:
    if source is None:
        raise RequestError("name the run whose embedding network is used: --embedding RUN.")
    return source


def reference(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding)


def share_tenth(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, 0.1)


def share_half(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, 0.5)


def share_one(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, 1.0)


def alpha_of_the_paper(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _with(Contrastive(load(_named(embedding))), ALPHA)


def joins_halfway(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, start=0.5)


def temperature_tenth(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, temperature=0.1)


def temperature_ten(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, temperature=10.0)


def layers_first(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, embedding=Embedding((0,)))


def layers_fourth(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, embedding=Embedding((3,)))


def layers_released(scale: int = 4, embedding: Path | None = None) -> Experiment:
    """The fifth block alone, as the released scripts count to four."""
    return _learned(embedding, embedding=Embedding((4,)))


def layers_before_activation(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, embedding=Embedding(activated=False))


def batch_statistics(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, embedding=Embedding(batch_statistics=True))


def samples_released(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return _learned(embedding, samples=RELEASED)


def samples_only_blur(scale: int = 4, embedding: Path | None = None) -> Experiment:
    """HR is the only positive: nothing pulls beyond it."""
    return _learned(embedding, samples=Samples(positives=0))


def samples_taught(scale: int = 4, embedding: Path | None = None) -> Experiment:
    """The embedding network learns that sharpened is real and blurred is not, as in the released RCAN script."""
    return _learned(embedding, teach_samples=True)


def critic_fast(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return replace(_learned(embedding), critic_optimizer=Adam(learning_rate=1e-3))


def critic_slow(scale: int = 4, embedding: Path | None = None) -> Experiment:
    return replace(_learned(embedding), critic_optimizer=Adam(learning_rate=1e-5))


def critic_fresh(scale: int = 4) -> Experiment:
    return _with(Contrastive(), Share(0.2))


def critic_fixed(scale: int = 4, embedding: Path | None = None) -> Experiment:
    """It stays as it is. With --embedding from a run of a stronger network: what that one's SR lacked."""
    return _with(FixedContrastive(FixedEmbedding(load(_named(embedding)))), Share(0.2))
