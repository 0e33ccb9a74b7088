"""The options of `acutance upscale`."""

from pathlib import Path
from typing import Annotated

import typer


def _show_formats(wanted: bool) -> bool:
    if wanted:
        from acutance.images import table
        from acutance.tables import plain

        rows = table()
        print(plain([list(rows[0]), *(list(row.values()) for row in rows)]))
        raise typer.Exit
    return wanted


Inputs = Annotated[
    list[str],
    typer.Argument(help="Picture files, folders of them with their subfolders, and - for standard input."),
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        help="Folder; or, for one picture, a file, or - for standard output. Default: photo_x4.jpg beside photo.jpg.",
    ),
]
Scale = Annotated[
    float | None,
    typer.Option(help="How many times as high and wide, such as 2 or 2.5; by default 4.", show_default=False),
]
Width = Annotated[int | None, typer.Option(help="Pixels across, instead of a scale; the height follows.")]
Height = Annotated[int | None, typer.Option(help="Pixels down, instead of a scale; the width follows.")]
Fit = Annotated[
    str | None, typer.Option(metavar="WxH", help="As large as fits into a box such as 3840x2160, instead of a scale.")
]
Format = Annotated[
    str | None, typer.Option(help="Format to write, such as png or jpg; by default the input's. See --formats.")
]
Quality = Annotated[int | None, typer.Option(help="1 to 100, for formats that lose detail; by default high.")]
Depth = Annotated[int | None, typer.Option(help="Bits a channel: 8, 16 or 32 (floats); by default the input's.")]
Name = Annotated[
    str | None,
    typer.Option(
        metavar="PATTERN",
        help="How results are called, such as {stem}_x{scale}; also width, height, network, suffix, parent in braces.",
    ),
]
StripMetadata = Annotated[
    bool, typer.Option("--strip-metadata", help="Write no EXIF, XMP, IPTC or words; the colour profile stays.")
]
FirstFrame = Annotated[
    bool, typer.Option("--first-frame", help="Of animations and of files with several pages take the first only.")
]
MostPixels = Annotated[
    int, typer.Option("--max-pixels", min=1, help="Refuse pictures with more pixels than this, before decoding them.")
]
SkipExisting = Annotated[
    bool,
    typer.Option("--skip-existing", help="Leave what is done: whole, as large as asked for, newer than its input."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Write anew what is there; inputs are never overwritten.")]
Formats = Annotated[
    bool,
    typer.Option("--formats", callback=_show_formats, is_eager=True, help="Print which formats are read and written."),
]
Tile = Annotated[int | None, typer.Option(min=1, help="Longest side of a tile in pixels; by default as memory allows.")]
Overlap = Annotated[
    int | None, typer.Option(min=0, help="Pixels that tiles share; by default as many as leave no seam.")
]
Ensemble = Annotated[
    bool, typer.Option("--ensemble", help="Average over eight symmetries: 8 times the work, a little better.")
]
Gradients = Annotated[
    bool, typer.Option("--gradients", help="Also write the gradient map that an SPSR network predicts, as a PNG.")
]
BranchOff = Annotated[
    bool,
    typer.Option("--branch-off", help="Set the features of an SPSR network's gradient branch to zero."),
]
Json = Annotated[Path | None, typer.Option("--json", help="Write what became of each picture to this file.")]
Jobs = Annotated[
    int, typer.Option(min=1, help="Pictures at the network at once, which share the threads; 2 suits many small ones.")
]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="auto|ADDRESS", help="Share the work out by Ray: a cluster here, or one that runs."),
]
Manifest = Annotated[
    Path | None, typer.Option(help="File of what a cluster has done, from which a second start goes on; in --out.")
]
