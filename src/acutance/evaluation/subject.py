"""What is scored: a network in any of the forms that one has it in, a function, bicubic, or pictures made elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from os import PathLike
from pathlib import Path

from acutance.data import PictureSet
from acutance.errors import RequestError
from acutance.networks import Network
from acutance.scores.benchmark import bicubic_source
from acutance.scores.candidate import Candidate
from acutance.scores.elsewhere import find_results
from acutance.scores.scorer import Source, Upscaler, from_lr

BICUBIC, INPUT = "bicubic", "input"
SCALE = 4
"""Of what does not say its own."""
Begin = Callable[[], Source]


def baseline(scale: int) -> str:
    """Return what stands beside every network: bicubic, or at scale 1 what is to be restored as it is."""
    return BICUBIC if scale > 1 else INPUT


@dataclass(frozen=True)
class Subject:
    """What is scored.

    Args:
        name: how tables call it.
        scale: how many times larger SR is than LR.
        design: the name of its design, by which rows of the papers' tables are found.
        begin: returns, for the sets that are to be scored, what makes the source of their SR.
    """

    name: str
    scale: int
    design: str
    begin: Callable[[Sequence[PictureSet]], Begin]

    def sources(self, sets: Sequence[PictureSet], *, alone: bool) -> dict[str, Begin]:
        """Return what makes the SR of the baseline and its own, by name; its own only where it is scored alone."""
        beside = {} if alone else {baseline(self.scale): partial(bicubic_source, self.scale)}
        return {**beside, self.name: self.begin(sets)}


@dataclass(frozen=True)
class Working:
    """How a network is to work; see `acutance.scores.candidate.Candidate`."""

    tile: int | None
    ensemble: bool
    device: str
    cache: Path | None
    workers: int
    engine: str | None = None
    precision: str = "32"
    trust: bool = False
    cluster: str | None = None


def subject_of(network: str | PathLike[str] | Network | Upscaler, scale: int | None, working: Working) -> Subject:
    """Return what a network stands for.

    Raises:
        RequestError: there is no such network, its scale is not `scale`, or it cannot work in that way.
    """
    if network == BICUBIC:
        return Subject(BICUBIC, scale or SCALE, BICUBIC, _of_any(partial(bicubic_source, scale or SCALE)))
    if not isinstance(network, str | PathLike | Network):
        return _function(network, scale or SCALE, working)
    source = network if isinstance(network, Network) else Path(network)
    how = working.tile, working.ensemble, working.device, working.cache, working.engine, working.precision
    candidate = Candidate(source, scale, *how, trust=working.trust)
    found, design, inexact = candidate.describe()
    name = design if isinstance(source, Network) else str(source)
    # What is no number of the published protocol says so wherever its name stands.
    return Subject(f"{name} ({inexact})" if inexact else name, found, design, _of_any(candidate))


def elsewhere(folder: Path, scale: int | None) -> Subject:
    """Return SR pictures that another program made, by their folder."""
    scale = scale or SCALE
    return Subject(str(folder), scale, str(folder), lambda sets: find_results(folder, sets, scale).begin)


def _of_any(begin: Begin) -> Callable[[Sequence[PictureSet]], Begin]:
    """Return a begin that does not ask which sets there are."""
    return lambda _sets: begin


def _function(upscaler: Upscaler, scale: int, working: Working) -> Subject:
    asked = {"tile": working.tile, "ensemble": working.ensemble, "cache": working.cache, "workers": working.workers > 1}
    asked |= {"engine": working.engine, "precision": working.precision != "32", "cluster": working.cluster}
    for option in (option for option, given in asked.items() if given):
        raise RequestError(f"{option} is for networks that Acutance can load, not for a function of your own.")
    name = getattr(upscaler, "__name__", type(upscaler).__name__)
    return Subject(name, scale, name, _of_any(partial(from_lr, upscaler)))
