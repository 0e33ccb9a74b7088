"""Writes pictures of one colour each, from which a network learns to keep what is flat.

    python studies/flats.py --out flats --pictures 80

A third are corners of the cube of colours, a third lie on its faces, a third anywhere: full colours are rare in
photographs, and networks are wrong there first. `--near magenta --pictures 80` and `--near blue --pictures 120` are
what ended `rlfn-x2`: full magenta, half of them up to 39 levels from it; blue to magenta, half of them up to 29 off.
`--near green --pictures 200` did for `real-x4` and `real-x2`.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 640
"""Patches are drawn by area: 80 of these are a tenth of what is drawn beside the 412 pictures that train what ships."""


def colours(count: int, seed: int) -> np.ndarray:
    """Return (count, 3) colours in 0..255."""
    random = np.random.default_rng(seed)
    inside = random.integers(0, 256, (count, 3))
    corners = random.integers(0, 2, (count, 3)) * 255
    pinned = np.arange(3) == random.integers(0, 3, count)[:, None]
    faces = np.where(pinned, corners, inside)
    kinds = np.stack([corners, faces, inside])
    return kinds[np.arange(count) % 3, np.arange(count)].astype(np.uint8)


def near_magenta(count: int) -> np.ndarray:
    """Return (count, 3) colours of which about half are full magenta."""
    random = np.random.default_rng(3)
    found = [[255, 0, 255] + random.integers(0, 2) * random.integers(0, 40, 3) * [-1, 1, -1] for _ in range(count)]
    return np.array(found, np.uint8)


def near_blue(count: int) -> np.ndarray:
    """Return (count, 3) colours with any red, little green and much blue."""
    random = np.random.default_rng(4)
    found = [
        (
            random.integers(0, 256),
            random.integers(0, 2) * random.integers(0, 30),
            255 - random.integers(0, 2) * random.integers(0, 30),
        )
        for _ in range(count)
    ]
    return np.array(found, np.uint8)


def near_green(count: int) -> np.ndarray:
    """Return (count, 3) colours with any red, much green and little blue."""
    random = np.random.default_rng(5)
    ranges = ((0, 256), (100, 256), (0, 80))
    return np.stack([random.integers(low, high, count) for low, high in ranges], 1).astype(np.uint8)


NEAR = {"magenta": near_magenta, "blue": near_blue, "green": near_green}


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--near", choices=NEAR)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    drawn = NEAR[asked.near](asked.pictures) if asked.near else colours(asked.pictures, asked.seed)
    for number, colour in enumerate(drawn):
        Image.fromarray(np.broadcast_to(colour, (SIDE, SIDE, 3))).save(asked.out / f"flat-{number:03}.png")


if __name__ == "__main__":
    main()
