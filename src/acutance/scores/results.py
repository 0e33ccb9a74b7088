"""The scores of one network on test sets, as values and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

Scores = Mapping[str, float]
"""A value for every metric of a protocol, such as {"psnr": 28.42, "ssim": 0.81}."""


@dataclass(frozen=True)
class SetResult:
    """The scores of one test set, picture by picture, and a sentence for each picture that could not be scored.

    `remarks` holds what a reader should know of a picture that was scored, such as that it is grey.
    """

    images: Mapping[str, Scores]
    failed: Mapping[str, str]
    expected: int
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def means(self) -> dict[str, float]:
        """The mean of each metric over the pictures scored: infinite where one of them is; none without a picture."""
        metrics = next(iter(self.images.values()), {})
        return {metric: fmean(scores[metric] for scores in self.images.values()) for metric in metrics}

    @property
    def coverage(self) -> str:
        """How many pictures the means cover, as "4 of 5"."""
        return f"{len(self.images)} of {self.expected}"

    def to_json(self) -> dict[str, Any]:
        """Return the means, the number of pictures they cover, and the scores of each picture."""
        pictures = {"scored": len(self.images), "expected": self.expected}
        told = {"failed": dict(self.failed), "remarks": dict(self.remarks)}
        return {
            **self.means,
            "pictures": pictures,
            **{key: each for key, each in told.items() if each},
            "images": {name: dict(s) for name, s in self.images.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "SetResult":
        """Read what `to_json` returned, also after a way through a file, where infinity is the string "inf"."""
        images = {name: {m: float(v) for m, v in scores.items()} for name, scores in value["images"].items()}
        failed, remarks = (dict(value.get(key, {})) for key in ("failed", "remarks"))
        return cls(images, failed, value["pictures"]["expected"], remarks)


@dataclass(frozen=True)
class Results:
    """The scores of one network at one scale under one named protocol, by the name of the test set."""

    network: str
    scale: int
    protocol: str
    sets: Mapping[str, SetResult]

    @property
    def failed(self) -> list[str]:
        """A sentence for each picture that could not be scored."""
        return [sentence for result in self.sets.values() for sentence in result.failed.values()]

    def to_json(self) -> dict[str, Any]:
        """Return {"network", "scale", "protocol", "sets": {name: {metric: mean, "pictures", "images"}}}."""
        sets = {name: result.to_json() for name, result in self.sets.items()}
        return {"network": self.network, "scale": self.scale, "protocol": self.protocol, "sets": sets}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Results":
        """Read what `to_json` returned."""
        sets = {name: SetResult.from_json(result) for name, result in value["sets"].items()}
        return cls(value["network"], value["scale"], value["protocol"], sets)


def merge(parts: Sequence[Results]) -> Results:
    """Return the results of one network on several sets, scored one after the other, as one."""
    first = parts[0]
    sets = {name: result for part in parts for name, result in part.sets.items()}
    return Results(first.network, first.scale, first.protocol, sets)
