"""`acutance figure`: a picture as several networks make it, to judge by eye."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli.options import Bits, Device, Engine, Protocol, TrustNetwork
from acutance.errors import RequestError, shown

Picture = Annotated[str, typer.Argument(help="An HR picture: a file, or SET/NAME as Set5/baby.")]
Networks = Annotated[
    list[str],
    typer.Argument(
        help="Run folders, files of weights, names of bundled networks; each may be given as LABEL=NETWORK."
    ),
]
Out = Annotated[
    Path, typer.Option("--out", "-o", help="File: .png; .svg with --spectrum; or .html for a page with a slider.")
]
Data = Annotated[Path | None, typer.Option(help="Folder of the sets; ACUTANCE_DATA by default.")]
Crop = Annotated[
    str | None, typer.Option(help="LEFT,TOP,SIDE in pixels of HR; where the networks differ most by default.")
]
Gradients = Annotated[
    bool, typer.Option("--gradients", help="Show gradient maps: of LR, as SPSR networks predict it, of HR.")
]
Spectrum = Annotated[
    bool, typer.Option("--spectrum", help="Draw the spectra of Y; over a whole set where PICTURE is SET.")
]
BranchOff = Annotated[
    bool, typer.Option("--branch-off", help="Show SPSR networks also without the features of their gradient branch.")
]
Tile = Annotated[int | None, typer.Option(help="LR pixels a side upscaled at once; less needs less memory.")]


def figure(
    picture: Picture,
    networks: Networks,
    out: Out = Path("figure.png"),
    data: Data = None,
    crop: Crop = None,
    scale: Annotated[int, typer.Option(help="Of the networks.")] = 4,
    protocol: Protocol = "pcl",
    gradients: Gradients = False,
    spectrum: Spectrum = False,
    tile: Tile = None,
    device: Device = "auto",
    engine: Engine = None,
    precision: Bits = "32",
    trust: TrustNetwork = False,
    branch_off: BranchOff = False,
) -> None:
    """Show a picture as several networks make it of its bicubic reduction, beside bicubic and the original.

    Example: acutance figure Set14/barbara L1=runs/pixel PCL=runs/pcl --data benchmarks/ -o barbara.png

    The whole picture with a crop marked, then that crop of HR, bicubic and each network, with PSNR and SSIM.
    """
    from acutance.report import write_figure

    written = write_figure(
        picture,
        networks,
        out,
        data=data,
        crop=_crop(crop),
        scale=scale,
        protocol=protocol,
        gradients=gradients,
        spectrum=spectrum,
        tile=tile,
        device=device,
        engine=engine,
        precision=precision,
        trust=trust,
        branch_off=branch_off,
    )
    print(f"{shown(written)} is written.")


def _crop(text: str | None) -> tuple[int, int, int] | None:
    if text is None:
        return None
    try:
        left, top, side = (int(part) for part in text.split(","))
    except ValueError:
        raise RequestError(f"--crop takes LEFT,TOP,SIDE in pixels, such as 120,80,64; not {text!r}.") from None
    return left, top, side
