"""How much of what the contrast asks of a network is sharpening: the cosine between the two at SR, patch by patch.

    python studies/direction.py --network rlfn_x4.pth --embedding e2.safetensors --data DIR --sets Set5,Set14

The contrast asks for the negative of its gradient at SR. A sharpening filter moves SR along SR - S(SR), S the 3 x 3
average of `losses.samples.sharpen`. Both are held against each other on the middles of the pictures, at the running
statistics of the embedding network, with which the contrast looks, and at those of the batch, with which its critic
learns; and so is the way to HR, HR - SR, which says what is worth moving along. Means over draws and patches.
"""

import argparse
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from acutance import checkpoints, critics
from acutance.critics import EmbeddingNetwork
from acutance.data import decode, find_set
from acutance.degrade import Bicubic
from acutance.losses import Contrastive, Embedding
from acutance.losses.samples import sharpen
from acutance.ops import image_of
from acutance.types import Batch, Prediction

SIDE, DRAWS = 96, 4
SCALE = 4


def middle(image: Tensor, side: int) -> Tensor:
    """Return the middle of an image, in step with the LR pixels."""
    top, left = ((length - side) // 2 // SCALE * SCALE for length in image.shape[-2:])
    return image[..., top : top + side, left : left + side]


def asked(loss: Contrastive, sr: Tensor, hr: Tensor) -> Tensor:
    """Return what the contrast asks of SR, the mean over draws of samples and phases."""
    found = torch.zeros_like(sr)
    for _ in range(DRAWS):
        moving = sr.clone().requires_grad_()
        loss(Prediction(moving), Batch(middle(hr, SIDE // SCALE), hr)).backward()
        assert moving.grad is not None
        found -= moving.grad / DRAWS
    return found


def along(first: Tensor, second: Tensor) -> float:
    """Return the mean cosine of two moves, patch by patch, each less its mean colour."""
    flat = [(each - each.mean(dim=(2, 3), keepdim=True)).flatten(1) for each in (first, second)]
    return float(cosine_similarity(*flat, dim=1).mean())


def main() -> None:
    """Print a line for each embedding network and way of looking."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--network", required=True)
    words.add_argument("--embedding", required=True)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--sets", default="Set5,Set14")
    given = words.parse_args()
    network = checkpoints.load(given.network)
    pairs = [pair for name in given.sets.split(",") for pair in find_set(given.data, name, SCALE).pairs]
    srs, hrs = [], []
    with torch.no_grad():
        for pair in pairs:
            hr, lr = (image_of(each) for each in decode(pair, Bicubic(SCALE)))
            top, left = ((length - SIDE) // 2 // SCALE * SCALE for length in hr.shape[-2:])
            rows, columns = (slice(start // SCALE, (start + SIDE) // SCALE) for start in (top, left))
            srs.append(network.predict(lr[..., rows, columns]).sr.clamp(0, 1))
            hrs.append(hr[..., top : top + SIDE, left : left + SIDE])
    sr, hr = torch.cat(srs), torch.cat(hrs)
    sharper, better = sharpen(sr, 1.2) - sr, hr - sr
    print(f"{len(sr)} patches; sharpening along the way to HR: {along(sharper, better):+.3f}")
    torch.manual_seed(0)
    for name, critic in (("learned", critics.load(given.embedding)), ("random", EmbeddingNetwork())):
        for by_batch in (False, True):
            embedding = Embedding(batch_statistics=by_batch)
            losses = [Contrastive(critic, embedding=embedding, phase="random", seed=seed) for seed in (1, 2)]
            moves = [asked(loss, sr, hr) for loss in losses]
            sharpening, way = (fmean(along(each, other) for each in moves) for other in (sharper, better))
            told = f"along sharpening {sharpening:+.3f}, along the way to HR {way:+.3f}"
            looked = f"{name}, {'batch' if by_batch else 'running'} statistics"
            print(f"{looked}: {told}; two draws agree to {along(*moves):+.3f}", flush=True)


if __name__ == "__main__":
    main()
