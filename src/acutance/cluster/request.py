"""What every worker has to know, in a form that travels."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from acutance.engines import Way
from acutance.hub import on_hub, pinned
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.rules import Rules
from acutance.upscaling.side import GRADIENT
from acutance.upscaling.size import Size


@dataclass(frozen=True)
class Request:
    """A network, a size and rules, as of `Enlarger` and `Rules`.

    Attributes:
        network: a name, or a file that every machine sees; None for those that ship.
    """

    network: str | None = None
    size: Size = field(default_factory=Size)
    rules: Rules = field(default_factory=Rules)
    tile: int | None = None
    overlap: int | None = None
    ensemble: bool = False
    device: str = "auto"
    way: Way = field(default_factory=Way)
    trust: bool = False

    def enlarger(self, many: int) -> Enlarger:
        """Return the networks at work; raises as `Enlarger`."""
        return Enlarger(
            self.network,
            self.size,
            tile=self.tile,
            overlap=self.overlap,
            ensemble=self.ensemble,
            side=GRADIENT if self.rules.gradients else None,
            device=self.device,
            way=self.way,
            many=many,
            trust=self.trust,
        )

    def writing(self) -> "Request":
        """Return the same for a worker, which writes over what an earlier attempt at the same picture has left."""
        return replace(self, rules=replace(self.rules, overwrite=True))

    def pinned(self) -> "Request":
        """Return the same, a network on the Hub being one commit of it for all workers and for a second start."""
        return replace(self, network=pinned(self.network)) if self.network and on_hub(self.network) else self

    def words(self) -> dict[str, object]:
        """Return all that decides what results are, as plain values."""
        said = asdict(self)
        rules = {key: said["rules"][key] for key in ("name", "output", "gradients", "first_frame", "most_pixels")}
        network = str(Path(self.network).resolve()) if self.network and Path(self.network).exists() else self.network
        return {"network": network, "size": said["size"], "rules": rules, "way": said["way"]} | {
            key: said[key] for key in ("tile", "overlap", "ensemble")
        }
