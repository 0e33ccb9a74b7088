"""`acutance data fetch`: weights that metrics need are downloaded; of test sets is told where they are to be had."""

from pathlib import Path
from typing import Annotated

import typer

from acutance.cli.options import Weights

What = Annotated[str, typer.Argument(help="lpips, niqe, or a test set such as Set14; all test sets by default.")]
Backbone = Annotated[str, typer.Option(help="Of LPIPS: squeeze (5 MB), alex (233 MB) or vgg (528 MB).")]
Test = Annotated[Path | None, typer.Option(help="Folder of the test sets; ACUTANCE_DATA by default.")]


def fetch(what: What = "", weights: Weights = None, backbone: Backbone = "squeeze", test: Test = None) -> int:
    """Download what a metric needs, from where its authors put it, and check it; tell where a test set is to be had.

    Example: acutance data fetch lpips --weights weights/ --backbone alex

    Test sets are not downloaded, as their terms are for you to accept: acutance data fetch Set14 --test benchmarks/
    says where it is, on which terms, and holds what is there against its fingerprints; the exit status is 1 unless all
    of it is as published. Files that are already there are checked and kept.
    """
    from acutance.data import KNOWN, known_set

    if not what:
        return int(sum(_told(name, test) for name in KNOWN) < len(KNOWN))
    if (known := known_set(what)) is not None:
        return int(not _told(known.name, test))
    from acutance.metrics import fetch_for

    for path, file in fetch_for(what, weights, backbone=backbone):
        print(f"{path}: {file.content}", flush=True)
    return 0


def _told(name: str, test: Path | None) -> bool:
    """Print what there is to say of a test set, and return whether it is there as published."""
    from acutance.data import KNOWN, find_known

    known = KNOWN[name]
    print(f"{name}, {known.count} pictures, {known.source}. Terms: {known.terms}. To be had: {known.place}.")
    found = find_known(known, test)
    print(f"  Here: {'nothing of it' if found is None else found.sentence.rstrip('.')}.", flush=True)
    return found is not None and (found.as_published or found.found == known.count > 0 == len(known.fingerprints))
