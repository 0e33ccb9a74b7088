"""What a client may choose from: networks with their scores, formats, engines; told without torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from acutance import catalogue
from acutance.errors import RequestError, unknown
from acutance.hub import SUFFIX, fetched, on_hub
from acutance.serve.texts import said

FORMATS = ("png", "jpg", "webp", "avif", "tif")
ENGINES = ("auto", "torch", "openvino", "onnxruntime")
AUTO, BICUBIC = "auto", "bicubic"


@dataclass(frozen=True)
class Offer:
    """A network that may be chosen.

    Attributes:
        name: by which a client asks for it.
        words: what it is, in a line.
        scores: PSNR on Y in dB, by set; empty where nobody has measured it.
        scales: of its networks; empty where only loading it would tell.
        source: what `upscale` takes for it; None for the networks that ship, by the scale.
    """

    name: str
    words: str
    scores: Mapping[str, float]
    scales: tuple[int, ...] = ()
    source: str | None = None

    def told(self) -> dict[str, object]:
        """Return what a client is told of it; where a file lies is none of that."""
        return {"name": self.name, "words": self.words, "scores": dict(self.scores), "scales": list(self.scales)}


class Offers:
    """Every network that may be chosen: those that ship, and files of whoever runs the server.

    Raises:
        RequestError: a file is not there, or two have one name.
    """

    def __init__(self, files: Sequence[Path] = ()) -> None:
        shipped = [_shipped(each) for each in catalogue.trained()]
        scales = tuple(sorted({scale for each in shipped for scale in each.scales}))
        auto = Offer(AUTO, said("network.auto"), {}, scales)
        self._by_name = {each.name: each for each in (auto, *shipped)}
        for path in files:
            self._add(path)

    def _add(self, path: Path) -> None:
        name = path.name.removesuffix(SUFFIX) if on_hub(path) else path.stem
        path = fetched(path) if on_hub(path) else path
        if not path.exists():
            raise RequestError(f"{path}: there is no such network.")
        if name in self._by_name:
            raise RequestError(f"{path}: there is a network called {name} already; rename the file.")
        self._by_name[name] = Offer(name, said("network.own"), {}, (), str(path.absolute()))

    def __iter__(self):
        return iter(self._by_name.values())

    def named(self, name: str) -> Offer:
        """Return the network of a name; raise RequestError where there is none."""
        if name not in self._by_name:
            raise unknown("network", name, self._by_name)
        return self._by_name[name]


def _shipped(each: catalogue.Trained) -> Offer:
    name = each.names[-1]
    words = said(
        "network.shipped", design=each.network.upper(), millions=f"{each.parameters / 1e6:.2f}", scale=each.scale
    )
    return Offer(name, words, catalogue.scores(name), (each.scale,), name)
