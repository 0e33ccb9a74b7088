"""Writes three pictures of the documents: what JPEG comes to by three enlargements, detail, and one frame of a film.

    pip install av
    python studies/guide_pictures.py --out docs/images

The photographs are scikit-image's: Chelsea the cat (CC0) and a cup of coffee (CC0).
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw
from skimage import data

import acutance
from acutance.degrade import named

SCALE = 4
CROPS = {"chelsea": (70, 130), "coffee": (60, 250)}
"""The left upper corner of what is shown of each, in pixels of the original."""
HEIGHT, WIDTH, GAP, HEAD = 180, 220, 5, 18
FRAMES, SHOWN = 12, 6
FILM = (128, 96)


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    for name, kind in (("real-x4", "jpeg:40"), ("sharp-x4", "bicubic")):
        _save(compared(name, kind), out / f"{name}.webp")
    with tempfile.TemporaryDirectory() as folder:
        _save(frame_of_a_film(Path(folder)), out / "film-x4.webp")


def compared(name: str, kind: str) -> Image.Image:
    """Return a row for each photograph: bicubic, `default-x4`, another network, the original."""
    rows = [_row(getattr(data, photograph)(), corner, name, kind) for photograph, corner in CROPS.items()]
    picture = _grid(rows, HEAD)
    for place, title in enumerate(("bicubic", "default-x4", name, "original")):
        ImageDraw.Draw(picture).text((place * (WIDTH + GAP) + 4, 3), title, "black")
    return picture


def _row(original: np.ndarray, corner: tuple[int, int], name: str, kind: str) -> list[np.ndarray]:
    rows, columns = (side // SCALE * SCALE for side in original.shape[:2])
    hr = original[:rows, :columns]
    size = (rows // SCALE, columns // SCALE)
    small = named(kind, SCALE).degraded(hr.astype(np.float32) / 255, size, np.random.default_rng(0))
    lr = np.round(small.clip(0, 1) * 255).astype(np.uint8)
    bicubic = np.asarray(Image.fromarray(lr).resize((columns, rows), Image.Resampling.BICUBIC))
    made = [acutance.upscale(lr, each, device="cpu", precision="32") for each in ("default-x4", name)]
    top, left = corner
    return [each[top : top + HEIGHT, left : left + WIDTH] for each in (bicubic, *made, hr)]


def frame_of_a_film(folder: Path) -> Image.Image:
    """Return the seventh frame as bicubic and as `acutance upscale` enlarges it."""
    source, result = folder / "film.mp4", folder / "larger.mp4"
    _write_film(source)
    subprocess.run(["acutance", "upscale", source, "-o", result, "--scale", str(SCALE)], check=True)
    small, large = (_frame(path) for path in (source, result))
    bicubic = Image.fromarray(small).resize(large.shape[1::-1], Image.Resampling.BICUBIC)
    return _grid([[np.asarray(bicubic), large]], 0, gap=10)


def _write_film(path: Path) -> None:
    """Write what a camera sees that moves over the cat."""
    cat = Image.fromarray(data.chelsea())
    with av.open(path, "w") as film:
        stream = film.add_stream("libx264", rate=12)
        stream.width, stream.height = FILM
        stream.pix_fmt, stream.options = "yuv420p", {"crf": "20"}
        for number in range(FRAMES):
            left, top = 60 + 3 * number, 40 + number
            shown = cat.crop((left, top, left + 256, top + 192)).resize(FILM, Image.Resampling.LANCZOS)
            film.mux(stream.encode(av.VideoFrame.from_image(shown)))
        film.mux(stream.encode())


def _frame(path: Path) -> np.ndarray:
    with av.open(path) as film:
        return [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)][SHOWN]


def _grid(rows: list[list[np.ndarray]], head: int, gap: int = GAP) -> Image.Image:
    height, width = rows[0][0].shape[:2]
    size = (len(rows[0]) * (width + gap) - gap, head + len(rows) * (height + gap) - gap)
    picture = Image.new("RGB", size, "white")
    for row, crops in enumerate(rows):
        for column, crop in enumerate(crops):
            picture.paste(Image.fromarray(crop), (column * (width + gap), head + row * (height + gap)))
    return picture


def _save(picture: Image.Image, path: Path) -> None:
    picture.save(path, quality=80, method=6)


if __name__ == "__main__":
    main()
