"""`acutance upscale`: pictures in, larger pictures out."""

import typer

from acutance.cli import upscale_options as options
from acutance.cli.network_option import Network, Use, chosen
from acutance.cli.options import Bits, Device, Engine, TrustNetwork
from acutance.cli.quick_start import loading


def upscale(
    inputs: options.Inputs,
    out: options.Out = None,
    network: Network = None,
    use: Use = None,
    scale: options.Scale = None,
    width: options.Width = None,
    height: options.Height = None,
    fit: options.Fit = None,
    format: options.Format = None,
    quality: options.Quality = None,
    depth: options.Depth = None,
    name: options.Name = None,
    strip_metadata: options.StripMetadata = False,
    first_frame: options.FirstFrame = False,
    max_pixels: options.MostPixels = 300_000_000,
    skip_existing: options.SkipExisting = False,
    overwrite: options.Overwrite = False,
    tile: options.Tile = None,
    overlap: options.Overlap = None,
    ensemble: options.Ensemble = False,
    gradients: options.Gradients = False,
    branch_off: options.BranchOff = False,
    device: Device = "auto",
    engine: Engine = "auto",
    precision: Bits = "auto",
    trust: TrustNetwork = False,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    manifest: options.Manifest = None,
    json: options.Json = None,
    formats: options.Formats = False,
) -> None:
    """Upscale pictures, and folders of them; or a film, which -o names.

    Example: acutance upscale photo.jpg scans/ --scale 2 -o larger/

    Depth, transparency, frames, colour profile and EXIF are kept, inputs never overwritten, and results only where
    --overwrite says so. After an interruption, --skip-existing goes on.

    Exit status: 0 all done, 1 some inputs failed (each named), 2 the command was wrong.
    """
    with loading():
        from acutance.cli import upscale_told as at_hand

    with at_hand.recorded(json) as report:
        network, output = chosen(network, use), at_hand.Output(format, quality, depth, strip_metadata)
        rules = at_hand.Rules(name, output, gradients, first_frame, max_pixels, skip_existing, overwrite)
        size = at_hand.Size(scale, width, height, at_hand.box(fit) if fit else None)
        way = at_hand.Way(engine or "auto", precision)
        request = at_hand.Request(network, size, rules, tile, overlap, ensemble, device, way, trust)
        here = {"--json": json, "--branch-off": branch_off, "--jobs": jobs > 1}
        if at_hand.elsewhere(inputs, out, request, cluster, manifest, here):
            return
        enlarger = at_hand.Enlarger(
            network, size, tile=tile, overlap=overlap, ensemble=ensemble, device=device, way=way,
            side=at_hand.GRADIENT if gradients else None, trust=trust, branch_off=branch_off)  # fmt: skip
        at_hand.told(at_hand.upscale_each(inputs, out, enlarger, rules, report, called=network, at_once=jobs), report)
    if report.error or any(outcome.error for outcome in report.outcomes):
        raise typer.Exit(1)
