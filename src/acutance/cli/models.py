"""`acutance models`: every network with its size and cost, and those that ship trained."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from acutance.catalogue import Model, Trained

SETS = ("Set5", "Set14", "B100", "Kodak24")


def models(
    scale: Annotated[int, typer.Option(help="At which parameters and multiply-adds are counted.")] = 4,
    json: Annotated[Path | None, typer.Option(help="File for the same figures.")] = None,
) -> None:
    """List the networks with their parameters and multiply-adds, and the trained ones that ship.

    Example: acutance models --scale 2

    Any of the first table can be trained; those of the second are ready for `acutance upscale --network NAME`.
    """
    from acutance import catalogue, files

    designed, trained = catalogue.designs(scale), catalogue.trained()
    if json is not None:
        listed = {"networks": [*map(asdict, designed)], "bundled": [*map(asdict, trained)]}
        files.write_json(json, {"scale": scale, **listed})
    _show(designed, trained, scale)


def _show(designed: "list[Model]", trained: "list[Trained]", scale: int) -> None:
    from acutance.tables import plain

    head = ["network", "scales", "parameters", "multiply-adds", "tiles", "paper"]
    print(plain([head, *map(_row, designed)]))
    print(
        f"Parameters and multiply-adds at x{scale}; the latter in billions for each megapixel (10^6 pixels) of SR, "
        "those of convolutions and matrix products.",
        "Tiles: exact ones join without a seam; the others are blended, as the network looks at the whole picture.",
        *(f"{cited}: {title}." for cited, title in {model.cited: model.title for model in designed}.items()),
        sep="\n",
    )
    head = ["ships trained as", "network", "scale", "parameters", *SETS]
    print("", plain([head, *map(_trained_row, trained)]), sep="\n")
    print(
        "PSNR on Y in dB, protocol pcl, LR by bicubic: `acutance evaluate NAME --sets SETS --data DIR` gives it again."
    )


def _row(model: "Model") -> list[str]:
    # Thousands for each pixel are billions for a megapixel.
    cost = f"{model.multiply_adds_per_sr_pixel / 1000:.1f} G"
    tiles = "exact" if model.exact_tiles else "blended"
    return [model.name, " ".join(map(str, model.scales)), _millions(model.parameters), cost, tiles, model.cited]


def _trained_row(each: "Trained") -> list[str]:
    from acutance.catalogue import scores

    told = scores(each.names[0])
    measured = [f"{told[of]:.2f}" if of in told else "" for of in SETS]
    return [", ".join(each.names), each.network, f"x{each.scale}", _millions(each.parameters), *measured]


def _millions(count: int) -> str:
    return f"{count / 1e6:.2f} M"
