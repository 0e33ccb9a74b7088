"""The inputs: each follows from its number and the seed, so that any of them can be made again by itself."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzz.checksums import behind
from mutations import mutated

USUAL = 10_000
"""Bytes of a valid file, up to which all come up alike."""


@dataclass(frozen=True)
class Seed:
    """A small valid file that inputs are made from."""

    name: str
    content: bytes

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix


def kept(folder: Path, seeds: Sequence[Seed]) -> None:
    """Write valid files into a folder, which holds nothing else then."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for seed in seeds:
        (folder / seed.name).write_bytes(seed.content)


def valid(folder: Path) -> list[Seed]:
    """Return the valid files of a folder, in the order of their names."""
    return [Seed(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def made(seeds: Sequence[Seed], seed: int, number: int) -> Seed:
    """Return the input of a number: one of the valid files, mutated; half of them have right checksums again."""
    chance = random.Random(f"{seed}/{number}")
    # Large files take longer and are damaged where it matters less often: they come up less often.
    (origin,) = chance.choices(seeds, [min(1.0, USUAL / len(each.content)) ** 0.5 for each in seeds])
    deep = chance.random() < 0.5

    def mutate(content: bytes) -> bytes:
        return mutated(content, chance.getrandbits(64))

    content = behind(origin.content, chance, mutate) if deep else mutate(origin.content)
    return Seed(f"{number}-{origin.name}", content)
