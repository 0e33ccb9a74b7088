"""A cluster of this machine against one process: many small pictures, by the clock and in processor time.

    python benchmarks/cluster.py                         # 8 and 500 pictures of 48 pixels a side, PNG
    python benchmarks/cluster.py 100 --side 96

Both ways are the command as it is typed, with PyTorch and one thread a process; the first number of pictures shows what
it costs to start. Processor time is that of all processes that a command has started, Ray's own too: it is read from
/proc ten times a second, so that up to a tenth of a second of each is lost. Only Linux has that.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import uuid
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from acutance import images

PHOTOS = Path(images.__file__).parents[1] / "photos" / "train"
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", nargs="*", type=int, default=[8, 500])
    parser.add_argument("--side", type=int, default=48)
    parser.add_argument("--network", default="default-x4")
    given = parser.parse_args()
    if find_spec("ray") is None:
        print("nothing to compare with: Ray is not installed (acutance[ray])")
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {given.network}, {given.side} pixels a side")
    for count in given.counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _photographs(folder / "in", given.side, count)
            for way, more in {"one process": [], "--cluster auto": ["--cluster", "auto"]}.items():
                words = [sys.executable, "-m", "acutance", "upscale", str(folder / "in"), "-o", str(folder / way)]
                clock, processor = _measured([*words, "--network", given.network, "--engine", "torch", *more])
                print(f"{count:6} pictures, {way:15} {clock:8.1f} s by the clock, {processor:8.1f} s of processor time")
            made = [
                {path.name: path.read_bytes() for path in (folder / way).glob("*.png")}
                for way in ("one process", "--cluster auto")
            ]
            assert made[0] == made[1]
            assert len(made[0]) == count


def _measured(words: list[str]) -> tuple[float, float]:
    """Run a command, and return how long it took and the processor time of all that it started."""
    mark = f"ACUTANCE_BENCHMARK={uuid.uuid4().hex}"
    name, _, value = mark.partition("=")
    environment = os.environ | {name: value, "OMP_NUM_THREADS": "1", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    begun, taken = time.perf_counter(), dict[str, float]()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        time.sleep(0.1)
        for place in Path("/proc").glob("[0-9]*"):
            _read(place, mark, taken)
    assert process.returncode == 0, words
    return time.perf_counter() - begun, sum(taken.values())


def _read(place: Path, mark: str, taken: dict[str, float]) -> None:
    try:
        if place.name in taken or mark.encode() in (place / "environ").read_bytes():
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            taken[place.name] = (int(fields[11]) + int(fields[12])) / TICKS
    except OSError:
        return  # it has ended


def _photographs(folder: Path, side: int, count: int) -> None:
    pixels = images.read(sorted(PHOTOS.iterdir())[0]).pixels
    places = np.random.default_rng(0).integers(0, np.array(pixels.shape[:2]) - side, (count, 2))
    for number, (y, x) in enumerate(places):
        images.write(folder / f"{number:04}.png", np.ascontiguousarray(pixels[y : y + side, x : x + side]))


if __name__ == "__main__":
    main()
