"""Many pictures: one after the other, overlapping, and two at the network at once; and tiles in batches.

    python benchmarks/many.py                            # 24 pictures of 64, 128 and 250 pixels a side, PNG
    python benchmarks/many.py 64 --pictures 60 --rounds 3 --threads 2

Every way once a round, medians of the rounds; the clock says what overlaps, the processor what it costs. All ways are
those of `acutance upscale`, in one process, with the network that ships and PyTorch.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import torch

from acutance import images
from acutance.engines import Way
from acutance.upscaling import collection, upscale_files
from acutance.upscaling.enlarger import Enlarger

PHOTOS = Path(images.__file__).parents[1] / "photos" / "train"
overlapping = collection._overlapping


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sides", nargs="*", type=int, default=[64, 128, 250])
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    print(f"torch {torch.__version__}, {given.threads} threads, {given.pictures} pictures, {given.rounds} rounds")
    for side in given.sides:
        with tempfile.TemporaryDirectory() as folder:
            _photographs(Path(folder) / "in", side, given.pictures)
            ways = {name: _way(Path(folder), name) for name in ("one after the other", "overlapping", "two at once")}
            _told(f"{side}x{side}", ways, given.rounds, given.pictures)
    for count in (1, 2, 4):
        _told(f"tiles of 96, batch {count}", {"network": _batch(count)}, given.rounds, 4)


def _way(folder: Path, name: str) -> Callable[[], None]:
    def run() -> None:
        collection._overlapping = collection._one_after_other if name == "one after the other" else overlapping
        at_once = 2 if name == "two at once" else 1
        upscale_files([folder / "in"], folder / name, engine="torch", overwrite=True, at_once=at_once)

    return run


def _batch(count: int) -> Callable[[], None]:
    engine = Enlarger("default-x4", way=Way("torch", "32")).engine(4)
    tiles = torch.rand(count, 3, 96, 96)

    def run() -> None:
        for _ in range(4 // count):
            engine(tiles)

    return run


def _told(size: str, ways: dict[str, Callable[[], None]], rounds: int, pictures: int) -> None:
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            clock, processor = time.perf_counter(), time.process_time()
            way()
            if number:  # the first is to warm up
                taken[name].append((time.perf_counter() - clock, time.process_time() - processor))
    for name, each in taken.items():
        clock, processor = (median(column) / pictures * 1e3 for column in zip(*each, strict=True))
        print(
            f"{size:>22}  {name:20} {clock:8.1f} ms by the clock, {processor:8.1f} of processor time, each", flush=True
        )


def _photographs(folder: Path, side: int, count: int) -> None:
    pixels = images.read(sorted(PHOTOS.iterdir())[0]).pixels
    places = np.random.default_rng(0).integers(0, np.array(pixels.shape[:2]) - side, (count, 2))
    for number, (y, x) in enumerate(places):
        images.write(folder / f"{number:03}.png", np.ascontiguousarray(pixels[y : y + side, x : x + side]))


if __name__ == "__main__":
    main()
