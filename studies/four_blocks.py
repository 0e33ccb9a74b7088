"""Puts the four blocks of an embedding network that are compared among what ships: kernels in 8 bits, 0.27 MB.

    python studies/four_blocks.py embedding.safetensors embedding-x4 card.json

The embedding network is one of studies/taught.py; the card is what the JSON file says of it, beside what taught.py
wrote. `SHA256SUMS` is renewed. Prints how far the features of the photographs in the package move by the rounding.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch

from acutance import critics, images, tensors
from acutance.critics import EmbeddingNetwork
from acutance.critics.saving import BUNDLED
from acutance.ops import image_of

BLOCKS = 4


def main() -> None:
    """Write the file and the sums."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("source", type=Path)
    words.add_argument("name")
    words.add_argument("card", type=Path)
    given = words.parse_args()
    whole, header = critics.load(given.source), tensors.read(given.source).header or {}
    small = EmbeddingNetwork(whole.view, patch=whole.patch, blocks=BLOCKS)
    small.load_state_dict({name: whole.state_dict()[name] for name in small.state_dict()})
    out = BUNDLED / f"{given.name}.safetensors"
    out.parent.mkdir(exist_ok=True)
    (out.parent / "SHA256SUMS").unlink(missing_ok=True)
    card = {**json.loads(given.card.read_text(encoding="utf-8")), **header.get("card", {})}
    critics.save(out, small, card, eight_bits=True)
    files = sorted(out.parent.glob("*.safetensors"))
    sums = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in files]
    (out.parent / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    print(f"{out}: {out.stat().st_size:,} bytes; features move by {_moved(small.eval(), critics.load(out)):.2%}")


@torch.no_grad()
def _moved(exact: EmbeddingNetwork, rounded: EmbeddingNetwork) -> float:
    """Return the largest relative distance of a block's features, over the photographs that test in the demo."""
    photos = Path(critics.__file__).parents[1] / "photos" / "test"
    moved = []
    for path in images.find(photos):
        picture = image_of(images.read(path).pixels)
        pairs = zip(*(each.embed(picture, range(BLOCKS)) for each in (rounded, exact)), strict=True)
        moved += [float((ours - theirs).norm() / theirs.norm()) for ours, theirs in pairs]
    return max(moved)


if __name__ == "__main__":
    main()
