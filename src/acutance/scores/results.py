"""The scores of one network on test sets, as values, as JSON, and as the table that a reader sees."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any

from acutance.data.pairs import HERE
from acutance.errors import unknown

UNKNOWN = "not said"
"""What LR was in results that were written before it was said."""
Scores = Mapping[str, float]
"""A value for every metric of a protocol, such as {"psnr": 28.42, "ssim": 0.81}."""


@dataclass(frozen=True)
class SetResult:
    """The scores of one test set, picture by picture, and a sentence for each picture that could not be scored.

    `result["psnr"]` is the mean over the pictures. `remarks` holds what a reader should know of a picture that was
    scored, such as that it is grey. `lr` says what LR was: "bicubic here", made of HR, or "files", the set's own.
    `known` says what of a test set of the papers was there ("Set14, 14 of 14, as published."), and nothing of others.
    `chosen` says by what metric the weights were chosen on this set's pictures; nothing where they were not.
    """

    images: Mapping[str, Scores]
    failed: Mapping[str, str]
    expected: int
    remarks: Mapping[str, str] = field(default_factory=dict)
    lr: str = HERE
    known: str = ""
    chosen: str = ""

    @property
    def means(self) -> dict[str, float]:
        """The mean of each metric over the pictures scored: infinite where one of them is; none without a picture."""
        metrics = next(iter(self.images.values()), {})
        return {metric: fmean(scores[metric] for scores in self.images.values()) for metric in metrics}

    @property
    def coverage(self) -> str:
        """How many pictures the means cover, as "4 of 5"."""
        return f"{len(self.images)} of {self.expected}"

    def __getitem__(self, metric: str) -> float:
        """Return the mean of a metric; raise RequestError where it was not scored."""
        if metric not in self.means:
            raise unknown("score", metric, self.means)
        return self.means[metric]

    def __iter__(self) -> Iterator[str]:
        return iter(self.means)

    def to_json(self) -> dict[str, Any]:
        """Return the means, the number of pictures they cover, and the scores of each picture."""
        pictures = {"scored": len(self.images), "expected": self.expected}
        told = {"failed": dict(self.failed), "remarks": dict(self.remarks), "known": self.known, "chosen": self.chosen}
        return {
            **self.means,
            "pictures": pictures,
            "lr": self.lr,
            **{key: each for key, each in told.items() if each},
            "images": {name: dict(s) for name, s in self.images.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "SetResult":
        """Read what `to_json` returned, also after a way through a file, where infinity is the string "inf"."""
        images = {name: {m: float(v) for m, v in scores.items()} for name, scores in value["images"].items()}
        failed, remarks = (dict(value.get(key, {})) for key in ("failed", "remarks"))
        lr, known = value.get("lr", UNKNOWN), value.get("known", "")
        return cls(images, failed, value["pictures"]["expected"], remarks, lr, known, value.get("chosen", ""))


@dataclass(frozen=True)
class Published:
    """A row of a paper's table: what it is called there, where it stands, and its means by set and metric."""

    name: str
    table: str
    protocol: str
    scale: int
    sets: Mapping[str, Scores]

    @property
    def label(self) -> str:
        """How our tables head the row: "EDSR-L (PCL, Table II)"."""
        return f"{self.name} ({self.table})"

    def to_json(self) -> dict[str, Any]:
        """Return name, table, protocol and means."""
        sets = {name: dict(scores) for name, scores in self.sets.items()}
        return {"name": self.name, "table": self.table, "protocol": self.protocol, "scale": self.scale, "sets": sets}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Published":
        """Read what `to_json` returned."""
        return cls(**value)


@dataclass(frozen=True, repr=False)
class Results:
    """The scores of one network at one scale under one named protocol, by the name of the test set.

    `results["Set5"]["psnr"]` is a mean, and `results["Set5"].images` has the scores of the pictures. Printed, or shown
    in a notebook, results are a table.

    Attributes:
        network: what was scored.
        scale: how many times larger SR is than LR.
        protocol: how, a name in `acutance.metrics.PROTOCOLS`.
        sets: the result of each set by its name.
        baseline: bicubic's results on the same sets, where they were taken.
        published: rows of the papers' tables that may stand beside these.
    """

    network: str
    scale: int
    protocol: str
    sets: Mapping[str, SetResult]
    baseline: "Results | None" = None
    published: Sequence[Published] = ()

    def __getitem__(self, name: str) -> SetResult:
        """Return the result of a set; raise RequestError where there is none of that name."""
        if name not in self.sets:
            raise unknown("set among the results", name, self.sets)
        return self.sets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sets)

    @property
    def failed(self) -> list[str]:
        """A sentence for each picture that could not be scored."""
        return [sentence for result in self.sets.values() for sentence in result.failed.values()]

    @property
    def beside(self) -> list["Results"]:
        """The baseline, where there is one, and these results: the rows of a table."""
        return [self] if self.baseline is None else [self.baseline, self]

    def to_json(self) -> dict[str, Any]:
        """Return {"network", "scale", "protocol", "sets": {name: {metric: mean, "pictures", "images"}}}.

        "baseline", in the same form, and "published" follow where there are some.
        """
        sets = {name: result.to_json() for name, result in self.sets.items()}
        head = {"network": self.network, "scale": self.scale, "protocol": self.protocol, "sets": sets}
        baseline = {} if self.baseline is None else {"baseline": self.baseline.to_json()}
        return {
            **head,
            **baseline,
            **({"published": [row.to_json() for row in self.published]} if self.published else {}),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Results":
        """Read what `to_json` returned."""
        sets = {name: SetResult.from_json(result) for name, result in value["sets"].items()}
        baseline = cls.from_json(value["baseline"]) if "baseline" in value else None
        published = tuple(Published.from_json(row) for row in value.get("published", ()))
        return cls(value["network"], value["scale"], value["protocol"], sets, baseline, published)

    def __str__(self) -> str:
        from acutance.scores.shown import as_text

        return as_text(self)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from acutance.scores.shown import as_html

        return as_html(self)


def merge(parts: Sequence[Results]) -> Results:
    """Return the results of one network on several sets, scored one after the other, as one; baselines likewise."""
    sets = {name: result for part in parts for name, result in part.sets.items()}
    baselines = [part.baseline for part in parts if part.baseline is not None]
    return replace(parts[0], sets=sets, baseline=merge(baselines) if baselines else None)
