"""`acutance figure`: a picture as several networks make it, to judge by eye."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.errors import RequestError, unknown
from acutance.provenance import quoted
from acutance.scores.candidate import Protocol, load_upscaler

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    from acutance.data import Pair
    from acutance.report.panels import Box
    from acutance.scores.scorer import Upscaler

    Shown = Mapping[str, np.ndarray]

BICUBIC, HR = "bicubic", "HR"
Picture = Annotated[str, typer.Argument(help="An HR picture: a file, or SET/NAME as Set5/baby.")]
Networks = Annotated[
    list[str],
    typer.Argument(
        help="Run folders, files of weights, names of bundled networks; each may be given as LABEL=NETWORK."
    ),
]


def figure(
    picture: Picture,
    networks: Networks,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="File: .png; .svg with --spectrum; or .html for a page with a slider.")
    ] = Path("figure.png"),
    data: Annotated[Path | None, typer.Option(help="Folder of the sets; ACUTANCE_DATA by default.")] = None,
    crop: Annotated[
        str | None, typer.Option(help="LEFT,TOP,SIDE in pixels of HR; where the networks differ most by default.")
    ] = None,
    scale: Annotated[int, typer.Option(help="Of the networks.")] = 4,
    protocol: Protocol = "pcl",
    gradients: Annotated[
        bool, typer.Option("--gradients", help="Show gradient maps: of LR, as SPSR networks predict it, of HR.")
    ] = False,
    spectrum: Annotated[
        bool, typer.Option("--spectrum", help="Draw the spectra of Y; over a whole set where PICTURE is SET.")
    ] = False,
    tile: Annotated[int | None, typer.Option(help="LR pixels a side upscaled at once; less needs less memory.")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")] = "auto",
) -> None:
    """Show a picture as several networks make it of its bicubic reduction, beside bicubic and the original.

    Example: acutance figure Set14/barbara L1=runs/pixel PCL=runs/pcl --data benchmarks/ -o barbara.png

    The whole picture with a crop marked, then that crop of HR, bicubic and each network, with PSNR and SSIM.
    """
    if gradients and spectrum:
        raise RequestError("a figure shows --gradients or a --spectrum, not both.")
    _check_suffix(out, spectrum, page=not gradients)
    pairs, box = _pairs(picture, data, scale), _box(crop)
    pair, *others = pairs
    if others and not spectrum:
        raise RequestError(f"{picture} is a set: name one picture of it, such as {picture}/{pair.name}.")
    labelled = _labelled(networks)
    if gradients:
        _write(out, _gradients(pair, labelled, scale, box, tile, device))
    elif spectrum:
        _write_spectrum(out, pairs, _upscalers(labelled, scale, tile, device), scale)
    else:
        _show(out, pair, _upscalers(labelled, scale, tile, device), scale, protocol, box)
    typer.echo(f"{out} is written.")


def _check_suffix(out: Path, spectrum: bool, *, page: bool) -> None:
    from acutance import images

    if spectrum and out.suffix != ".svg":
        raise RequestError(
            f"a spectrum is drawn as .svg, not {out.suffix or 'a file without suffix'}: name it with -o."
        )
    if not spectrum and not (page and out.suffix == ".html"):
        images.check_writable(out)


def _pairs(picture: str, data: Path | None, scale: int) -> "tuple[Pair, ...]":
    """Return the picture of a file, that of SET/NAME, or those of a set."""
    from acutance.data import find_set, paired

    path = Path(picture)
    if path.is_file():
        return (paired(path, scale),)
    folder, _, name = picture.rstrip("/").rpartition("/")
    if not folder or path.is_dir():
        return find_set(data, picture, scale).pairs
    pairs = find_set(data, folder, scale).pairs
    found = tuple(pair for pair in pairs if pair.name == name)
    if not found:
        raise unknown(f"picture in {folder}", name, (pair.name for pair in pairs))
    return found


def _box(text: str | None) -> "Box | None":
    from acutance.report.panels import Box

    if text is None:
        return None
    try:
        left, top, side = (int(part) for part in text.split(","))
    except ValueError:
        raise RequestError(f"--crop takes LEFT,TOP,SIDE in pixels, such as 120,80,64; not {text!r}.") from None
    return Box(left, top, side, side)


def _labelled(networks: list[str]) -> dict[str, str]:
    """Return the networks by their labels; a label is what stands before "=", or the network as it was given."""
    named = [(network, network) if Path(network).exists() else _parted(network) for network in networks]
    labels = [label for label, _ in named]
    twice = [label for label in (*labels, BICUBIC, HR) if [*labels, BICUBIC, HR].count(label) > 1]
    if twice:
        raise RequestError(f"two pictures would be labelled {twice[0]!r}: give one of them as LABEL=NETWORK.")
    return dict(named)


def _parted(network: str) -> tuple[str, str]:
    label, _, source = network.rpartition("=")
    return label or source, source


def _upscalers(labelled: dict[str, str], scale: int, tile: int | None, device: str) -> "dict[str, Upscaler]":
    from acutance.scores.benchmark import bicubic_upscaler

    loaded = {name: load_upscaler(each, scale=scale, tile=tile, device=device)[0] for name, each in labelled.items()}
    return {BICUBIC: bicubic_upscaler(scale), **loaded}


def _decoded(pair: "Pair", scale: int, box: "Box | None" = None) -> "tuple[np.ndarray, np.ndarray]":
    """Return HR, cropped to a multiple of the scale, and LR; a box that is not inside HR is refused before any work."""
    from acutance.data import decode
    from acutance.degrade import Bicubic
    from acutance.report.panels import inside

    hr, lr = decode(pair, Bicubic(scale))
    if box is not None:
        inside(box, hr)
    return hr, lr


def _made(pair: "Pair", upscalers: "dict[str, Upscaler]", scale: int, box: "Box | None" = None) -> "Shown":
    """Return HR, and what each upscaler makes of its LR."""
    hr, lr = _decoded(pair, scale, box)
    return {HR: hr, **{label: upscaler(lr) for label, upscaler in upscalers.items()}}


def _show(
    out: Path, pair: "Pair", upscalers: "dict[str, Upscaler]", scale: int, protocol: str, box: "Box | None"
) -> None:
    from acutance.report.crops import comparison
    from acutance.scores.wording import values
    from acutance.scores.benchmark import find_protocol

    score = find_protocol(protocol).score
    made = _made(pair, upscalers, scale, box)
    candidates = {label: pixels for label, pixels in made.items() if label != HR}
    scores = {label: score(sr, made[HR], scale) for label, sr in candidates.items()}
    title = f"{pair.name}, x{scale}, protocol {protocol}"
    sheet = comparison(made[HR], candidates, crop=box, scores=scores, title=title)
    if out.suffix != ".html":
        _write(out, sheet)
        return
    slid = {**{f"{label}, {values(scores[label])}": sr for label, sr in candidates.items()}, HR: made[HR]}
    _write_page(out, title, sheet, slid, made)


def _write_page(out: Path, title: str, sheet: "Image", slid: "Shown", made: "Shown") -> None:
    from acutance.report.page import write_report
    from acutance.report.spectra import spectra

    write_report(
        out,
        title=title,
        runs={},
        results=[],
        figures={title: sheet},
        commands=[quoted()],
        facts={},
        sliders={title: slid},
        drawn=[spectra([made])],
    )


def _write_spectrum(out: Path, pairs: "tuple[Pair, ...]", upscalers: "dict[str, Upscaler]", scale: int) -> None:
    from acutance.files import write_text
    from acutance.progress import track
    from acutance.report.spectra import spectra
    from acutance.report.svg import svg

    def pictures() -> "Iterator[Shown]":
        for pair in track(pairs, "upscaling", len(pairs)):
            yield _made(pair, upscalers, scale)

    chart = spectra(pictures(), border=scale)
    write_text(out, svg(chart, [HR, *upscalers]))


def _gradients(
    pair: "Pair", labelled: dict[str, str], scale: int, box: "Box | None", tile: int | None, device: str
) -> "Image":
    from acutance.checkpoints import load
    from acutance.report.gradients import gradient_comparison
    from acutance.upscaling import upscale_with_gradients

    networks = {label: load(source, scale=scale) for label, source in labelled.items()}
    hr, lr = _decoded(pair, scale, box)
    predicted = {
        label: upscale_with_gradients(lr, network, tile=tile, device=device)[1] for label, network in networks.items()
    }
    return gradient_comparison(lr, predicted, hr, crop=box)


def _write(out: Path, sheet: "Image") -> None:
    import numpy as np

    from acutance import images

    images.write(out, np.asarray(sheet))
