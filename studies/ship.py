"""Puts a trained network among those that ship: halved where it costs nothing, with its card and its scores.

    python studies/ship.py runs/x/checkpoints/last.safetensors real-x4 card.json --test benchmarks/

The kernels between the first and the last convolution go to half precision, which halves the file; they are computed in
single precision as all are. The card is what the JSON file says (recipe, stages, data, terms, hours, use, weaknesses)
and what is scored here, under both protocols, of the file as it ships. `SHA256SUMS` is renewed.

    python studies/ship.py rlfn-x4 rlfn-x4 --test benchmarks/        halves and scores again what ships already
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

import acutance
from acutance import catalogue
from acutance.catalogue import bundled
from acutance.tensors import read, write_weights

SETS = ("Set5", "Set14", "B100", "Kodak24")
PROTOCOLS = ("pcl", "spsr")
INNER = ("body", "block_", "conv_2")
"""How the names of kernels begin that may be halved: neither the first nor the last convolution."""


def main() -> None:
    """Write the file and the sums."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("source", help="a file of weights, or the name of a network that ships")
    words.add_argument("name")
    words.add_argument("card", nargs="?", type=Path)
    words.add_argument("--test", type=Path, required=True)
    words.add_argument("--whole", action="store_true", help="keep single precision")
    given = words.parse_args()
    source = bundled().get(given.source, Path(given.source))
    weights, header = _content(source)
    card = json.loads(given.card.read_text()) if given.card else dict(header["card"])
    out = catalogue.WEIGHTS / f"{given.name}.safetensors"
    passing = Path("build") / out.name
    passing.parent.mkdir(exist_ok=True)
    halved = weights if given.whole else {name: _halved(name, tensor) for name, tensor in weights.items()}
    write_weights(passing, halved, {**header, "card": card})
    card["scores"] = {protocol: _scores(passing, protocol, given.test) for protocol in PROTOCOLS}
    write_weights(out, halved, {**header, "card": card})
    _renew_sums(out.parent)
    print(f"{out}: {json.dumps(card['scores']['pcl'])}")


def _content(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    found = read(path)
    return found.weights(), dict(found.header or {})


def _halved(name: str, tensor: Tensor) -> Tensor:
    return tensor.half() if tensor.ndim == 4 and name.startswith(INNER) else tensor.float()


def _renew_sums(folder: Path) -> None:
    files = sorted(folder.glob("*.safetensors"))
    lines = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in files]
    (folder / "SHA256SUMS").write_text("".join(lines))


def _scores(file: Path, protocol: str, test: Path) -> dict[str, dict[str, float]]:
    results = acutance.evaluate(file, data=test, sets=SETS, protocol=protocol, device="cpu")
    return {name: {"psnr": round(results[name]["psnr"], 3), "ssim": round(results[name]["ssim"], 4)} for name in SETS}


if __name__ == "__main__":
    with torch.inference_mode():
        main()
