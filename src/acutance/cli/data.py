"""`acutance data`: weights that metrics need, a look through pictures, copies to train on, leaks from test sets."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acutance.errors import RequestError, unknown

if TYPE_CHECKING:
    from acutance.overlap.search import Overlap, TestPictures

data = typer.Typer(
    help="Prepare pictures and look them through; fetch weights that metrics need.", no_args_is_help=True
)


@data.command()
def fetch(
    what: Annotated[str, typer.Argument(help="lpips or niqe.")],
    weights: Annotated[
        Path | None, typer.Option(envvar="ACUTANCE_WEIGHTS", help="Folder to put them in; ACUTANCE_WEIGHTS by default.")
    ] = None,
    backbone: Annotated[str, typer.Option(help="Of LPIPS: squeeze (5 MB), alex (233 MB) or vgg (528 MB).")] = "squeeze",
) -> None:
    """Download what a metric needs, from where its authors put it, and check it.

    Example: acutance data fetch lpips --weights weights/ --backbone alex

    Files that are already there are checked and kept.
    """
    from acutance.metrics import BACKBONES, fetch
    from acutance.metrics.niqe import FILE

    if weights is None:
        raise RequestError("where shall the files go? Name a folder by --weights DIR, or in ACUTANCE_WEIGHTS.")
    if backbone not in BACKBONES:
        raise unknown("backbone of LPIPS", backbone, BACKBONES)
    chosen = BACKBONES[backbone]
    files = {"lpips": (chosen.linear, chosen.features), "niqe": (FILE,)}
    if what not in files:
        raise unknown("file to fetch", what, files)
    for file in files[what]:
        print(f"{fetch(file, weights)}: {file.content}", flush=True)


@data.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A set: a folder of pictures, or one with HR/ beside LR_bicubic/.")],
    scale: Annotated[int, typer.Option(help="Of the LR files looked for.")] = 4,
) -> None:
    """Decode every picture of a set, with its LR file where it has one, and name those that cannot be used.

    Example: acutance data verify benchmark/Set5 --scale 4

    The exit status is 1 if there is one.
    """
    from acutance.data import decode, find_set
    from acutance.degrade import Bicubic
    from acutance.errors import PictureError
    from acutance.progress import track

    found, faults = find_set(None, str(folder), scale), 0
    for pair in track(found.pairs, found.name, len(found.pairs)):
        try:
            decode(pair, Bicubic(scale))
        except PictureError as error:
            faults += 1
            typer.echo(f"acutance: {error}", err=True)
    low = sum(pair.lr is not None for pair in found.pairs)
    print(f"{found.name}: {len(found.pairs)} pictures, {low} with an LR file for x{scale}; {faults} cannot be used.")
    if faults:
        raise typer.Exit(1)


@data.command()
def shrink(
    folders: Annotated[list[Path], typer.Argument(help="Folders of pictures, with their subfolders.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the copies.")],
    to: Annotated[str, typer.Option(help="Shares of the size, with commas; 1 copies the picture as it is.")],
) -> None:
    """Write smaller copies of pictures to train on: edges are sharper there, and more of them fit in a patch.

    Example: acutance data shrink photos/ --to 1,0.75,0.5 -o sizes/

    Makes sizes/photos/0.75/NAME.png and so on, lossless, by bicubic as MATLAB's; train on them with --data sizes/.
    The exit status is 1 if a picture failed (each is named).
    """
    from acutance.data.shrink import plan
    from acutance.errors import PictureError
    from acutance.progress import track

    planned, faults = plan(folders, _factors(to), out), 0
    for each in track(planned, "shrinking", len(planned)):
        try:
            if isinstance(each, PictureError):
                raise each
            each.write()
        except PictureError as error:
            faults += 1
            typer.echo(f"acutance: {error}", err=True)
    print(f"{out}: {len(planned) - faults} pictures, each at {to} of its size; {faults} failed.")
    if faults:
        raise typer.Exit(1)


def _factors(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise RequestError(f"--to {text}: name shares of the size with commas, such as 1,0.75,0.5.") from None


@data.command()
def overlap(
    data: Annotated[list[Path], typer.Option(help="Folder of pictures that train; may be given again.")],
    sets: Annotated[str, typer.Option(help="Sets that test, with commas: names in --test, or folders.")],
    test: Annotated[Path | None, typer.Option(help="Folder of the sets; ACUTANCE_DATA by default.")] = None,
    json: Annotated[Path | None, typer.Option("--json", help="File for what was found.")] = None,
) -> None:
    """Tell whether pictures that train show what test pictures show: the same photograph, or a part of it.

    Example: acutance data overlap --data photos/ --test benchmarks/ --sets Set5,Set14,B100

    Finds crops and pictures that were enlarged, made smaller, turned, mirrored or compressed, by their keypoints and
    then their pixels. A large picture takes a few seconds. The exit status is 1 if there is such a picture, or one
    that could not be looked for (each is named).
    """
    from acutance.data import find_pictures, find_sets
    from acutance.overlap.search import TestPictures

    held_out = TestPictures([pair.hr for found in find_sets(test, sets, 1) for pair in found.pairs])
    paths = [path for folder in data for path in find_pictures(folder, recursive=True)]
    if not paths:
        raise RequestError(f"there is no picture in {', '.join(map(str, data))}.")
    found, unknown = _look_for(held_out, paths)
    for sentence in unknown:
        typer.echo(f"acutance: {sentence}", err=True)
    for each in found:
        print(_told(each))
    _write_overlaps(json, len(paths), held_out, found, unknown)
    print(f"{len(paths)} pictures, {len(held_out.known)} of {sets}: {len(found) or 'none'} in common.")
    if found or unknown:
        raise typer.Exit(1)


def _look_for(held_out: "TestPictures", paths: Sequence[Path]) -> "tuple[list[Overlap], list[str]]":
    from acutance.errors import PictureError
    from acutance.progress import track

    found: list[Overlap] = []
    unknown = list(held_out.unknown)
    for path in track(paths, "looking", len(paths)):
        try:
            found += held_out.overlaps(path)
        except PictureError as error:
            unknown.append(str(error))
    return found, unknown


def _told(overlap: "Overlap") -> str:
    mirror = ", mirrored" if overlap.mirrored else ""
    return (
        f"{overlap.train} shows {overlap.share:.0%} of {overlap.test}{mirror} (correlation {overlap.similarity:.2f})."
    )


def _write_overlaps(
    path: Path | None, pictures: int, held_out: "TestPictures", found: "Sequence[Overlap]", unknown: Sequence[str]
) -> None:
    from acutance.files import write_json

    if path is not None:
        rows = [{**vars(each), "train": str(each.train), "test": str(each.test)} for each in found]
        counted = {"train": pictures, "test": len(held_out.known)}
        write_json(path, {**counted, "overlaps": rows, "not_looked_for": list(unknown)})
