"""The files that an evaluation writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from acutance.data import PictureSet
from acutance.errors import RequestError
from acutance.evaluation.subject import Begin
from acutance.files import check_target, write_json
from acutance.provenance import quoted
from acutance.report.gallery import gallery
from acutance.report.page import check_page, scored_facts, write_report
from acutance.report.sheets import check_table, write_pictures, write_table
from acutance.scores.results import Results

Place = str | PathLike[str] | None


@dataclass(frozen=True)
class Outputs:
    """Where to write: the scores, those of every picture, the table of means, the page, and the SR pictures."""

    json: Path | None
    csv: Path | None
    table: Path | None
    report: Path | None
    save: Path | None

    @classmethod
    def to(cls, *, explain: bool, **places: Place) -> "Outputs":
        """Return the outputs, `places` by the names of the attributes.

        Raises:
            RequestError: one could not be written at the end.
        """
        given = {name: None if place is None else Path(place) for name, place in places.items()}
        for name in (name for name, place in given.items() if explain and place is not None and name != "json"):
            raise RequestError(f"--explain writes nothing but --json: leave out --{name}.")
        outputs = cls(**given)
        check_target(outputs.json, outputs.csv, outputs.table, outputs.report, outputs.save and outputs.save / "SET")
        if outputs.table is not None:
            check_table(outputs.table)
        if outputs.report is not None:
            check_page(outputs.report)
        return outputs

    def write(self, results: Results, sources: Mapping[str, Begin], sets: Sequence[PictureSet]) -> None:
        """Write the files; `sources` make again the pictures that the page shows."""
        if self.json is not None:
            write_json(self.json, results.to_json())
        if self.csv is not None:
            write_pictures(self.csv, results.beside)
        if self.table is not None:
            write_table(self.table, results.beside, results.published)
        if self.report is not None:
            write_evaluation(self.report, results, sources, sets)


def write_evaluation(path: Path, results: Results, sources: Mapping[str, Begin], sets: Sequence[PictureSet]) -> None:
    """Write the page of an evaluation; the curve and the settings of a run folder are on it too."""
    network, run = results.network, Path(results.network)
    shown = gallery(results.beside, sources, sets)
    write_report(
        path,
        title=f"{network} on {', '.join(each.name for each in sets)}",
        runs={network: run} if run.is_dir() else {},
        results=results.beside,
        figures=shown.figures,
        commands=[quoted()],
        facts=scored_facts([results], sets),
        sliders=shown.sliders,
        published=results.published,
        choice=shown.choice,
    )
