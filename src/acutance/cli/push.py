"""`acutance push`: a run's weights and their card to the Hugging Face Hub."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.errors import shown


def push(
    run: Annotated[str, typer.Argument(help="Folder of a run, or a .safetensors file of Acutance.")],
    repository: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="Where, on the Hub.")],
    licence: Annotated[
        str | None, typer.Option(help="Under which others may use the weights, such as apache-2.0 or cc-by-nc-4.0.")
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="For everybody to see; private by default.")] = False,
    scores: Annotated[
        Path | None, typer.Option(help="File of `acutance evaluate --json`, whose table the card is to show.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the card, and push nothing.")] = False,
) -> None:
    """Push the weights of a run to the Hugging Face Hub, with a card made from the run.

    Example: acutance push runs/x owner/name --licence apache-2.0

    The card tells recipe, data, command and scores, and no folder of this machine. The token is that of
    `hf auth login`, or HF_TOKEN.
    """
    from acutance import publishing

    if dry_run:
        print(publishing.card_of(run, repository, licence=licence, scores=scores).text(), end="")
        return
    made = publishing.push(run, repository, licence=licence, public=public, scores=scores)
    print(f"{shown(made.page)} ({'private' if made.private else 'public'}), for --network {shown(made.address)}")
    if licence is None:
        print("No licence was given, and the card says so: others may not use these weights until --licence says how.")
