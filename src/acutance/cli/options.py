"""Options that several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

VGG = Annotated[Path | None, typer.Option(help="Weights of VGG-19, for the recipes that ask for them.")]
SqueezeNet = Annotated[Path | None, typer.Option(help="Weights of SqueezeNet 1.1, for the recipes that ask for them.")]
ResNet = Annotated[Path | None, typer.Option(help="Weights of ResNet-18, for the recipes that ask for them.")]
Embedding = Annotated[
    Path | None, typer.Option(help="Run or file with a trained embedding network, for recipes with a fixed one.")
]
Extractor = Annotated[
    Path | None,
    typer.Option(help="Structure extractor: a run, a file, contrastive-h or jigsaw."),
]
Perceptual = Annotated[
    str | None, typer.Option(help="Features of the perceptual loss, if any: vgg, squeezenet, squeezenet_all or lpips.")
]
Precision = Annotated[
    str,
    typer.Option(help="32-true, bf16-mixed, 16-mixed, or auto: bf16 where the machine multiplies matrices in it."),
]
OnNan = Annotated[str, typer.Option(help="25 steps not finite: restart from the checkpoint at half the rate, or stop.")]
Trust = Annotated[bool, typer.Option("--trust", help="Run a recipe file that lies in the folder of a run too.")]
TrustNetwork = Annotated[bool, typer.Option("--trust", help="Run the program of a network of somebody's own.")]
Without = Annotated[list[str] | None, typer.Option(help="A term to leave out of the objective; may be given again.")]
Device = Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")]
Engine = Annotated[
    str | None,
    typer.Option(help="What computes: torch, openvino, onnxruntime, or auto for the fastest that is installed."),
]
Bits = Annotated[
    str,
    typer.Option(
        "--precision",
        help="32; 16 for bf16; int8; or auto: 16 where that is faster and costs under 0.01 dB, else 32.",
    ),
]
Protocol = Annotated[str, typer.Option(help="How to score: pcl or spsr.")]
Metrics = Annotated[
    str,
    typer.Option(
        help="What to score: psnr, ssim, psnr_rgb, psnr_detail, lr_psnr, gradient_rmse, spectrum, grid, structure, "
        "niqe, lpips."
    ),
]
Weights = Annotated[
    Path | None,
    typer.Option(envvar="ACUTANCE_WEIGHTS", help="Folder of the weights that lpips and niqe need."),
]
LR = Annotated[
    list[str] | None,
    typer.Option(help="Folder of LR, where names do not say it; a kind such as unknown; here for LR made of HR."),
]
WhiteLevel = Annotated[
    int | None, typer.Option(help="Value of white in files of 16 bits that hold fewer: 4095 for 12 bits.")
]

if TYPE_CHECKING:
    Context = typer.Context
else:
    Context = typer.Context.__base__  # what Typer passes is of this kind, and no typer.Context


def said(context: Context) -> dict[str, Any]:
    """Return the options that were given, on the command line or by the environment, and not left at their defaults."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    given = {name for name, source in sources.items() if source is not None and source.name != "DEFAULT"}
    return {name: value for name, value in context.params.items() if name in given and name != "listed"}
