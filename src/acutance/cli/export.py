"""`acutance export`: a network for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli.options import TrustNetwork
from acutance.errors import shown

Network = Annotated[
    str, typer.Argument(help="Run folder, file of weights, name of a bundled network, or hf:owner/name.")
]


def export(
    network: Network,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write, such as weights.pth.")],
    layout: Annotated[
        str | None,
        typer.Option(
            help="By default what FILE's suffix stands for. acutance (.safetensors): what every command here reads. "
            "official (.pth): what the network's original code reads; for RRDBNet that of BasicSR, and official-mid or "
            "official-old that of ESRGAN's last or first code. onnx (.onnx), openvino (.xml): for any program and any "
            "size; onnx-int8, openvino-int8: smaller and faster, at a loss."
        ),
    ] = None,
    residual_scale: Annotated[
        float | None, typer.Option(help="Of a file of EDSR or NLSN whose weights do not show it, such as 0.1.")
    ] = None,
    trust: TrustNetwork = False,
) -> None:
    """Write a network so that other programs read it.

    Example: acutance export runs/x --out network.onnx
    """
    import acutance
    from acutance.exporting.export import layout_of

    written = acutance.export(network, out, layout=layout, residual_scale=residual_scale, trust=trust)
    made = acutance.load(network, residual_scale=residual_scale, trust=trust)
    form = layout or layout_of(out)
    print(f"{shown(written)}: {made.name} x{made.scale}, {made.size():,} parameters, {form} layout")
