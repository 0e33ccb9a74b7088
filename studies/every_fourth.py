"""Links every fourth picture of B100 and Kodak24 into sets of their own, B100-fourth and Kodak24-fourth.

    python studies/every_fourth.py --data DIR --out sets

Set5 and Set14 are linked whole, so that `--test sets` has all four. LPIPS and NIQE take most of a comparison's time.
"""

import argparse
from pathlib import Path

STEPS = {"Set5": 1, "Set14": 1, "B100": 4, "Kodak24": 4}


def main() -> None:
    """Link them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    for name, step in STEPS.items():
        folder: Path = asked.out / (name if step == 1 else f"{name}-fourth")
        folder.mkdir(parents=True, exist_ok=True)
        for picture in sorted((asked.data / name).iterdir())[::step]:
            if not (folder / picture.name).is_symlink():
                (folder / picture.name).symlink_to(picture.resolve())


if __name__ == "__main__":
    main()
