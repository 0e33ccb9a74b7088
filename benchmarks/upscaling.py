"""What upscaling takes: memory, and time for each megapixel of the result, from small pictures to large ones.

    python benchmarks/upscaling.py                        # results of 1, 10 and 100 megapixels, default network
    python benchmarks/upscaling.py 768 --network tiny     # the same ways through disk and memory, next to no network

Each picture is a file of its own in a temporary folder, each run a process of its own, which says its peak of resident
memory and its processor time, that of the encoder included. The last lines are the ratios to the first one.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

WORKED = "import sys, runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='worker')"
ASPECT = 4 / 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("megapixels", nargs="*", type=float, default=[1, 10, 100], help="of the results")
    parser.add_argument("--network", default="default-x4", help="a name, a file, or tiny: one layer, for x4")
    parser.add_argument("--suffix", default=".jpg", help="of what is written")
    parser.add_argument("--threads", default="1")
    given = parser.parse_args()
    first: tuple[float, float] | None = None
    for megapixels in given.megapixels:
        with tempfile.TemporaryDirectory() as folder:
            size, seconds, peak = _measured(Path(folder), megapixels, given)
        each, mebibytes = seconds / (np.prod(size) / 1e6), peak / 2**20
        first = first or (each, mebibytes)
        print(
            f"{size[0]}x{size[1]}: {seconds:.1f} s, {each:.3f} s/Mpx (x{each / first[0]:.2f}),"
            f" peak {mebibytes:.0f} MiB (x{mebibytes / first[1]:.2f})",
            flush=True,
        )


def _measured(folder: Path, megapixels: float, given: argparse.Namespace) -> tuple[tuple[int, int], float, int]:
    width = round(sqrt(megapixels * 1e6 * ASPECT) / 4)
    height = round(width / ASPECT)
    source = folder / "lr.jpg"
    _photograph(source, height, width)
    environment = os.environ | {"OMP_NUM_THREADS": given.threads, "VIPS_CONCURRENCY": given.threads}
    command = [sys.executable, "-c", WORKED, __file__, source, folder / f"sr{given.suffix}", given.network]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, peak = done.stdout.split()
    return (4 * width, 4 * height), float(seconds), int(peak)


def _photograph(path: Path, height: int, width: int) -> None:
    """Write edges, slopes and noise, made by libvips row by row."""
    import pyvips

    waves: Any = pyvips.Image.sines(width, height, hfreq=width / 90, vfreq=height / 70).linear([90], [128])
    noise: Any = pyvips.Image.gaussnoise(width, height, sigma=6, mean=0)
    grey: Any = waves + noise
    grey.bandjoin([grey.linear(0.8, 20), grey.linear(0.6, 60)]).cast("uchar").write_to_file(str(path), Q=92)


def work(source: Path, target: Path, network: str) -> None:
    """Upscale one file, and print the processor's seconds and the peak of resident memory in bytes."""
    import resource

    from acutance import images
    from acutance.upscaling.enlarged import enlarged, enlarged_planes
    from acutance.upscaling.enlarger import Enlarger

    enlarger = Enlarger(_tiny() if network == "tiny" else network)
    enlarged_planes(np.zeros((60, 80, 3), np.uint8), enlarger)  # what the first picture of a process costs once
    began = time.process_time()
    opened = images.Source.open(source)
    with enlarged(opened, enlarger, beside=target, name=source) as made:
        images.encode(target, made.frames, opened.metadata.resized(made.width, made.height), like=opened)
    print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def _tiny():
    from acutance.networks import EDSR, EDSRConfig

    return EDSR(EDSRConfig(scale=4, blocks=1, channels=4)).eval()


if __name__ == "worker":
    work(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
if __name__ == "__main__":
    main()
