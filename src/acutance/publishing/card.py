"""The page that stands beside weights: what they are, how one uses them, how they were trained, what they score."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from acutance.metrics import METRICS
from acutance.publishing.without_folders import command, plain, settings
from acutance.scores.results import Results
from acutance.scores.score_rows import notes, set_rows
from acutance.tables import Rows, markdown

LICENCES = (
    "apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "gpl-3.0", "lgpl-3.0", "agpl-3.0", "mpl-2.0", "unlicense",
    "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "openrail", "other", "unknown",
)  # fmt: skip
"""What the Hub knows of them; any other is told to it as "other", with its name."""
UNSAID = "Its author has not said any. Until they do, nobody else may copy or use these weights."


@dataclass(frozen=True)
class Card:
    """What a card is made from.

    Attributes:
        repository: owner/name.
        network: the name of its design.
        scale: how many times larger SR is than LR.
        parameters: trained ones.
        header: the card in the header of the file of weights.
        told: what the run's folder says of it; empty where there is none.
        config: the text of its settings file.
        licence: as its author says it; None where they do not.
        scores: on test sets, where they were taken.
    """

    repository: str
    network: str
    scale: int
    parameters: int
    header: Mapping[str, Any]
    told: Mapping[str, Any]
    config: str = ""
    licence: str | None = None
    scores: Results | None = None

    def text(self) -> str:
        """Return the card as Markdown, with the Hub's metadata above it. No folder of this machine stands in it."""
        parts = [self._metadata(), self._head(), self._use(), self._training(), self._scores(), self._licence()]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _metadata(self) -> str:
        lines: dict[str, object] = {}
        if self.licence is not None and self.licence.lower() in LICENCES:
            lines["license"] = self.licence.lower()
        elif self.licence is not None:
            lines |= {"license": "other", "license_name": self.licence}
        lines |= {"library_name": "acutance", "pipeline_tag": "image-to-image"}
        lines["tags"] = ["super-resolution", self.network.partition(":")[0], f"x{self.scale}"]
        body = "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in lines.items())
        return f"---\n{body}\n---"

    def _head(self) -> str:
        larger = f"makes pictures {self.scale} times as high and wide" if self.scale > 1 else "restores pictures"
        what = f"A network of {self.network} that {larger}, with {self.parameters:,} weights, trained with Acutance."
        return f"# {self.repository.partition('/')[2]}\n\n{what}"

    def _use(self) -> str:
        place = f"hf:{self.repository}"
        return (
            f"    pip install 'acutance[hub]'\n    acutance upscale photo.jpg --network {place}\n\n"
            f'In Python: `acutance.upscale("photo.jpg", acutance.load("{place}"))`. '
            "The file holds weights and a header of plain values, and no code."
        )

    def _training(self) -> str:
        rows = [["", ""], *([name, value] for name, value in self._facts().items() if value)]
        parts = ["## Training", markdown(rows)] if len(rows) > 1 else []
        if words := command(self.told.get("command")):
            parts.append(f"    {words}")
        if text := settings(self.config):
            parts.append(f"<details><summary>Every option (run.toml)</summary>\n\n```toml\n{text}```\n\n</details>")
        return "\n\n".join(parts)

    def _facts(self) -> dict[str, str]:
        experiment: Mapping[str, Any] = self.told.get("experiment") or {}
        objective = experiment.get("objective") or {}
        pictures = [each for each in self.told.get("data") or () if isinstance(each, dict)]
        size = sum(int(each.get("bytes") or 0) for each in pictures) / 1e6
        held = f"{len(pictures)} pictures, {size:.1f} MB" if pictures else ""
        version = {name: self.told.get(name) for name in ("version", "torch", "device")}
        return {
            "recipe": str(self.header.get("recipe") or ""),
            "data": ": ".join(filter(None, [_listed(self.header.get("data")), held])),
            "objective": ", ".join(_term(name, term["weight"]) for name, term in objective.items()),
            "begins with": _file(self.told.get("init")),
            "steps": _steps(self.header.get("step"), experiment),
            "seed": str(self.header.get("seed", "")),
            "made by": "Acutance {version}, PyTorch {torch}, {device}".format(**version) if self.told else "",
        }

    def _scores(self) -> str:
        parts: list[str] = []
        if rows := _validation(self.header.get("scores") or {}):
            parts += ["While it was trained:", markdown(rows)]
        if chosen := self.header.get("chosen_on"):
            sets = ", ".join(chosen["sets"])
            parts.append(f"These weights were chosen by {chosen['by']} on {sets}: scores there are no test of them.")
        if self.scores is not None:
            beside = replace(self.scores, network=self.repository).beside
            parts += ["By `acutance evaluate`:", markdown(set_rows(beside)), " ".join(notes(beside))]
        return "\n\n".join(["## Scores", *parts]) if parts else ""

    def _licence(self) -> str:
        return f"## Licence\n\n{f'{self.licence}.' if self.licence else UNSAID}"


def _listed(names: object) -> str:
    return ", ".join(map(str, cast(list[object], names))) if isinstance(names, list) else str(names or "")


def _term(name: str, weight: object) -> str:
    if isinstance(weight, dict):
        ratio = cast(dict[str, Any], weight)
        return f"{name}, its gradient {ratio['fraction']:g} times that of {ratio['of']}"
    return f"{weight:g} x {name}"


def _file(given: object) -> str:
    """Return the name of a file that was given for a run."""
    source = cast(dict[str, str], given).get("source", "") if isinstance(given, dict) else ""
    return plain({"name": source})["name"]


def _steps(step: object, experiment: Mapping[str, Any]) -> str:
    if step is None:
        return ""
    rest = [f"{name} {experiment[name]}" for name in ("batch", "patch") if name in experiment]
    return ", ".join([f"{step} of {experiment['steps']}" if "steps" in experiment else str(step), *rest])


def _validation(scores: Mapping[str, float]) -> Rows:
    """Return the scores of validation, "validation/SET/METRIC", as rows of sets and columns of metrics."""
    keys = [key.split("/") for key in scores if key.count("/") == 2 and key.startswith("validation/")]
    names: Sequence[str] = list(dict.fromkeys(metric for _, _, metric in keys if metric in METRICS))
    sets = list(dict.fromkeys(name for _, name, _ in keys))
    body = [[each, *(_number(scores.get(f"validation/{each}/{name}"), name) for name in names)] for each in sets]
    return [["set", *(METRICS[name].title for name in names)], *body] if names else []


def _number(value: float | None, metric: str) -> str:
    return "-" if value is None else f"{value:.{METRICS[metric].digits}f}"
