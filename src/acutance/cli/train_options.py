"""Options of `acutance train` alone."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[list[Path] | None, typer.Option(help="Folder of HR pictures to train on; may be given again.")]
Out = Annotated[Path | None, typer.Option(help="Folder of the run.")]
Config = Annotated[
    Path | None,
    typer.Option(help="TOML file with any of these options, such as run.toml of a run; words go before it."),
]
Patch = Annotated[int | None, typer.Option(help="Side of the HR patches in pixels, a multiple of the scale.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the run in --out where it stopped.")]
Metrics = Annotated[str | None, typer.Option(help="What to score there beside psnr and ssim, such as lpips,niqe.")]
Log = Annotated[str | None, typer.Option(help="Who else is told the curve: tensorboard, wandb, trackio.")]
Cache = Annotated[Path | None, typer.Option(help="Folder for the decoded pictures; beside --out by default.")]
Check = Annotated[bool, typer.Option("--check", help="One step, one validation, one checkpoint; then stop.")]
