"""Whether weights were chosen on the pictures that they are scored on: a score there is no test of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from acutance.checkpoints import locate
from acutance.data import PictureSet
from acutance.errors import AcutanceError
from acutance.files import sha256
from acutance.networks import Network
from acutance.scores.results import Results
from acutance.tensors import read


@dataclass(frozen=True)
class Chosen:
    """By what weights were chosen, and on which pictures: the SHA-256 of their files."""

    by: str
    pictures: frozenset[str]

    def on(self, pictures: PictureSet) -> bool:
        """Whether any picture of a set is among them."""
        return any(sha256(pair.hr) in self.pictures for pair in pictures.pairs)


def chosen_on(source: str | PathLike[str] | Network) -> Chosen | None:
    """Return what a file of weights, a run or a bundled name says of how it was chosen; None where it says nothing."""
    if isinstance(source, Network):
        return None
    try:
        path = locate(Path(source))
        header = read(path).header if path.suffix == ".safetensors" else None
    except AcutanceError:  # whoever loads it says so
        return None
    match (header or {}).get("card"):
        case {"chosen_on": {"by": str(by), "hr": [*hashes]}}:
            return Chosen(by, frozenset(map(str, hashes)))
        case _:
            return None


def marked(results: Results, chosen: Chosen | None, sets: Iterable[PictureSet]) -> Results:
    """Return results in which each set that the weights were chosen on says so."""
    if chosen is None:
        return results
    found: Mapping[str, PictureSet] = {each.name: each for each in sets}
    told = {
        name: replace(result, chosen=chosen.by) if name in found and chosen.on(found[name]) else result
        for name, result in results.sets.items()
    }
    return replace(results, sets=told)


def same_pictures(sets: Sequence[PictureSet], others: Sequence[PictureSet]) -> list[str]:
    """Return the names of the sets of which a picture is in one of the others, by the contents of their files."""
    theirs = frozenset(sha256(pair.hr) for each in others for pair in each.pairs)
    return [each.name for each in sets if Chosen("", theirs).on(each)] if theirs else []
