"""Makes docs/models.md of the cards in the headers of the networks that ship. `make results`.

Nothing in it is typed here but what holds for all of them.
"""

from pathlib import Path
from typing import Any

from tables import markdown

from acutance import catalogue

PAGE = Path(__file__).parents[1] / "docs" / "models.md"
SETS = ("Set5", "Set14", "B100", "Kodak24")
BICUBIC = {2: (33.68, 30.33, 29.56, 30.85), 3: (30.40, 27.63, 27.21, 28.43), 4: (28.43, 26.09, 25.96, 27.23)}
"""PSNR of bicubic under protocol pcl, as `acutance evaluate` prints it beside each."""
HEAD = """# The networks that ship

What lies in the package, ready for `acutance upscale --network NAME`. This page is made from the headers of the files
(`make results`); `acutance models` lists them. `src/acutance/weights/README.md` tells how each came to be.

![JPEG of quality 40 by bicubic, by default-x4, by real-x4, and the original](images/real-x4.webp)

*What each is for: photographs made four times smaller and saved as JPEG of quality 40. `default-x4` draws the blocks
with the rest, `real-x4` takes them away; neither brings back what is lost.*
"""
FOOT = """## What holds for all

None of Set5, Set14, B100 or Kodak24 was trained on here, whole or in part: `acutance data overlap`, its result in
[the results](results/index.md). RLFN's released weights, from which all but `edsr-light-x4` begin or learned, come
from other pictures, which are not at hand. Scores are those of the files as they ship, in 32 bits, LR made by bicubic
from the original, on Y: `acutance evaluate NAME --sets Set5,Set14,B100,Kodak24 --data DIR --protocol pcl` (or `spsr`).
"""


def page() -> str:
    """Return the page."""
    parts = [HEAD, markdown([["name", "network", "scale", "for", *SETS], *map(_row, catalogue.trained())])]
    parts += [_bicubic(), *(_card(each) for each in catalogue.trained()), FOOT]
    return "\n".join(parts)


def _row(each: catalogue.Trained) -> list[str]:
    told = catalogue.scores(each.names[0])
    measured = [f"{told[name]:.2f}" if name in told else "" for name in SETS]
    names = ", ".join(f"`{name}`" for name in each.names)
    return [names, each.network, f"x{each.scale}", str(_of(each).get("use", "")), *measured]


def _bicubic() -> str:
    rows = [f"x{scale} {', '.join(f'{value:.2f}' for value in row)}" for scale, row in BICUBIC.items()]
    return f"\nPSNR in dB, protocol `pcl`. Bicubic on the same sets: {'; '.join(rows)}.\n"


def _card(each: catalogue.Trained) -> str:
    card = _of(each)
    lines = [f"## {each.names[0]}", ""]
    lines += [f"- **{word}**: {_said(card[key])}" for key, word in WORDS.items() if card.get(key)]
    if len(told := card.get("scores", {})) and all(protocol in told for protocol in ("pcl", "spsr")):
        rows = [
            [protocol, *(f"{told[protocol][name]['psnr']:.2f} / {told[protocol][name]['ssim']:.4f}" for name in SETS)]
            for protocol in ("pcl", "spsr")
        ]
        lines += ["", markdown([["protocol, PSNR / SSIM", *SETS], *rows])]
    return "\n".join(lines) + "\n"


WORDS = {
    "use": "For",
    "weaknesses": "Weak at",
    "stages": "Made by",
    "hours": "Hours of a CPU core",
    "teacher": "Teacher",
    "data": "Data",
    "terms": "Terms of the data",
    "licence": "Licence",
}
"""What a card says, in the order of the page."""


def _said(value: object) -> str:
    several = value if isinstance(value, list) else [value]
    return "; ".join(str(each) for each in several)


def _of(each: catalogue.Trained) -> dict[str, Any]:
    return catalogue.card(each.names[0])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
