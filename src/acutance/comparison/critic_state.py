"""Whether the embedding network of a run has learned: its loss beside that of guessing, and how often it is right.

A critic that guesses makes Eq. 7 of PCL-SR 2 ln(1 + n), n logits of each kind against all of the other. On pictures it
has not seen it is right where the logit of HR exceeds that of SR at the same place, which guessing does every second
time. It is asked as it learns: pictures of each kind normalised by their own statistics.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from acutance.critics import EmbeddingNetwork, ViewError, frozen, load
from acutance.data import PictureSet, decode
from acutance.degrade import Bicubic
from acutance.errors import AcutanceError, shown
from acutance.files import parsed, text_of, write_json
from acutance.losses import Contrastive
from acutance.ops import image_of
from acutance.run_folder import RunFolder, RunId
from acutance.runs import Run
from acutance.runs.guessing import CHANCE, GUESSING_LOSS, end_of
from acutance.scores.opaque import read_scored
from acutance.scores.scorer import Upscaler
from acutance.types import Image

FILE = "critic.json"
GUESSING_ACCURACY = 0.6
"""Below this accuracy, or beyond GUESSING_LOSS of the loss of chance, a critic is said to guess."""
PICTURES, SIDE = 8, 192
"""Pictures that are looked at, and pixels a side of each, from its middle."""


@dataclass(frozen=True)
class CriticState:
    """What an embedding network had come to at the end of its run.

    Attributes:
        loss: Eq. 7, the mean over the last lines of the curve; None where the run logged none.
        chance: what guessing has.
        accuracy: how often the logit of HR is above that of SR on pictures that it has not seen; None for none, and
            where it looks through a function of its recipe, which no file holds.
        pictures: how many those were.
    """

    loss: float | None
    chance: float
    accuracy: float | None
    pictures: int

    @property
    def guesses(self) -> bool:
        """Whether it does hardly better than chance in one of both."""
        by_loss = self.loss is not None and self.loss > GUESSING_LOSS * self.chance
        return by_loss or (self.accuracy is not None and self.accuracy < GUESSING_ACCURACY)

    def sentence(self, run: RunId) -> str:
        """Return what is to be told of it beside the results of its run."""
        loss = f"loss {self.loss:.2f} where guessing has {self.chance:.2f}" if self.loss is not None else ""
        right = f"right on {100 * self.accuracy:.0f} % of unseen patches" if self.accuracy is not None else ""
        told = ", ".join(each for each in (loss, right) if each)
        ending = ": it guesses, so this run holds no learned contrast" if self.guesses else ""
        return shown(f"The embedding network of {run.recipe}, seed {run.seed}: {told}{ending}.")

    def to_json(self) -> dict[str, Any]:
        """Return its values, and whether it guesses."""
        return {**asdict(self), "guesses": self.guesses}


def keep_state(folder: Path, upscaler: Upscaler, sets: Iterable[PictureSet], scale: int) -> None:
    """Write the state of a run's embedding network beside its scores; nothing where it has none."""
    run = RunFolder(folder)
    if not run.embedding.is_file():
        return
    try:
        critic = load(run.embedding)
        seen = list(_looked_at(critic, upscaler, sets, scale))
    except ViewError:
        critic, seen = EmbeddingNetwork(), []
    accuracy = _accuracy(critic, seen) if seen else None
    state = CriticState(end_of(Run(folder).curve), _chance(Run(folder), critic), accuracy, len(seen))
    write_json(folder / FILE, asdict(state))


def states(runs: Iterable[RunId], out: Path) -> dict[RunId, CriticState]:
    """Return the states that were kept, by run."""
    kept = {run: parsed(text_of(run.folder(out) / FILE)) for run in runs}
    return {run: CriticState(**values) for run, values in kept.items() if values and _is_state(values)}


def _chance(run: Run, critic: EmbeddingNetwork) -> float:
    """Return what guessing has, as the run logged it; of runs of before, which did not, what Eq. 7 has."""
    logged = run.curve.get(CHANCE)
    batch = run.description.get("experiment", {}).get("batch", 1)
    return logged[-1][1] if logged else Contrastive(critic).chance(batch)


def _is_state(values: Mapping[str, Any]) -> bool:
    return set(values) == {each.name for each in fields(CriticState)}


def _looked_at(
    critic: EmbeddingNetwork, upscaler: Upscaler, sets: Iterable[PictureSet], scale: int
) -> Iterator[tuple[Image, Image]]:
    """Yield the middle of HR and of SR of the first pictures; what cannot be read, or is too small, is passed over."""
    side = critic.patch if critic.logits == "image" else SIDE
    for pair in [pair for each in sets for pair in each.pairs][:PICTURES]:
        with suppress(AcutanceError):
            hr, lr = decode(pair, Bicubic(scale), read=read_scored)
            real, fake = (_middle(image_of(pixels), side) for pixels in (hr, upscaler(lr)))
            if critic.logits == "patch" or real.shape[-2:] == (side, side):
                yield real, fake


@torch.no_grad()
def _accuracy(critic: EmbeddingNetwork, seen: Sequence[tuple[Image, Image]]) -> float:
    """Return how often the logit of HR is above that of SR, pictures of each kind normalised together as it learns."""
    height, width = (min(real.shape[axis] for real, _ in seen) for axis in (-2, -1))
    kinds = [torch.cat([image[..., :height, :width] for image in images]) for images in zip(*seen, strict=True)]
    with frozen(critic, batch_statistics=True):
        real, fake = (critic(images).logits for images in kinds)
    return float((real > fake).double().mean())


def _middle(image: Float[Tensor, "b c _h _w"], side: int) -> Float[Tensor, "b c _h2 _w2"]:
    height, width = image.shape[-2:]
    top, left = max(0, (height - side) // 2), max(0, (width - side) // 2)
    return image[..., top : top + side, left : left + side]
