"""What moves what in the contrastive term? One change each, on the light EDSR that goes on from the weights that ship.

Each name is a recipe for `acutance compare`, with `pixel:edsr_light_finetune` as the control. Unless its name says
otherwise the gradient of L_CL is kept at a fifth of L_1's at SR, since a thousandth of a decibel, which the paper's
alpha gives here, is too little to tell one change from another; and the embedding network comes from another run
(`--embedding RUN`), since a fresh one still guesses after 300 steps. It goes on learning. The rest is the paper's.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from acutance.critics import EmbeddingNetwork, FixedEmbedding, load
from acutance.errors import RequestError
from acutance.experiment import Adam, Experiment, GradientRatio, Term
from acutance.losses import Contrastive, Embedding, FixedContrastive, Loss
from acutance.losses.samples import RELEASED, Samples
from acutance.recipes import pixel
from acutance.recipes.pcl import ALPHA
from acutance.recipes.recipe import Recipe, Request

Contrast = Callable[[EmbeddingNetwork], Loss]
FIFTH = GradientRatio(0.2)


def _learning(
    critic: EmbeddingNetwork,
    *,
    samples: Samples | None = None,
    temperature: float = 1.0,
    embedding: Embedding | None = None,
    teach_samples: bool = False,
) -> Loss:
    return Contrastive(
        critic, samples=samples, temperature=temperature, embedding=embedding, teach_samples=teach_samples
    )


def _build(
    contrast: Contrast,
    weight: float | GradientRatio,
    start: float,
    critic_rate: float | None,
    fresh: bool,
    request: Request,
) -> Experiment:
    control = pixel.edsr_light_finetune(request.scale)
    term = Term(weight, contrast(EmbeddingNetwork() if fresh else _trained(request)), start=start)
    experiment = replace(control, objective={**control.objective, "contrastive": term})
    return experiment if critic_rate is None else replace(experiment, critic_optimizer=Adam(learning_rate=critic_rate))


def _trained(request: Request) -> EmbeddingNetwork:
    source = request.files.get("embedding")
    if source is None:
        raise RequestError("name the run whose embedding network is used: --embedding RUN.")
    return load(source)


def _recipe(
    summary: str,
    contrast: Contrast = _learning,
    *,
    weight: float | GradientRatio = FIFTH,
    start: float = 0.0,
    critic_rate: float | None = None,
    fresh: bool = False,
) -> Recipe:
    build = partial(_build, contrast, weight, start, critic_rate, fresh)
    needs = () if fresh else ("embedding",)
    return Recipe(build, summary, control="pixel:edsr_light_finetune", needs=needs)


def _fixed(critic: EmbeddingNetwork) -> Loss:
    return FixedContrastive(FixedEmbedding(critic))


reference = _recipe("a share of a fifth; the rest is the paper's")
alpha_of_the_paper = _recipe("the paper's alpha", weight=ALPHA)
share_tenth = _recipe("a share of a tenth", weight=GradientRatio(0.1))
share_half = _recipe("a share of a half", weight=GradientRatio(0.5))
share_one = _recipe("gradients of equal size", weight=GradientRatio(1.0))
joins_halfway = _recipe("the term joins halfway", start=0.5)

critic_fresh = _recipe("the embedding network starts fresh", fresh=True)
critic_fixed = _recipe("it stays as it is", _fixed)
critic_fast = _recipe("it learns ten times as fast", critic_rate=1e-3)
critic_slow = _recipe("it learns a tenth as fast", critic_rate=1e-5)
batch_statistics = _recipe("statistics of the batch", partial(_learning, embedding=Embedding(batch_statistics=True)))

temperature_tenth = _recipe("a temperature of a tenth", partial(_learning, temperature=0.1))
temperature_ten = _recipe("a temperature of ten", partial(_learning, temperature=10.0))

layers_first = _recipe("the first block alone", partial(_learning, embedding=Embedding((0,))))
layers_fourth = _recipe("the fourth block alone", partial(_learning, embedding=Embedding((3,))))
layers_released = _recipe("the fifth, as the scripts count to four", partial(_learning, embedding=Embedding((4,))))
layers_before_activation = _recipe("before activation", partial(_learning, embedding=Embedding(activated=False)))

samples_released = _recipe("samples of the released scripts", partial(_learning, samples=RELEASED))
samples_only_blur = _recipe("HR is the only positive", partial(_learning, samples=Samples(positives=0)))
samples_taught = _recipe("E_D learns from samples too", partial(_learning, teach_samples=True))
