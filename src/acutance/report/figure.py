"""A picture as several networks make it, written to a file: drawn, as gradient maps, as spectra, or on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path

import numpy as np
from PIL import Image

from acutance import checkpoints, images
from acutance.data import Pair, decode
from acutance.degrade import Bicubic
from acutance.errors import RequestError
from acutance.files import write_text
from acutance.networks import Network
from acutance.progress import track
from acutance.provenance import quoted
from acutance.report.crops import draw_crops
from acutance.report.figure_inputs import BICUBIC, HR, Source, beside_branch_off, check_out, find_pairs, labelled
from acutance.report.gradients import gradient_comparison
from acutance.report.page import write_report
from acutance.report.panels import Box, Pixels, inside
from acutance.report.spectra import spectra
from acutance.report.svg import svg
from acutance.scores.benchmark import bicubic_upscaler
from acutance.scores.candidate import Candidate
from acutance.scores.measuring import find_protocol
from acutance.scores.scorer import Upscaler
from acutance.scores.wording import values
from acutance.upscaling import upscale_with_gradients


def write_figure(
    picture: str | PathLike[str],
    networks: Source | Sequence[Source] | Mapping[str, Source],
    out: str | PathLike[str] = "figure.png",
    *,
    data: str | PathLike[str] | None = None,
    crop: tuple[int, int, int] | None = None,
    scale: int = 4,
    protocol: str = "pcl",
    gradients: bool = False,
    spectrum: bool = False,
    tile: int | None = None,
    device: str = "auto",
    engine: str | None = None,
    precision: str = "32",
    trust: bool = False,
    branch_off: bool = False,
) -> Path:
    """Show a picture as several networks make it of its bicubic reduction, beside bicubic and the original.

    The whole picture with a crop marked, then that crop of HR, bicubic and each network, with PSNR and SSIM.

    Args:
        picture: an HR picture: a file, or SET/NAME as Set5/baby; a set with `spectrum`.
        networks: one or several: runs or their folders, files of weights, bundled names, networks; each by its label
            in a mapping, or as LABEL=NETWORK.
        out: the file to write: .png or another picture; .svg with `spectrum`; or .html for a page with a slider.
        data: the folder of the sets; that of ACUTANCE_DATA by default.
        crop: left, top and side in pixels of HR; where the networks differ most by default.
        scale: of the networks.
        protocol: how to score, a name in `acutance.metrics.PROTOCOLS`.
        gradients: show gradient maps instead: of LR, as SPSR networks predict it, of HR.
        spectrum: draw the spectra of Y instead; over a whole set where `picture` is one.
        tile, device, engine, precision: as those of `acutance.evaluate`; gradient maps are PyTorch's.
        trust: run the program of a network of somebody's own, as `acutance.load`.
        branch_off: show each network also with the features of its gradient branch set to zero (SPSR, Fig. 11).

    Raises:
        RequestError: a name, a value or a file is wrong; nothing was written then.
    """
    if gradients and spectrum:
        raise RequestError("a figure shows --gradients or a --spectrum, not both.")
    if gradients and (engine not in (None, "auto", "torch") or precision not in ("auto", "32")):
        raise RequestError("gradient maps are made by PyTorch in 32 bits: leave out --engine and --precision.")
    out, name, shown = Path(out), fspath(picture), labelled(networks)
    check_out(out, spectrum, page=not gradients)
    pair, *others = pairs = find_pairs(name, None if data is None else Path(data), scale)
    if others and not spectrum:
        raise RequestError(f"{name} is a set: name one picture of it, such as {name}/{pair.name}.")
    shown = beside_branch_off(shown, scale, trust=trust) if branch_off else shown
    figure = _Figure(
        shown, scale, None if crop is None else Box(*crop, crop[2]), tile, device, engine, precision, trust
    )
    if spectrum:
        figure.write_spectrum(out, pairs)
    elif gradients:
        images.write(out, np.asarray(figure.gradients(pair)))
    else:
        figure.write_crops(out, pair, protocol)
    return out


@dataclass(frozen=True)
class _Figure:
    """Networks by their labels, how they work, and the part of the picture to show."""

    networks: Mapping[str, Source]
    scale: int
    box: Box | None
    tile: int | None
    device: str
    engine: str | None
    precision: str
    trust: bool

    def write_crops(self, out: Path, pair: Pair, protocol: str) -> None:
        """Write the picture and its crops, on a page with a slider where `out` is one."""
        score = find_protocol(protocol).score
        made = self._made(pair, self._upscalers())
        candidates = {label: pixels for label, pixels in made.items() if label != HR}
        scores = {label: score(sr, made[HR], self.scale) for label, sr in candidates.items()}
        bits = "" if self.precision == "32" else f", precision {self.precision}"
        title = f"{pair.name}, x{self.scale}, protocol {protocol}{bits}"
        sheet = draw_crops(made[HR], candidates, crop=self.box, scores=scores, title=title)
        if out.suffix != ".html":
            images.write(out, np.asarray(sheet))
            return
        slid = {f"{label}, {values(scores[label])}": sr for label, sr in candidates.items()}
        _write_page(out, title, sheet, {**slid, HR: made[HR]}, made)

    def write_spectrum(self, out: Path, pairs: Sequence[Pair]) -> None:
        """Write the spectra of Y, the mean over the pictures."""
        upscalers = self._upscalers()
        pictures = (self._made(pair, upscalers) for pair in track(pairs, "upscaling", len(pairs)))
        write_text(out, svg(spectra(pictures, border=self.scale), [HR, *upscalers]))

    def gradients(self, pair: Pair) -> Image.Image:
        """Return the gradient maps drawn side by side."""
        networks = {label: self._loaded(source) for label, source in self.networks.items()}
        hr, lr = self._decoded(pair)
        predicted = {
            label: upscale_with_gradients(lr, network, tile=self.tile, border=0, device=self.device)[1]
            for label, network in networks.items()
        }
        return gradient_comparison(lr, predicted, hr, crop=self.box)

    def _loaded(self, source: Source) -> Network:
        return (
            source
            if isinstance(source, Network)
            else checkpoints.load(Path(source), scale=self.scale, trust=self.trust)
        )

    def _upscalers(self) -> dict[str, Upscaler]:
        loaded = {label: self._candidate(source).load()[0] for label, source in self.networks.items()}
        return {BICUBIC: bicubic_upscaler(self.scale), **loaded}

    def _candidate(self, source: Source) -> Candidate:
        source = source if isinstance(source, Network) else Path(source)
        return Candidate(
            source, self.scale, self.tile, device=self.device, engine=self.engine, precision=self.precision,
            trust=self.trust,
        )  # fmt: skip

    def _decoded(self, pair: Pair) -> tuple[Pixels, Pixels]:
        """Return HR, cropped to a multiple of the scale, and LR; a box outside HR is refused before any work."""
        hr, lr = decode(pair, Bicubic(self.scale))
        if self.box is not None:
            inside(self.box, hr)
        return hr, lr

    def _made(self, pair: Pair, upscalers: Mapping[str, Upscaler]) -> dict[str, Pixels]:
        """Return HR, and what each upscaler makes of its LR."""
        hr, lr = self._decoded(pair)
        return {HR: hr, **{label: upscaler(lr) for label, upscaler in upscalers.items()}}


def _write_page(
    out: Path, title: str, sheet: Image.Image, slid: Mapping[str, Pixels], made: Mapping[str, Pixels]
) -> None:
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
