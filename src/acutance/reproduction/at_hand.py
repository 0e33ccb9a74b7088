"""Which of a table's sets and metrics can be scored here."""

import os
from collections.abc import Sequence
from pathlib import Path

from acutance.data import PictureSet, find_sets
from acutance.data.sets import VARIABLE, sets_root
from acutance.errors import RequestError
from acutance.metrics import METRICS
from acutance.metrics.names import full_names
from acutance.reproduction.paper_tables import SCALE, PaperTable
from acutance.scores.measuring import LPIPS_OF, make_scorer


def sets_at_hand(
    table: PaperTable, test: Path | None, data: Sequence[Path], wanted: Sequence[str]
) -> tuple[tuple[PictureSet, ...], list[str]]:
    """Return the sets of a table that are in `test` (else ACUTANCE_DATA, else `data`), and what is not, in a sentence.

    Raises:
        RequestError: none is there, or one that is wanted by name is not.
    """
    root = sets_root(test, data)
    if wanted:
        return find_sets(root, wanted, SCALE), []
    names = table.sets
    found: dict[str, PictureSet] = {}
    for name in names:
        try:
            found[name] = find_sets(root, [name], SCALE)[0]
        except RequestError:
            continue
    if not found:
        place = root or os.environ[VARIABLE]
        raise RequestError(f"{table.name} is scored on {', '.join(names)}, and none of them is in {place} (--test).")
    missing = [name for name in names if name not in found]
    return tuple(found.values()), [f"Not at hand, and not scored: {', '.join(missing)}."] if missing else []


def metrics_at_hand(table: PaperTable, wanted: Sequence[str], weights: Path | None) -> tuple[list[str], list[str]]:
    """Return the metrics of a table whose weights are there, and a sentence for each that is not.

    Raises:
        RequestError: none is.
    """
    if wanted:
        return list(wanted), []
    kept: list[str] = []
    said: list[str] = []
    for name in full_names(table.metrics, LPIPS_OF.get(table.protocol, "alex")):
        try:
            make_scorer(table.protocol, [name], weights)
        except RequestError as error:
            said.append(f"{METRICS[name].title} was not scored: {error}")
        else:
            kept.append(name)
    if not kept:
        raise RequestError(f"{table.name} is scored by {', '.join(table.metrics)}; {said[0]}")
    return kept, said
