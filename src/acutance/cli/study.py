"""`acutance study`: a page on which people rank pictures of several methods blindly, and the chart of their votes."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.errors import RequestError, shown

Methods = Annotated[
    list[str] | None,
    typer.Argument(metavar="[DIR]...", help="A folder of SR pictures a method, or LABEL=DIR; names are shared."),
]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="The page, study.html; with --votes the chart, .svg.")]
VotesFiles = Annotated[list[Path] | None, typer.Option("--votes", help="File that a browser gave; may be given again.")]


def study(
    methods: Methods = None,
    out: Out = None,
    reference: Annotated[Path | None, typer.Option(help="Folder of originals, shown above the candidates.")] = None,
    pictures: Annotated[int, typer.Option(min=1, help="How many are asked about, drawn at random.")] = 20,
    crop: Annotated[int, typer.Option(min=0, help="Pixels a side shown of each, its middle; 0 for all.")] = 480,
    seed: Annotated[int | None, typer.Option(help="Of the order; a new one each time by default.")] = None,
    votes: VotesFiles = None,
    key: Annotated[Path | None, typer.Option(help="What was written beside the page: study.key.json.")] = None,
) -> None:
    """Rank pictures of several methods without knowing whose they are, as in a user study.

    Example: acutance study L1=sr/pixel PCL=sr/pcl -o study.html

    Then: acutance study --votes votes-1.json --votes votes-2.json --key study.key.json -o bars.svg

    The page is one file that opens offline; votes stay in the browser and are saved as a file. `acutance evaluate
    --save DIR` writes the pictures.
    """
    from acutance.report import count_votes, write_study

    if votes:
        if methods or key is None:
            raise RequestError("votes are counted with their key alone: --votes FILE --key study.key.json.")
        print(count_votes(votes, key, out))
        return
    if not methods or key is not None:
        raise RequestError("name two folders or more: acutance study L1=sr/pixel PCL=sr/pcl -o study.html.")
    page = write_study(methods, out or Path("study.html"), reference=reference, pictures=pictures, crop=crop, seed=seed)
    print(
        f"{shown(page)} is written; its key, which is not for those who rank: {shown(page.with_suffix('.key.json'))}."
    )
