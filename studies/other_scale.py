"""Writes a trained RLFN at another scale, as `acutance train --init rlfn_x4.pth --scale 3` begins.

    python studies/other_scale.py rlfn_x4.pth --scale 3 --out x3.safetensors

Its last convolution keeps what it learned, interpolated (`acutance.networks.phases`); all else stays. `rlfn-x3` began
so, from RLFN's released weights for x4.
"""

import argparse
from pathlib import Path

from acutance import checkpoints, networks


def main() -> None:
    """Write it."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("network")
    words.add_argument("--scale", type=int, required=True)
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    network = networks.create("rlfn", scale=given.scale)
    print(checkpoints.start(network, given.network).sentence)
    checkpoints.save(given.out, network, {"began": f"studies/other_scale.py {given.network}"})


if __name__ == "__main__":
    main()
