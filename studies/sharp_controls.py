"""What a sharp network is worth beside the soft one whose pictures are sharpened by a filter or have white noise added.

    python studies/sharp_controls.py --data DIR --weights WEIGHTS --sets Kodak24 --network runs/sharp --levels 1,2

LR by bicubic reduction. `colour` is how far the mean colours of blocks of 32 pixels are from HR's, in levels: on
average, and in the worst picture. DIR holds the test sets, WEIGHTS what LPIPS and NIQE need (lpips_weights.py makes
AlexNet's). A sharp network learned from SqueezeNet's features, so it is judged by AlexNet's and VGG-16's.
"""

import argparse
from itertools import product
from pathlib import Path

import numpy as np
from photo_sharp import Change, made
from torch.nn.functional import avg_pool2d

import acutance
from acutance import images
from acutance.comparison.untrained import Filter, Noise
from acutance.metrics import PROTOCOLS
from acutance.ops import image_of

METRICS = ("psnr", "ssim", "niqe", "lpips_alex", "lpips_vgg", "lpips_squeeze", "grid")
SOFT, SCALE, BLOCK = "default-x4", 4, 32


def main() -> None:
    """Print a line for each set and who made SR of it."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--weights", type=Path, required=True)
    words.add_argument("--sets", default="Set5,Set14")
    words.add_argument("--network", action="append", default=[])
    words.add_argument("--factors", type=_numbers, default=[])
    words.add_argument("--levels", type=_numbers, default=[])
    words.add_argument("--out", type=Path, default=Path("build/sharp_controls"))
    given = words.parse_args()
    for name in given.sets.split(","):
        soft = given.out / name / "soft"
        acutance.evaluate(SOFT, data=given.data, sets=name, save=soft)
        folders = {SOFT: soft / name}
        for factor, levels in product([1, *given.factors], [0, *given.levels]):
            if (factor, levels) != (1, 0):
                out = given.out / name / f"{factor:g}-{levels:g}"
                folders[f"filter {factor:g}, noise {levels:g}"] = made(folders[SOFT], out, _changed(factor, levels))
        for place, network in enumerate(given.network):
            acutance.evaluate(network, data=given.data, sets=name, save=given.out / name / str(place))
            folders[network] = given.out / name / str(place) / name
        for who, folder in folders.items():
            print(f"{name} {who}: {_scored(folder, given.data / name, given.weights)}", flush=True)


def _changed(factor: float, levels: float) -> Change:
    sharpened, noisy = Filter(factor).changed, Noise(levels).changed
    if levels == 0:
        return sharpened
    return noisy if factor == 1 else lambda pixels: noisy(sharpened(pixels))


def _scored(results: Path, hr: Path, weights: Path) -> str:
    scorer = PROTOCOLS["pcl"].scorer(METRICS, weights=weights)
    pairs = [(images.read(results / f"{path.stem}.png").pixels, images.read(path).pixels) for path in images.find(hr)]
    found = [scorer(sr, original, SCALE) for sr, original in pairs]
    said = [f"{metric} {np.mean([each[metric] for each in found]):.4g}" for metric in METRICS]
    off = [_colour(sr, original) for sr, original in pairs]
    return ", ".join([*said, f"colour {np.mean(off):.3f} and {max(off):.3f}"])


def _colour(sr: np.ndarray, hr: np.ndarray) -> float:
    made, original = image_of(sr), image_of(hr[: len(sr), : len(sr[0])])
    return 255 * float((avg_pool2d(made, BLOCK) - avg_pool2d(original, BLOCK)).abs().mean())


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split(",")]


if __name__ == "__main__":
    main()
