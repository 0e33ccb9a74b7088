"""Draws docs/images/degradations.webp: what each degradation does to one crop of a photograph of the package.

python studies/degradation_sheet.py
"""

from pathlib import Path

import cv2
import numpy as np
from matplotlib import pyplot as plt
from PIL import Image

import acutance
from acutance import images
from acutance.degrade import (
    JPEG,
    Blur,
    CameraNoise,
    Chain,
    Fit,
    GaussianNoise,
    PoissonNoise,
    SecondOrder,
    Shuffle,
    Sinc,
    Step,
    WebP,
)

OUT = Path(__file__).parents[1] / "docs" / "images" / "degradations.webp"
PHOTO, TOP, LEFT, SIDE, SCALE = "test/chelsea.webp", 40, 110, 160, 4
COLUMNS, SEED = 5, 8


def blur(form: str, round_share: float = 1.0, sigma: tuple[float, float] = (2.5, 2.5)) -> Blur:
    return Blur(sigma, (15, 15), ((form, 1.0),), round_share, (0.6, 0.6), (1.5, 1.5))


def quarter(manner: str) -> Chain:
    """A quarter of the size in one manner, which stands enlarged without smoothing."""
    return Chain(Fit((SIDE // SCALE, SIDE // SCALE), (manner,)))


STEPS: dict[str, Step] = {
    "Gaussian blur": blur("gaussian"),
    "anisotropic blur": blur("gaussian", 0.0, (0.7, 4.0)),
    "generalised blur": blur("generalised"),
    "plateau blur": blur("plateau"),
    "sinc": Sinc((21, 21), (0.9, 0.9)),
    **{f"resize, {manner}": quarter(manner) for manner in ("area", "bilinear", "bicubic", "nearest")},
    "Chain(Blur, noise, JPEG)": Chain(blur("gaussian"), GaussianNoise((8, 8), 0), JPEG((40, 40))),
    "Gaussian noise, colour": GaussianNoise((25, 25), grey=0),
    "Gaussian noise, grey": GaussianNoise((25, 25), grey=1),
    "Poisson noise, colour": PoissonNoise((2, 2), grey=0),
    "Poisson noise, grey": PoissonNoise((2, 2), grey=1),
    "camera noise": CameraNoise((0.01, 0.01)),
    "JPEG, quality 15": JPEG((15, 15)),
    "WebP, quality 10": WebP((10, 10)),
}


def panels() -> dict[str, np.ndarray]:
    """Return the crop as each leaves it, all SIDE pixels high and wide."""
    whole = images.read(Path(acutance.__file__).parent / "photos" / PHOTO).pixels
    hr = (whole[TOP : TOP + SIDE, LEFT : LEFT + SIDE] / np.float32(255)).astype(np.float32)
    found = {"original": hr}
    found |= {name: step(hr, np.random.default_rng(SEED)) for name, step in STEPS.items()}
    found |= {"Shuffle, x4": Shuffle(SCALE)(hr, SEED), "SecondOrder, x4": SecondOrder(SCALE)(hr, SEED)}
    return {name: cv2.resize(each, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST) for name, each in found.items()}


def main() -> None:
    """Draw the sheet."""
    plt.switch_backend("agg")
    found = panels()
    rows = -(-len(found) // COLUMNS)
    figure, axes = plt.subplots(rows, COLUMNS, figsize=(COLUMNS * 1.8, rows * 2.0), dpi=110, layout="constrained")
    for place in axes.flat:
        place.axis("off")
    for place, (name, picture) in zip(axes.flat, found.items(), strict=False):
        place.imshow(picture, interpolation="nearest")
        place.set_title(name, fontsize=8)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]  # pyright: ignore[reportAttributeAccessIssue]
    Image.fromarray(pixels).save(OUT, quality=80, method=6)


if __name__ == "__main__":
    main()
