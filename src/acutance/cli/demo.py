"""`acutance demo`: the main job on the photographs that ship, in a few minutes, from training to a picture."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli.options import Device


def demo(
    out: Annotated[Path, typer.Option(help="Folder for everything that is made.")] = Path("demo"),
    steps: Annotated[int | None, typer.Option(help="Updates of each run; 300 by default.")] = None,
    seed: Annotated[int, typer.Option(help="Decides the patches and the samples.")] = 1,
    device: Device = "auto",
) -> None:
    """Go on with and without PCL, compare, and draw the result.

    Example: acutance demo

    The network that ships is trained on for a few minutes on eleven photographs, once with L1 alone and once with L1 +
    PCL by an embedding network that has learned, same seed, same budget. Both are measured on four others, beside the
    filter that makes L1's pictures as sharp. Writes demo/comparison.png and demo/report.html.
    """
    from acutance.demo import demo as run

    print(run(out=out, steps=steps, seed=seed, device=device))
