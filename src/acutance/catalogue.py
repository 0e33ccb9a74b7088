"""What there is, told without making a network or importing torch: the designs with their cost, and those that ship.

What a design costs is counted by `networks.cost` and kept in `networks/costs.json`; a test counts it again.

>>> [model.name for model in designs() if model.parameters < 500_000]
['edsr-light']
>>> trained()[-2].names
['rlfn-x4', 'default-x4']
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from acutance.errors import RequestError
from acutance.shipped import released

COSTS = Path(__file__).parent / "networks" / "costs.json"
WEIGHTS = Path(__file__).parent / "weights"
ALIASES = {f"default-x{scale}": f"rlfn-x{scale}" for scale in (2, 3, 4)}
FAMILIES = {"for:photo": "real-x", "for:detail": "sharp-x"}
"""Names that stand for the networks that ship for something, at whichever scale, and that no run or file has; how the
names of those networks begin."""


@dataclass(frozen=True)
class Model:
    """A design of networks by name, and what it costs at one scale.

    Attributes:
        name: as `networks.create` takes it.
        scales: at which it can be made.
        parameters: trained ones.
        multiply_adds_per_sr_pixel: of convolutions and matrix products, attention's included.
        exact_tiles: whether tiles join without a seam; else it looks at the whole picture, and they are blended.
        paper: "Title (authors, year)".
    """

    name: str
    scales: list[int]
    parameters: int
    multiply_adds_per_sr_pixel: float
    exact_tiles: bool
    paper: str

    @property
    def title(self) -> str:
        """The title of its paper."""
        return self.paper.rpartition(" (")[0]

    @property
    def cited(self) -> str:
        """The authors and the year of its paper."""
        return self.paper.rpartition(" (")[2].removesuffix(")")


@dataclass(frozen=True)
class Trained:
    """A network that ships in the package: the names it goes by, and what it is."""

    names: list[str]
    network: str
    scale: int
    parameters: int


def designs(scale: int = 4) -> list[Model]:
    """Return every design that can be made for a scale, with its cost there.

    Raises:
        RequestError: there is none; those are named for which there is one.
    """
    costs = _costs()
    known = sorted({int(each) for row in costs.values() for each in row["parameters"]})
    if scale not in known:
        raise RequestError(f"there is no network for scale {scale}; there are for {', '.join(map(str, known))}.")
    return [_model(name, row, scale) for name, row in costs.items() if str(scale) in row["parameters"]]


def trained() -> list[Trained]:
    """Return the networks that ship, by the headers of their files."""
    names: dict[Path, list[str]] = {}
    for name, path in bundled().items():
        names.setdefault(path, []).append(name)
    return [_trained(path, known_as) for path, known_as in names.items()]


def scores(name: str, protocol: str = "pcl") -> dict[str, float]:
    """Return the PSNR on Y, in dB, of a network that ships, by set; nothing where its card tells none.

    >>> scores("default-x4")["Set5"]
    32.24
    """
    told = card(name).get("scores", {}).get(protocol, {})
    return {of: values["psnr"] for of, values in told.items()}


def card(name: str) -> dict[str, Any]:
    """Return what the header of a network that ships says of how it was made, its data, terms and scores.

    >>> card("default-x4")["licence"]
    'Apache-2.0'
    """
    return _header(bundled()[name]).get("card", {})


def bundled() -> dict[str, Path]:
    """Return the networks that ship in the package, name -> file."""
    files = {file.stem: file for file in sorted(WEIGHTS.glob("*.safetensors"))}
    return files | {alias: files[name] for alias, name in ALIASES.items() if name in files}


@cache
def _costs() -> dict[str, Any]:
    return json.loads(COSTS.read_text(encoding="utf-8"))


def _model(name: str, row: dict[str, Any], scale: int) -> Model:
    parameters, multiply_adds = row["parameters"], row["multiply_adds_per_sr_pixel"]
    scales = [int(each) for each in parameters]
    at = str(scale)
    return Model(name, scales, parameters[at], multiply_adds[at], row["exact_tiles"], row["paper"])


def _trained(path: Path, names: list[str]) -> Trained:
    header = _header(path)
    network, scale = header["network"], header["config"]["scale"]
    return Trained(names, network, scale, _costs()[network]["parameters"][str(scale)])


def _header(path: Path) -> dict[str, Any]:
    """Return the header of a file that ships, without torch.

    Raises:
        AcutanceError: the file is not what was released.
    """
    content = released(path)
    assert content is not None, "only what ships is asked for"
    length = int.from_bytes(content[:8], "little")
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["acutance"])
