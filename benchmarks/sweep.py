"""Every picture file under some folders is opened and decoded, and small ones are upscaled: what happens to each.

    .venv/bin/python benchmarks/sweep.py                           # the pictures of the installed packages
    .venv/bin/python benchmarks/sweep.py / --upscale-below 4096

Links and folders of the system (/proc, /sys, /dev) are passed over. Prints counts by format and by reason, the slowest
file, and the peak of resident memory; ends with status 1 if anything but a sentence came of a file.
"""

import argparse
import collections
import os
import re
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import acutance
from acutance.errors import PictureError
from acutance.images import SUFFIXES, Source
from acutance.images.source import reported

SYSTEM = ("/proc", "/sys", "/dev")
STRIP = 256
SUFFIXES_SWEPT = SUFFIXES | {".svg", ".jxl", ".exr", ".hdr", ".eps"}


def files(roots: list[str]) -> Iterator[Path]:
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if str(Path(folder, name)) not in SYSTEM]
            for name in names:
                path = Path(folder, name)
                if path.suffix.lower() in SUFFIXES_SWEPT and path.is_file() and not path.is_symlink():
                    yield path


def look(path: Path, below: int) -> str:
    """Return what a file is, having decoded all of it."""
    source = Source.open(path)
    with reported(path):
        for frame in source.frames:
            for start in range(0, frame.height, STRIP):
                frame.rows(start, min(frame.height, start + STRIP))
    if source.frames[0].width * source.frames[0].height <= below:
        acutance.upscale(path, scale=2)
        return f"{source.format.name}, upscaled"
    return source.format.name


def peak() -> float:
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 2**20 for line in lines if line.startswith("VmHWM")), float("nan"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("roots", nargs="*", default=[sys.prefix])
    parser.add_argument("--upscale-below", type=int, default=0, help="pixels of a picture that is upscaled as well")
    options = parser.parse_args()
    taken: collections.Counter[str] = collections.Counter()
    refused: collections.Counter[str] = collections.Counter()
    slowest, faults = (0.0, Path()), 0
    for path in files(options.roots):
        began = time.process_time()
        try:
            taken[look(path, options.upscale_below)] += 1
        except PictureError as error:
            refused[re.sub(r"[\d,.]+", "N", error.reason)[:90]] += 1
        except Exception:
            faults += 1
            print(f"{path!r}:", file=sys.stderr)
            traceback.print_exc()
        slowest = max(slowest, (time.process_time() - began, path))
    for name, counts in (("taken", taken), ("refused", refused)):
        print(f"{counts.total():,} {name}")
        for what, count in counts.most_common():
            print(f"  {count:6,}  {what}")
    print(f"slowest {slowest[0]:.1f} s: {slowest[1]!r}; peak of resident memory {peak():.2f} GiB; {faults} faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
