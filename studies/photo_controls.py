"""What `real-x2` and `real-x4` are worth beside filters: degraded LR is smoothed first, then enlarged by the default.

    python studies/photo_controls.py --data DIR --out build/photo_controls

Of each filter (Gaussian, bilateral, non-local means) the strength is the best of several on the very pictures that are
reported, with the network that ships and with bicubic after it: all to the filter's advantage. DIR holds Set5/.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

import acutance
from acutance import images
from acutance.data import degrade_files
from acutance.degrade import asked_for

KINDS = ("jpeg:40", "noise:8", "real")
Filter = Callable[[np.ndarray, float], np.ndarray]
FILTERS: dict[str, tuple[Filter, tuple[float, ...]]] = {
    "nothing": (lambda lr, _: lr, (0,)),
    "Gaussian": (lambda lr, sigma: cv2.GaussianBlur(lr, (0, 0), sigma), (0.4, 0.5, 0.6, 0.8)),
    "bilateral": (lambda lr, levels: cv2.bilateralFilter(lr, 5, levels, 1.5), (10, 20, 35)),
    "non-local means": (lambda lr, h: _non_local(lr, h), (2, 4, 6, 9)),
}


def main() -> None:
    """Print a line for each kind of LR: every filter at its best strength, then the network for photographs."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--out", type=Path, default=Path("build/photo_controls"))
    given = words.parse_args()
    for scale in (2, 4):
        for kind in KINDS:
            lr = given.out / f"x{scale}-{kind.replace(':', '-')}"
            degrade_files([given.data / "Set5"], asked_for(kind, scale), lr)
            cells = [f"{name} {_best(name, lr, scale, given)}" for name in FILTERS]
            ours = acutance.evaluate(f"real-x{scale}", data=given.data, sets="Set5", lr=str(lr), device="cpu")
            print(f"x{scale} {kind}: {'; '.join(cells)}; real-x{scale} {ours['Set5']['psnr']:.2f}", flush=True)


def _non_local(lr: np.ndarray, h: float) -> np.ndarray:
    blue_first = np.ascontiguousarray(lr[..., ::-1])
    return np.ascontiguousarray(cv2.fastNlMeansDenoisingColored(blue_first, None, h, h, 5, 15)[..., ::-1])


def _best(name: str, lr: Path, scale: int, given: argparse.Namespace) -> str:
    """Return the best PSNR over the strengths of a filter, and what it is of."""
    smooth, strengths = FILTERS[name]
    found: list[tuple[float, str]] = []
    for strength in strengths:
        folder = lr.with_name(f"{lr.name}-{name.replace(' ', '-')}-{strength}")
        for path in images.find(lr):
            images.write(folder / path.name, smooth(images.read(path).pixels, strength))
        scored = acutance.evaluate(f"default-x{scale}", data=given.data, sets="Set5", lr=str(folder), device="cpu")
        found.append((scored["Set5"]["psnr"], f"default, {strength:g}"))
        assert scored.baseline is not None
        found.append((scored.baseline["Set5"]["psnr"], f"bicubic, {strength:g}"))
    value, how = max(found)
    return f"{value:.2f} ({how})"


if __name__ == "__main__":
    main()
