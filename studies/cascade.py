"""A crisp network for photographs in two stages, of which none ships: what came of it is in docs/log.md.

    acutance train studies/cascade.py:draws --data DIR --critic-steps 60 --steps 2400 --batch 8 --patch 96 --out RUN
    acutance train studies/cascade.py:taught --data joined/hr --lr joined/lr --critic-steps 60 --out TAUGHT
    python studies/cascade.py RUN/checkpoints/last.safetensors --share 0.5 --out half.safetensors

    clean = first(LR), reduced four times by bicubic: as large as LR, without its noise and blocks
    SR    = second(clean)
    L     = L_1 + a L_adv + b L_per + c C + 200 L_flat     a: 6 times L_1's gradient, b: 24 times, c: half
    w     = share w(trained) + (1 - share) w(sharp-x4)     of the second stage

Both stages are RLFN: the first is `real-x4` and does not learn, the second starts from `sharp-x4`. The terms are those
of sharp.py's fourth stage, LR that of photo.py. A network that is to draw detail takes the blocks of a JPEG for detail;
behind one that has learned by L1 alone to be rid of them it sees fewer. What was measured began with the `sharp-x4` of
7bde190. `taught` learns from pairs whose HR is what Real-ESRGAN makes of LR with the coarse parts of `real-x4`
(pairs.py), with a at 3 times. The last command writes a network between the trained one and its start, interpolated as
ESRGAN's authors do.
"""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path

import sharp
from photo import Photograph
from torch import Tensor, nn

from acutance import checkpoints
from acutance.experiment import Adam, Experiment, Term
from acutance.networks import Own
from acutance.ops import bicubic
from acutance.recipes.esrgan import with_terms
from acutance.recipes.recipe import Recipe, Request
from acutance.tensors import read_weights


class Cascade(nn.Module):
    """Two networks for x4, one after the other."""

    scale = sharp.SCALE

    def __init__(self) -> None:
        super().__init__()
        self.clean = checkpoints.load("real-x4")
        self.sharpen = checkpoints.load("sharp-x4")

    def settings(self) -> dict[str, int]:
        """Return none: the two are those that ship."""
        return {}

    def forward(self, lr: Tensor) -> Tensor:
        """Return SR of LR, (b, 3, h, w)."""
        return self.sharpen(bicubic(self.clean(lr).clamp(0, 1), 1 / self.scale))


def _taught(pull: float, request: Request) -> Experiment:
    terms = with_terms(sharp.detail(pull, 24.0, True, 0.995, request), {"flat": Term(200.0, sharp.FlatPixel())})
    optimizer = Adam(learning_rate=2e-4)
    return replace(terms, network=Cascade(), frozen=("model.clean",), optimizer=optimizer, initialised_from="")


def _draws(request: Request) -> Experiment:
    return replace(_taught(6.0, request), degradation=Photograph(sharp.SCALE))


taught = Recipe(partial(_taught, 3.0), "a second stage that learns from pairs")
draws = Recipe(_draws, "a second stage that draws")


def main() -> None:
    """Write the network in between."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("trained", type=Path)
    words.add_argument("--share", type=float, default=0.5)
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    network = Own(Cascade())
    start, learned = network.state_dict(), read_weights(given.trained)
    network.load_state_dict({key: start[key].lerp(learned[key], given.share) for key in start})
    checkpoints.save(given.out, network, {"mixed": f"studies/cascade.py --share {given.share:g}"})


if __name__ == "__main__":
    main()
