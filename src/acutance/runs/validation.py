"""Scores on whole pictures while a network trains, by the same protocol as `acutance evaluate`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from acutance.data import Depth, PictureSet, RandomDegradation, decode, lr_of
from acutance.degrade import Bicubic
from acutance.errors import PictureError, RequestError
from acutance.files import sha256
from acutance.metrics import PROTOCOLS, Scorer
from acutance.networks import Network
from acutance.ops import image_of, pixels_of, tiled
from acutance.runs.best import KIND, Best, Choice

TILE = 192
SMALL = 128
"""Pixels of the shorter side from which on no network and no metric finds a picture too small."""
Pixels = UInt8[np.ndarray, "_ _ 3"]


@dataclass(frozen=True)
class Viewed:
    """A picture that is scored again and again: its set, its name, the file of HR, and HR and LR."""

    set: str
    name: str
    file: Path
    hr: Pixels
    lr: Pixels


@dataclass(frozen=True)
class Validation:
    """Pictures that are scored every so many steps.

    Attributes:
        pictures: of all sets, one set after the other.
        every: steps between two scores.
        scorer: what scores them.
        choice: by what the best weights are chosen; None where they are not.
        patience: validations without a better score after which the run ends; None for none.
    """

    pictures: tuple[Viewed, ...]
    every: int
    scorer: Scorer = field(default_factory=lambda: PROTOCOLS["pcl"].scorer())
    choice: Choice | None = None
    patience: int | None = None

    @classmethod
    def of(
        cls,
        sets: Sequence[PictureSet],
        scale: int,
        every: int,
        scorer: Scorer,
        choice: Choice | None,
        patience: int | None,
        degradation: RandomDegradation | None = None,
    ) -> "Validation":
        """Decode sets; LR that there is no file of is what `degradation` makes, always the same, or bicubic.

        Raises:
            PictureError: a picture cannot be used: now, and not in the middle of the run.
            RequestError: files of 16 bits hold fewer, and nothing says so.
        """
        viewed: list[Viewed] = []
        for pictures in sets:
            depth = Depth()
            for pair in pictures.pairs:
                hr, lr = decode(pair, Bicubic(scale), read=depth.read)
                if degradation is not None and pair.lr is None:
                    lr = lr_of(pair.name, hr, degradation)
                viewed.append(Viewed(pictures.name, pair.name, pair.hr, hr, lr))
            depth.check([pair.hr for pair in pictures.pairs])
            depth.check([pair.lr for pair in pictures.pairs if pair.lr is not None])
        return cls(tuple(viewed), every, scorer, choice, patience)

    @property
    def sets(self) -> list[str]:
        """The names of the sets."""
        return list(dict.fromkeys(each.set for each in self.pictures))

    def check(self, network: Network) -> None:
        """Score once what is small: a picture that network or metric cannot take is told before the first step.

        Raises:
            PictureError: there is one.
        """
        device = next(network.parameters()).device
        for picture in self.pictures:
            height, width = picture.hr.shape[:2]
            if min(height, width) < SMALL:
                try:
                    list(replace(self, pictures=(picture,)).scores(network, device))
                except (RequestError, RuntimeError, ValueError) as error:
                    reason = str(error).splitlines()[0].rstrip(".")
                    raise PictureError(
                        picture.file, f"{width}x{height} pixels are too few to validate on: {reason}."
                    ) from error

    def scores(self, network: Network, device: torch.device) -> Iterator[tuple[Viewed, Pixels, dict[str, float]]]:
        """Yield each picture, its SR in 8 bits and its scores; the network is in evaluation mode meanwhile."""
        training = network.training
        network.eval()
        for picture in self.pictures:
            sr = _enlarge(network, picture.lr, device)
            named = self.scorer(sr, picture.hr, network.scale, picture.lr)
            yield picture, sr, {f"{KIND}{picture.set}/{metric}": value for metric, value in named.items()}
        network.train(training)

    def best(self) -> Best:
        """Return what chooses the best weights, before there are any."""
        return Best(self.choice, self.patience)

    def chosen_on(self) -> dict[str, object]:
        """Return what weights say of the pictures that they were chosen on; nothing where they were not chosen."""
        if self.choice is None:
            return {}
        mine = [each for each in self.pictures if self.choice.set in ("", each.set)]
        names = list(dict.fromkeys(each.set for each in mine))
        return {"chosen_on": {"sets": names, "by": self.choice.text, "hr": [sha256(each.file) for each in mine]}}


@torch.inference_mode()
def _enlarge(network: Network, lr: Pixels, device: torch.device) -> Pixels:
    """Return SR of a whole picture, in tiles where the network's reach allows it: memory stays bounded."""
    image = image_of(lr).to(device)
    radius = network.receptive_radius
    sr = network(image) if radius is None else tiled(network, image, scale=network.scale, tile=TILE, overlap=radius)
    return pixels_of(sr)
