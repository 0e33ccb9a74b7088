"""RLFN learns from Real-ESRGAN's degradation for 300 steps: does L1 fall on degraded pictures that it has not seen?

    python studies/second_order.py --data DIR --out runs/second-order

DIR holds CID22/, whose 112 pictures train, and Set5/, which is degraded once, always alike, and validated on. Begun
again, it goes on where it was interrupted. The result goes to studies/results/tasks/second-order.json.
"""

import argparse
from pathlib import Path

import numpy as np

import acutance
from acutance.files import write_json

RESULT = Path(__file__).parent / "results" / "tasks" / "second-order.json"
RECIPE, SET = "real:rlfn", "Set5"
OWN = f"{Path(__file__)}:absolute_error"


def absolute_error(sr: np.ndarray, hr: np.ndarray) -> float:
    """The mean absolute difference in levels of 255: L1."""
    return float(np.abs(sr.astype(np.float32) - hr).mean())


def learn(data: Path, out: Path) -> None:
    """Train, and keep the curve of validation beside what bicubic makes of the same pictures."""
    run = acutance.train(
        RECIPE, data=data / "CID22", out=out, steps=300, batch=4, patch=64, precision="bf16-mixed", device="cpu",
        validate=data / SET, metrics=OWN, every=50, resume=True,
    )  # fmt: skip
    bicubic = acutance.evaluate("bicubic", data=data, sets=SET, degraded="real", metrics=["psnr", "ssim", OWN])
    prefix = f"validation/{SET}/"
    curves = {_short(name): values for name, values in run.curve.items() if name.startswith(prefix)}
    means = {_short(name): value for name, value in next(iter(bicubic.sets.values())).means.items()}
    write_json(RESULT, {"recipe": RECIPE, "set": SET, "curves": curves, "bicubic": means})


def main() -> None:
    """Learn from the pictures of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    learn(asked.data, asked.out)


def _short(name: str) -> str:
    return name.rpartition("/")[2].rpartition(":")[2]


if __name__ == "__main__":
    main()
