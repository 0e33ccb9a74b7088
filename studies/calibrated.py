"""Has a trained RLFN keep flat colours: its last convolution is corrected by least squares, and nothing is trained.

    python studies/calibrated.py --network runs/x/checkpoints/last.safetensors --ridge 0.001 --out x.safetensors

    minimise over D   sum w |F D - (C - G)|^2 + ridge |P D|^2

F holds the features before the last convolution in flat pictures of the colours C, their means over the nine places of
a kernel, with a one for the bias, and G what the network makes of them: each place takes a ninth of D. P holds how
large each feature is in photographs, the root of its mean square: what bf16 rounds away grows with that, and so does
what a change does to pictures, so the correction takes the features that are small there. It is solved ROUNDS times,
with weights w that grow where a place is still far off. Prints how far flat colours that were not used are off, before
and after. A small ridge costs detail and 16 bits (docs/log.md). `sharp-x4` was corrected so with 0.001; `real-x4` and
`real-x2` as this was up to 7bde190, once and with P = 1.
"""

import argparse
from itertools import chain, product
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from acutance import checkpoints, images
from acutance.demo.course import PHOTOS
from acutance.networks import RLFN, Network
from acutance.ops import bicubic, image_of
from acutance.upscaling.border import BORDER

SHAPES = ((52, 55), (64, 49))
"""Heights and widths of the flat pictures: the attention of RLFN pools, so features differ from place to place."""
ROUNDS, MOST, CHUNK = 5, 2000.0, 100_000
"""How often it is solved, what a place may weigh of a mean one, and how many are summed at a time."""
TINY = 1e-6
"""The size that the bias counts as, which may change freely."""


@torch.no_grad()
def seen(network: Network, colours: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return (n, c) features before the last convolution in flat pictures, its (n, o) output, and what that should be.

    The last are the colours, each for all places of the pixel shuffle.
    """
    found: list[tuple[Tensor, Tensor]] = []
    watch = _last(network).register_forward_hook(
        lambda _, given, made: found.append((_kept(avg_pool2d(given[0], 3, 1, 1)), _kept(made)))
    )
    right: list[Tensor] = []
    for shape in SHAPES:
        for some in colours.split(32):
            network(some[:, :, None, None].expand(-1, -1, *shape).contiguous())
            right.append(some.repeat_interleave(len(found[-1][0]) // len(some), 0))
    watch.remove()
    features, made = (torch.cat(each) for each in zip(*found, strict=True))
    return features, made, network.rgb_range * torch.cat(right).repeat_interleave(network.scale**2, 1)


@torch.no_grad()
def sizes(network: Network) -> Tensor:
    """Return the mean square of each feature before the last convolution in the photographs that ship, (c,)."""
    found: list[Tensor] = []
    watch = _last(network).register_forward_hook(lambda _, given, made: found.append(given[0].square().mean((0, 2, 3))))
    for photograph in images.find(PHOTOS / "train"):
        network(bicubic(image_of(images.read(photograph).pixels), 1 / network.scale).clamp(0, 1))
    watch.remove()
    return torch.stack(found).mean(0)


def calibrate(network: Network, colours: Tensor, ridge: float) -> None:
    """Correct the last convolution in place."""
    features, made, right = seen(network, colours)
    last, inputs, wrong = _last(network), torch.cat([features, torch.ones(len(features), 1)], 1), right - made
    penalty = ridge * torch.diag(torch.cat([sizes(network), torch.full((1,), TINY)]).double())
    weights = torch.ones(len(inputs), 1)
    change = torch.zeros(inputs.shape[1], wrong.shape[1])
    for _ in range(ROUNDS):
        change = _solved(inputs, wrong, weights / weights.mean(), penalty)
        off = (wrong - inputs @ change).abs().amax(1, keepdim=True)
        weights = (weights / weights.mean() * (0.2 + off / off.mean()).square()).clamp(max=MOST)
    taps = last.weight[0, 0].numel()
    with torch.no_grad():
        last.weight += change[:-1].T[:, :, None, None] / taps
        assert last.bias is not None
        last.bias += change[-1]


def _solved(inputs: Tensor, wrong: Tensor, weights: Tensor, penalty: Tensor) -> Tensor:
    gram, sums = torch.zeros_like(penalty), torch.zeros(len(penalty), wrong.shape[1]).double()
    for some, its, weight in zip(inputs.split(CHUNK), wrong.split(CHUNK), weights.split(CHUNK), strict=True):
        weighed = (some * weight).double().T
        gram, sums = gram + weighed @ some.double(), sums + weighed @ its.double()
    return torch.linalg.solve(gram / len(inputs) + penalty, sums / len(inputs)).float()


def _last(network: Network) -> nn.Conv2d:
    if not isinstance(network, RLFN):
        raise SystemExit(f"{network.name} is no RLFN, whose last convolution a pixel shuffle alone follows.")
    return [module for module in network.modules() if isinstance(module, nn.Conv2d)][-1]


def _kept(planes: Tensor) -> Tensor:
    """Return (places, c) of the (b, c, h, w) planes, picture by picture, as `acutance.upscale` would keep them.

    It shows a network BORDER pixels more on each side.
    """
    return planes[:, :, BORDER:-BORDER, BORDER:-BORDER].flatten(2).transpose(1, 2).flatten(0, 1)


def _off(network: Network, colours: Tensor) -> str:
    _, made, right = seen(network, colours)
    levels = 255 / network.rgb_range * (right - made).abs()
    return f"{levels.max():.2f} levels at most, {levels.mean():.3f} on average"


def learned_colours() -> list[tuple[int, ...]]:
    """Return two grids of colours that fill the cube, and every grey, which pictures have most."""
    grids = [product(values, repeat=3) for values in ((0, 43, 85, 128, 170, 213, 255), (0, 64, 128, 192, 255))]
    return [*chain(*grids), *((grey,) * 3 for grey in range(256))]


def main() -> None:
    """Correct a network, and write it."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--network", required=True)
    words.add_argument("--ridge", type=float, default=0.001)
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    network = checkpoints.load(given.network).eval()
    learned = torch.tensor(learned_colours()) / 255
    others = torch.randint(256, (250, 3), generator=torch.Generator().manual_seed(1)) / 255
    print(f"before: {_off(network, others)}")
    calibrate(network, learned, given.ridge)
    print(f"after: {_off(network, others)}")
    checkpoints.save(given.out, network, {"calibrated": f"studies/calibrated.py --ridge {given.ridge:g}"})


if __name__ == "__main__":
    main()
