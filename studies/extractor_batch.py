"""What 16 patches an update in place of SPSR's 48 change for a structure extractor: the direction of its gradient.

    python studies/extractor_batch.py PICTURES... --json studies/results/extractor_batch.json

The extractor `contrastive-h` goes on for --steps steps with a fresh head. Then its gradient is taken on --batches
batches of 16; that of 48 is the mean of three. Told are the cosines of gradients on other pictures, and their norms.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from acutance.data import HIGH_ALONE, PatchStream, Store
from acutance.degrade import Bicubic
from acutance.extractors import StructureExtractor
from acutance.files import write_json
from acutance.pretext.learning import PretextConfig
from acutance.pretext.tasks import Pretext

CPU = torch.device("cpu")
BATCH, TIMES = 16, 3


def gradients(data: list[Path], steps: int, batches: int) -> Iterator[Tensor]:
    """Yield the gradient of the extractor on each batch, after it has learned for some steps."""
    torch.manual_seed(1)
    config = PretextConfig("contrastive", steps=steps, batch=BATCH)
    pretext = config.begin(StructureExtractor.from_file("contrastive-h"))
    optimizer = torch.optim.Adam(pretext.parameters(), lr=1e-3)
    with TemporaryDirectory() as cache:
        store = Store.open(data, cache=Path(cache), degradation=Bicubic(4), minimum=config.patch, declared=HIGH_ALONE)
        stream = PatchStream(store, patch=config.patch, batch=BATCH, seed=1, upright=True)
        for step in range(steps):
            descended(pretext, stream, step)
            optimizer.step()
        for number in range(batches):
            descended(pretext, stream, steps + number)
            yield torch.cat([each.grad.flatten() for each in pretext.extractor.parameters() if each.grad is not None])


def descended(pretext: Pretext, stream: PatchStream, step: int) -> None:
    """Leave the gradient of a batch in the parameters."""
    pretext.zero_grad()
    pretext(stream.batch_at(step, CPU).hr).loss.backward()


def compared(found: Sequence[Tensor]) -> dict[str, dict[str, float]]:
    """Return how gradients of batches lie to each other, at one size and at three times that."""
    large = [torch.stack([*found[at : at + TIMES]]).mean(0) for at in range(0, len(found) - TIMES + 1, TIMES)]
    norms = {"norm": fmean(float(each.norm()) for each in found)}
    return {
        f"{BATCH} patches, {BATCH} others": {"cosine": between(pairwise(found)), **norms},
        f"{TIMES * BATCH} patches, {TIMES * BATCH} others": {
            "cosine": between(pairwise(large)),
            "norm": fmean(float(each.norm()) for each in large),
        },
    }


def between(pairs: Iterator[tuple[Tensor, Tensor]]) -> float:
    """Return the mean cosine of pairs."""
    return fmean(float(cosine_similarity(one, other, dim=0)) for one, other in pairs)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--batches", type=int, default=12)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    told = {"asked": {"steps": asked.steps, "batches": asked.batches}}
    told |= compared([*gradients(asked.data, asked.steps, asked.batches)])
    for name, numbers in told.items():
        print(name, {key: round(value, 4) for key, value in numbers.items()})
    if asked.json is not None:
        write_json(asked.json, told)


if __name__ == "__main__":
    main()
