"""`acutance models`: every network with its size and cost, and those that ship trained."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from acutance.errors import RequestError


@dataclass(frozen=True)
class Model:
    """A network by name, and what it costs at the scale asked for."""

    name: str
    scales: list[int]
    parameters: int
    multiply_adds_per_sr_pixel: float
    exact_tiles: bool
    paper: str


@dataclass(frozen=True)
class Trained:
    """A network that ships in the package, the names it goes by, and what it is."""

    names: list[str]
    network: str
    scale: int
    parameters: int


def models(
    scale: Annotated[int, typer.Option(help="At which parameters and multiply-adds are counted.")] = 4,
    json: Annotated[Path | None, typer.Option(help="File for the same figures.")] = None,
) -> None:
    """List the networks with their parameters and multiply-adds, and the trained ones that ship.

    Example: acutance models --scale 2

    Any of the first table can be trained; those of the second are ready for `acutance upscale --network NAME`.
    """
    from acutance.files import write_json

    designed, trained = _designed(scale), _trained()
    if json is not None:
        write_json(json, {"scale": scale, "networks": [*map(asdict, designed)], "bundled": [*map(asdict, trained)]})
    _show(designed, trained, scale)


def _designed(scale: int) -> list[Model]:
    from acutance.networks import NETWORKS

    scales = {name: _scales(name) for name in NETWORKS}
    chosen = [name for name in NETWORKS if scale in scales[name]]
    if not chosen:
        known = ", ".join(map(str, sorted(set[int]().union(*scales.values()))))
        raise RequestError(f"there is no network for scale {scale}; there are for {known}.")
    return [_model(name, scale, scales[name]) for name in chosen]


def _model(name: str, scale: int, scales: list[int]) -> Model:
    from acutance.networks import create
    from acutance.networks.cost import multiply_adds, shapes_only

    with shapes_only():
        network = create(name, scale=scale).eval()
        count = multiply_adds(network)
    return Model(name, scales, network.size(), count, network.receptive_radius is not None, network.paper)


def _scales(name: str) -> list[int]:
    from dataclasses import replace

    from acutance.networks import NETWORKS
    from acutance.networks.blocks import SCALES

    def exists(scale: int) -> bool:
        try:
            replace(NETWORKS[name].config, scale=scale)
        except RequestError:
            return False
        return True

    return [scale for scale in SCALES if exists(scale)]


def _trained() -> list[Trained]:
    from acutance.checkpoints import bundled, load

    files: dict[Path, list[str]] = {}
    for name, path in bundled().items():
        files.setdefault(path, []).append(name)
    networks = {path: load(path) for path in files}
    return [
        Trained(names, networks[path].name, networks[path].scale, networks[path].size())
        for path, names in files.items()
    ]


def _show(designed: list[Model], trained: list[Trained], scale: int) -> None:
    from acutance.report.table import plain

    head = ["network", "scales", "parameters", "multiply-adds", "tiles", "paper"]
    print(plain([head, *map(_row, designed)]))
    print(
        f"Parameters and multiply-adds at x{scale}; the latter in billions for each megapixel (10^6 pixels) of SR, "
        "those of convolutions and matrix products.",
        "Tiles: exact ones join without a seam; the others are blended, as the network looks at the whole picture.",
        *(f"{cited}: {title}." for title, cited in dict.fromkeys(_source(model) for model in designed)),
        sep="\n",
    )
    rows = [[", ".join(each.names), each.network, f"x{each.scale}", _millions(each.parameters)] for each in trained]
    print("", plain([["ships trained as", "network", "scale", "parameters"], *rows]), sep="\n")


def _row(model: Model) -> list[str]:
    # Thousands for each pixel are billions for a megapixel.
    cost = f"{model.multiply_adds_per_sr_pixel / 1000:.1f} G"
    tiles = "exact" if model.exact_tiles else "blended"
    return [model.name, " ".join(map(str, model.scales)), _millions(model.parameters), cost, tiles, _source(model)[1]]


def _source(model: Model) -> tuple[str, str]:
    """Split "Title (authors, year)"."""
    title, _, cited = model.paper.rpartition(" (")
    return title, cited.removesuffix(")")


def _millions(count: int) -> str:
    return f"{count / 1e6:.2f} M"
