"""`acutance serve`: the page, and the same as a JSON interface."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; another than this machine's demands --password.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any that is free.")] = 8000,
    password: Annotated[
        str | None,
        typer.Option(envvar="ACUTANCE_PASSWORD", help="Asked for by browsers; also taken as a bearer token."),
    ] = None,
    runs: Annotated[Path | None, typer.Option(help="Folder of training runs to show in a third tab.")] = None,
    network: Annotated[
        list[Path] | None, typer.Option(help="File or run of a network to offer too; may be given again.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where pictures lie meanwhile; by default in the cache.")] = None,
    keep: Annotated[float, typer.Option(help="Hours for which results are kept.")] = 24,
    workers: Annotated[int, typer.Option(min=1, help="Pictures worked on at one time.")] = 1,
    queue: Annotated[int, typer.Option(min=1, help="Pictures that may wait, of all clients.")] = 200,
    each: Annotated[int, typer.Option(min=1, help="Pictures that may wait, of one client.")] = 50,
    max_bytes: Annotated[int, typer.Option(min=1, help="Bytes of an upload.")] = 64 << 20,
    max_pixels: Annotated[int, typer.Option(min=1, help="Pixels of an upload, all frames together.")] = 40_000_000,
    max_result_pixels: Annotated[int, typer.Option(min=1, help="Pixels of a result.")] = 300_000_000,
    seconds: Annotated[float, typer.Option(help="Seconds that a picture may take.")] = 900,
    memory: Annotated[float, typer.Option(help="GiB of memory that the process of a picture may take.")] = 1.5,
) -> None:
    """Serve a web page on which pictures are dropped and come back larger, and the same for programs.

    Example: acutance serve --runs runs/

    Nothing is asked of anywhere else. It ends with Ctrl-C; what was not finished goes on when it is started again.
    """
    from acutance.progress import tell
    from acutance.serve import Limits
    from acutance.serve import serve as listen

    limits = Limits(
        bytes=max_bytes, pixels=max_pixels, result_pixels=max_result_pixels, queue=queue, each=each, seconds=seconds,
        memory=int(memory * 2**30), keep=keep * 3600, workers=workers,
    )  # fmt: skip
    listen(
        host, port, password=password, folder=folder, runs=runs, networks=network or [], limits=limits,
        told=lambda address: tell(f"Acutance is at {address} (Ctrl-C ends it)"),
    )  # fmt: skip
