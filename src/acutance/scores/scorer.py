"""Scores one picture; whatever is wrong with it becomes a sentence, and costs that picture only."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from acutance import images
from acutance.data import Pair, PictureSet, decode
from acutance.data.decode import is_grey
from acutance.degrade import Bicubic
from acutance.errors import PictureError, RequestError
from acutance.progress import track
from acutance.scores.opaque import read_scored
from acutance.scores.results import Scores, SetResult

Pixels = UInt8[np.ndarray, "_ _ 3"]
Upscaler = Callable[[UInt8[np.ndarray, "h w 3"]], UInt8[np.ndarray, "H W 3"]]
"""Makes an SR picture of an LR picture, both RGB."""
Source = Callable[[str, Pair, Pixels], Pixels]
"""Has the SR picture for (name of the set, pair, LR): made of LR, or found among files."""
Score = Callable[[Pixels, Pixels, int, Pixels | None], Scores]
"""Scores (SR, HR, scale, LR), such as an `acutance.metrics.Scorer`."""


@dataclass(frozen=True)
class Task:
    """A picture to score for a network, and the folder that its SR is to be kept in."""

    network: str
    set_name: str
    pair: Pair
    folder: Path | None


@dataclass(frozen=True)
class ScoredPicture:
    """The scores of a picture and what a reader should know of it; or, in a sentence, why there are none."""

    scores: Scores
    remark: str = ""
    failed: str = ""


@dataclass(frozen=True)
class PictureScorer:
    """Scores pictures, each by itself.

    Args:
        sources: by the name of the network.
        score: what takes the scores.
        scale: how many times larger SR is than LR.
    """

    sources: Mapping[str, Source]
    score: Score
    scale: int

    def __call__(self, task: Task) -> ScoredPicture:
        """Return the scores of a picture, or what is wrong with it."""
        try:
            return self._scored(task)
        except PictureError as error:
            return ScoredPicture({}, failed=str(error))

    def all(self, tasks: Iterable[Task]) -> Iterator[ScoredPicture]:
        """Score pictures one after the other."""
        return map(self, tasks)

    def _scored(self, task: Task) -> ScoredPicture:
        pair = task.pair
        hr, lr = decode(pair, Bicubic(self.scale), read=read_scored)
        sr = self.sources[task.network](task.set_name, pair, lr)
        if sr.shape != hr.shape:
            wanted = f"x{self.scale} should give {_size(hr)}"
            raise PictureError(pair.hr, f"its SR is {_size(sr)} from an LR of {_size(lr)}; {wanted}.")
        try:
            scores = self.score(sr, hr, self.scale, lr)
        except RequestError as error:
            raise PictureError(pair.hr, str(error)) from error
        if task.folder is not None:
            images.write(task.folder / f"{pair.name}.png", sr)
        return ScoredPicture(scores, "grey, scored as three equal channels" if is_grey(hr) else "")


def from_lr(upscaler: Upscaler) -> Source:
    """Return the source that makes SR of LR."""
    return lambda _set_name, _pair, lr: upscaler(lr)


def score_set(
    pictures: PictureSet,
    network: str,
    score_all: Callable[[Iterable[Task]], Iterator[ScoredPicture]],
    save: Path | None,
) -> SetResult:
    """Score a set; `score_all` is `PictureScorer.all` or another that does the same, in the same order."""
    folder = save and save / pictures.name
    tasks = [Task(network, pictures.name, pair, folder) for pair in pictures.pairs]
    scored = track(score_all(tasks), f"{network} on {pictures.name}", len(tasks))
    by_name = dict(zip((pair.name for pair in pictures.pairs), scored, strict=True))
    return SetResult(
        {name: each.scores for name, each in by_name.items() if not each.failed},
        {name: each.failed for name, each in by_name.items() if each.failed} | dict(pictures.refused),
        len(pictures.pairs) + len(pictures.refused),
        {name: each.remark for name, each in by_name.items() if each.remark},
        pictures.lr,
    )


def _size(pixels: Pixels) -> str:
    return f"{pixels.shape[1]}x{pixels.shape[0]}"
