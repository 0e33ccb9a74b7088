"""`acutance upscale` of what is more than pictures on one machine: on a cluster, and of a film."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from acutance.errors import RequestError, shown
from acutance.progress import Progress, tell
from acutance.terminal import say

if TYPE_CHECKING:
    from acutance.cluster import Request


def elsewhere(
    inputs: Sequence[str],
    out: str | None,
    request: "Request",
    cluster: str | None,
    manifest: Path | None,
    here: Mapping[str, object],
) -> bool:
    """Do what is asked for where it is one of these, and tell whether it was; `here` is for pictures here alone."""
    from acutance.video import SUFFIXES, unused

    films = [each for each in inputs if each.lower().endswith(SUFFIXES)]
    if not (films or cluster or manifest):
        return False
    for option in (option for option, asked in here.items() if asked):
        more = "; a cluster has its manifest" if option == "--json" else ""
        raise RequestError(f"{option} is for pictures on one machine{more}.")
    if cluster or manifest:
        _on_cluster(inputs, out, request, cluster or "auto", manifest)
    elif len(inputs) > 1:
        raise RequestError(f"{films[0]} is a film, and films are upscaled one at a time.")
    elif vain := unused(request.rules):
        raise RequestError(f"{vain[0]} is for pictures, and has no effect on a film such as {films[0]}.")
    else:
        _film(Path(films[0]), out, request)
    return True


def _on_cluster(
    inputs: Sequence[str], out: str | None, request: "Request", cluster: str, manifest: Path | None
) -> None:
    """Upscale, name what failed, and print the counts; leave with status 1 where something failed."""
    from acutance.cluster import upscale_on_cluster

    if out is None:
        raise RequestError("a cluster needs a folder for results: name one with --out.")
    counts = Counter(written=0, skipped=0, failed=0)
    try:
        for entry in upscale_on_cluster(inputs, out, request, cluster=cluster, manifest=manifest):
            counts[{"done": "written"}.get(entry.status, entry.status)] += 1
            if entry.why:
                say(f"acutance: {shown(entry.why)}")
    finally:
        if counts.total():
            tell(", ".join(f"{number} {state}" for state, number in counts.items()))
    if counts["failed"]:
        raise typer.Exit(1)


def _film(source: Path, out: str | None, request: "Request") -> None:
    from acutance.video import upscale_film

    enlarger = request.enlarger(100)
    target = Path(out) if out else source.with_name(f"{source.stem}_{enlarger.label}{source.suffix}")
    target = target / source.name if target.is_dir() else target
    bar: list[Progress] = []

    def note(done: int, frames: int) -> None:
        if not bar:
            bar.append(Progress(f"{source.name}, frames", frames, done - 1))
            bar[0].__enter__()
        bar[0].update()

    try:
        rules = request.rules
        quality, words = rules.output.quality, request.words()
        made = upscale_film(
            source, target, enlarger, asked=words, quality=quality, overwrite=rules.overwrite, note=note
        )
    finally:
        for each in bar:
            each.__exit__(None, None, None)
    again = f", {made.resumed} of them from before" if made.resumed else ""
    before, after = ("x".join(map(str, size)) for size in (made.size, made.upscaled))
    tell(f"{shown(target)}  {made.frames} frames{again}  {before} -> {after}")
