"""One page that tells what was run and what came out: a single HTML file that opens offline."""

import base64
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from PIL.Image import Image, fromarray

from acutance.data import PictureSet
from acutance.errors import RequestError
from acutance.files import write_text
from acutance.report.curves import Chart, charts
from acutance.report.page_tables import Table, page_tables
from acutance.report.panels import Pixels
from acutance.report.published import Published
from acutance.report.svg import svg
from acutance.run_folder import RunFolder
from acutance.scores.results import Results
from acutance.scores.wording import lr_sentence
from acutance.tables import Rows

LONGEST = 90
"""Characters shown of a setting, such as a list of files."""


def write_report(
    path: str | Path,
    *,
    title: str,
    runs: Mapping[str, Path],
    results: Sequence[Results],
    figures: Mapping[str, Image],
    commands: Sequence[str],
    facts: Mapping[str, str],
    sliders: Mapping[str, Mapping[str, Pixels]] | None = None,
    drawn: Sequence[Chart] = (),
    published: Sequence[Published] = (),
    verdict: Table | None = None,
    choice: str = "",
    refresh: int | None = None,
) -> None:
    """Write the report; everything is inside the file, and all text is escaped.

    Args:
        path: the HTML file.
        title: of the page.
        runs: run folders by the label of their curves; what a folder lacks is left out.
        results: one row of the tables each.
        figures: pictures by their caption.
        commands: what a reader types to have the same.
        facts: what else belongs at the top, such as the device and the time it took.
        sliders: by its caption, one picture as it was made in two ways or more, by their labels; of equal size. The
            first two are shown at first, and the reader may choose others.
        drawn: charts beside those of the runs, such as `spectra`.
        published: rows of the papers' tables, below those of the results.
        verdict: what several seeds say, above the results, which are those of its runs.
        choice: a sentence on how the pictures of sliders and figures were chosen.
        refresh: seconds after which the page loads itself again, of a run in progress; None for a page that is whole.

    Raises:
        AcutanceError: the file cannot be written.
    """
    import jinja2

    source = resources.files("acutance.report").joinpath("page.html.jinja").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(source)
    made = {"Made by": f"Acutance {metadata.version('acutance')}, {datetime.now(UTC):%d %B %Y %H:%M} UTC"}
    write_text(
        path,
        template.render(
            title=title,
            facts={**facts, **made},
            commands=commands,
            charts=[_drawn(chart, list(runs)) for chart in charts(runs)],
            drawn=[_drawn(chart, _labels(runs, chart)) for chart in drawn],
            sliders=[_slider(*slider) for slider in (sliders or {}).items()],
            settings=setting_rows(runs),
            tables=page_tables(results, published, verdict),
            choice=choice,
            refresh=refresh,
            figures=[(caption, _picture(figure)) for caption, figure in figures.items()],
        ),
    )


def check_page(path: Path) -> None:
    """Raise RequestError unless the suffix is that of a page."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise RequestError(f"{path}: a report is a page, named FILE.html.")


def scored_facts(results: Sequence[Results], sets: Sequence[PictureSet]) -> dict[str, str]:
    """Return what belongs at the top of a page of scores: the sets, the scale, the protocol, and what has none."""
    measured = ", ".join(f"{each.name} ({len(each.pairs)})" for each in sets)
    failed = dict.fromkeys(sentence for each in results for sentence in each.failed)
    low = lr_sentence(results).removeprefix("LR: ").rstrip(".")
    facts = {"Measured on": measured, "Scale": f"x{results[0].scale}", "LR": low, "Protocol": results[0].protocol}
    return {**facts, **({"Not scored": " ".join(failed)} if failed else {})}


def setting_rows(runs: Mapping[str, Path]) -> tuple[Rows, Rows]:
    """Return the settings in the experiment.json of the runs, a row each: those that differ, and those that do not."""
    settings = {name: _settings(folder) for name, folder in runs.items()}
    keys = dict.fromkeys(key for each in settings.values() for key in each)
    rows = [[key, *(each.get(key, "") for each in settings.values())] for key in keys]
    different = [row for row in rows if len(set(row[1:])) > 1]
    return [["setting", *runs], *different], [["setting", "value"], *(row[:2] for row in rows if row not in different)]


def _settings(run: Path) -> dict[str, str]:
    return dict(_flat(RunFolder(run).settings()))


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, item in value.items():
        if isinstance(item, dict) and item:
            yield from _flat(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _short(item)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _labels(runs: Iterable[str], chart: Chart) -> list[str]:
    """Return the runs, which keep their colours in every chart, and what else the chart shows."""
    return list(dict.fromkeys([*runs, *(label for label, _ in chart.curves)]))


def _drawn(chart: Chart, runs: Sequence[str]) -> tuple[str, str, str]:
    """Return the title, what else is to be said, and the picture."""
    note = "logarithmic axis" if chart.logarithmic else ""
    drawing = svg(chart, runs).encode("utf-8", "backslashreplace")
    return f"{chart.title}, by {chart.across}", note, _uri("svg+xml", drawing)


def _slider(caption: str, pictures: Mapping[str, Pixels]) -> tuple[str, int, int, list[tuple[str, str]]]:
    """Return the caption, the width and height in pixels, and each picture by its label."""
    height, width, _ = next(iter(pictures.values())).shape
    return caption, width, height, [(label, _picture(fromarray(pixels))) for label, pixels in pictures.items()]


def _picture(figure: Image) -> str:
    file = io.BytesIO()
    figure.save(file, format="PNG", optimize=True)
    return _uri("png", file.getvalue())


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
