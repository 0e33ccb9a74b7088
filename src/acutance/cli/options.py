"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

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
    str | None, typer.Option(help="Features of the perceptual loss, if any: vgg, squeezenet or squeezenet_all.")
]
Precision = Annotated[str, typer.Option(help="32-true or bf16-mixed.")]
Without = Annotated[list[str] | None, typer.Option(help="A term to leave out of the objective; may be given again.")]
Device = Annotated[str, typer.Option(help="cpu, cuda, mps, or auto for the best there is.")]
Protocol = Annotated[str, typer.Option(help="How to score: pcl or spsr.")]
Metrics = Annotated[
    str,
    typer.Option(help="What to score: psnr, ssim, psnr_rgb, lr_psnr, gradient_rmse, spectrum, structure, niqe, lpips."),
]
Weights = Annotated[
    Path | None,
    typer.Option(envvar="ACUTANCE_WEIGHTS", help="Folder of the weights that lpips and niqe need."),
]
