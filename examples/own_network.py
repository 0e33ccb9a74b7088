"""Train a network of your own with the contrastive loss of PCL-SR, in your own loop.

    python examples/own_network.py                                        # the photographs that ship with Acutance
    python examples/own_network.py my/photos --steps 20000 --batch 16 --patch 192
    python examples/own_network.py my/photos --batch 4 --accumulate 4     # 16 patches a step in the memory of 4

The network is a small ESPCN (arXiv 1609.05158); data and loop are plain PyTorch, and nothing of Acutance's own training
is used. What PCL adds to such a loop are the lines marked (1) to (6).
"""

import argparse
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, RandomSampler

import acutance  # (1)

PHOTOS = Path(acutance.__file__).parent / "photos" / "train"
SCALE = 4


class ESPCN(nn.Sequential):
    """Three convolutions at the size of LR, then SCALE x SCALE pixels out of each position."""

    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 64, 5, padding=2),
            nn.Tanh(),
            nn.Conv2d(64, 32, 3, padding=1),
            nn.Tanh(),
            nn.Conv2d(32, 3 * SCALE**2, 3, padding=1),
            nn.PixelShuffle(SCALE),
        )


class Patches(Dataset[tuple[Tensor, Tensor]]):
    """A random patch of each picture in a folder, and what is left of it at a quarter of the size; both in [0, 1]."""

    def __init__(self, folder: Path, patch: int) -> None:
        self.patch = patch
        self.pictures = [np.asarray(Image.open(file).convert("RGB")) for file in acutance.images.find(folder)]

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        picture = self.pictures[index]
        top, left = (int(torch.randint(length - self.patch + 1, ())) for length in picture.shape[:2])
        cut = picture[top : top + self.patch, left : left + self.patch]
        hr = torch.from_numpy(cut.copy()).permute(2, 0, 1) / 255
        return acutance.ops.bicubic(hr[None], 1 / SCALE)[0], hr


def train(folder: Path, steps: int, batch: int, patch: int, accumulate: int, learning_rate: float, out: Path) -> None:
    """Take `steps` steps, each on `accumulate` batches, and print how the losses fall."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    data = Patches(folder, patch)
    draws = RandomSampler(data, replacement=True, num_samples=steps * accumulate * batch)
    network = ESPCN().to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
    pcl = acutance.losses.PCL(accumulate=accumulate)  # (2) it brings its embedding network and that one's optimizer

    batches = iter(DataLoader(data, batch, sampler=draws))
    for step in range(1, steps + 1):
        for lr, hr in islice(batches, accumulate):
            lr, hr = lr.to(device), hr.to(device)
            sr = network(lr)
            learned = pcl.learn(sr, hr)  # (3) Eq. 7: the embedding network learns to tell SR from HR
            pixel = F.l1_loss(sr, hr)
            contrastive = pcl(sr, hr)  # (4) Eq. 10: SR nearer to sharpened HR than to blurred HR
            loss = pixel + 0.1 / 255 * contrastive  # (5) Eq. 12: alpha is 0.1 for images in 0..255
            (loss / accumulate).backward()
        optimizer.step()
        optimizer.zero_grad()
        if step == 1 or step % max(1, steps // 10) == 0:
            print(f"step {step}: L1 {pixel:.4f}, contrastive {contrastive:.4f}, embedding network {learned:.4f}")

    # (6) Everything needed to go on later; `pcl.load_state_dict` takes the second part back.
    torch.save({"network": network.state_dict(), "pcl": pcl.state_dict()}, out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=PHOTOS, help="pictures, each as large as a patch")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=4, help="patches that go through the network at once")
    parser.add_argument("--patch", type=int, default=96, help="height and width of the HR patches, a multiple of 4")
    parser.add_argument("--accumulate", type=int, default=1, help="batches whose gradients make one step")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--out", type=Path, default=Path("own_network.pt"), help="where the weights go")
    torch.manual_seed(0)
    train(**vars(parser.parse_args()))
