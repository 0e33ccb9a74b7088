"""What a sharp network for photographs is worth beside `real-x4`, and that sharpened by a filter, on degraded LR.

    acutance train studies/sharp.py:photo_gan --init real-x4 --squeezenet FILE --data ... --out runs/sharp
    python studies/photo_sharp.py --data DIR --network runs/sharp/checkpoints/last.safetensors --factors 1.5,2.5,4

On the first eight of Kodak24, as `beside_real_esrgan.py`. DIR holds Kodak24/ and weights/.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from beside_real_esrgan import KINDS, first_pictures

import acutance
from acutance import images
from acutance.comparison.untrained import Filter
from acutance.data import degrade_files
from acutance.degrade import asked_for

METRICS = ("psnr", "ssim", "niqe", "lpips_squeeze", "grid")
PICTURES, SCALE = 8, 4
Change = Callable[[np.ndarray], np.ndarray]


def main() -> None:
    """Print a line for each kind of LR and who made SR of it."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--network", action="append", default=[])
    words.add_argument("--factors", type=lambda text: [float(each) for each in text.split(",")], default=[])
    words.add_argument("--out", type=Path, default=Path("build/photo_sharp"))
    given = words.parse_args()
    hr = first_pictures(given.data / "Kodak24", PICTURES, given.out / "sets" / "Kodak24")
    for kind in KINDS:
        lr = given.out / kind.replace(":", "-")
        degrade_files([hr], asked_for(kind, SCALE), lr)
        soft = made(lr, lr.with_name(f"{lr.name}-real-x4"), _by("real-x4"))
        folders = {"real-x4": soft}
        for factor in given.factors:
            sharpened = lr.with_name(f"{lr.name}-filter-{factor:g}")
            folders[f"real-x4, filter {factor:g}"] = made(soft, sharpened, Filter(factor).changed)
        for place, network in enumerate(given.network):
            folders[network] = made(lr, lr.with_name(f"{lr.name}-{place}"), _by(network))
        for who, folder in folders.items():
            print(f"{kind} {who}: {scored(folder, lr, hr, given.data)}", flush=True)


def _by(network: str) -> Change:
    loaded = acutance.load(network)
    return lambda pixels: acutance.upscale(pixels, loaded, device="cpu")


def made(source: Path, out: Path, change: Change) -> Path:
    """Write what is made of each picture of a folder, and return where."""
    for path in images.find(source):
        images.write(out / f"{path.stem}.png", change(images.read(path).pixels))
    return out


def scored(results: Path, lr: Path, hr: Path, data: Path) -> str:
    """Return the scores of a folder of results in a line."""
    found = acutance.evaluate(
        results=results, data=hr.parent, sets=hr.name, scale=SCALE, lr=str(lr), metrics=METRICS,
        weights=data / "weights", device="cpu",
    )[hr.name]  # fmt: skip
    return ", ".join(f"{metric} {found[metric]:.4g}" for metric in METRICS)


if __name__ == "__main__":
    main()
