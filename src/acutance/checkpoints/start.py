"""Starting a network from weights: of its own design, of another scale, or of a design whose trunk it shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acutance.checkpoints.header import rebuild
from acutance.checkpoints.loading import fill, read, recognised
from acutance.checkpoints.places import locate
from acutance.errors import RequestError
from acutance.networks import NETWORKS, Network, SPSRConfig
from acutance.networks.blocks import upsampling_stages
from acutance.networks.rrdb_files import is_new, named
from acutance.tensors import Weights


@dataclass(frozen=True)
class Start:
    """What a network got from a file: `copied` of the `of` tensors there, into `total` of its own."""

    path: Path
    copied: int
    of: int
    total: int

    @property
    def fresh(self) -> int:
        """How many of the network's tensors are as they were."""
        return self.total - self.copied

    @property
    def sentence(self) -> str:
        """Such as "700 of 702 tensors of RRDB_PSNR_x4.pth start the network; 180 of its 880 tensors are fresh."."""
        share = f"{self.copied} of {self.of}" if self.copied < self.of else f"all {self.of}"
        rest = f"; {self.fresh} of its {self.total} tensors are fresh" if self.fresh else ""
        return f"{share[0].upper()}{share[1:]} tensors of {self.path.name} start the network{rest}."


def start(network: Network, source: str | Path) -> Start:
    """Copy into `network` what fits of the weights at `source`, and return how much that was.

    Weights of the same design at the same scale fill it, all of them or none; so do those of no design that Acutance
    knows. Those of another scale or another design give the tensors of equal name and shape, at least half of theirs;
    those of an RRDBNet give SPSR its trunk, up to the first convolution at HR.

    Args:
        network: gets the weights.
        source: whatever `locate` finds: a file, a run folder or a bundled name.

    Raises:
        RequestError: there is no such file, it is no checkpoint, or too little of it fits; it says what differs.
    """
    path = locate(source)
    header, weights = read(path)
    other = _described(header, weights, network.scale, path)
    _same_range(network, other, path)
    weights = _for(network, weights)
    own = network.state_dict()
    fitting = {key: each for key, each in weights.items() if key in own and own[key].shape == each.shape}
    same = other is None or (type(other) is type(network) and other.scale == network.scale)
    if same or 2 * len(fitting) < len(weights):
        # Where too little fits, this raises, and names what does not.
        fill(network, weights, path)
    network.load_state_dict(fitting, strict=False)
    return Start(path, copied=len(fitting), of=len(weights), total=len(own))


def _described(header: Mapping[str, Any] | None, weights: Weights, scale: int, path: Path) -> Network | None:
    """Return the network that a file was written from, None where it is none of those that Acutance knows."""
    if header is None:
        return recognised(weights, scale, path)
    return rebuild(header, path) if header.get("network") in NETWORKS else None


def _for(network: Network, weights: Weights) -> Weights:
    """Return weights under the names that they have in `network`: those of RRDBNet are SPSR's trunk."""
    config = network.config
    if not isinstance(config, SPSRConfig) or not is_new(weights):
        return weights
    return named(weights, "old", blocks=config.blocks, stages=len(upsampling_stages(config.scale)))


def _same_range(network: Network, other: Network | None, path: Path) -> None:
    """Raise RequestError where the weights were trained on colours of another range, which they do not show."""
    there, here = (getattr(each and each.config, "rgb_range", None) for each in (other, network))
    if None not in (there, here) and there != here:
        raise RequestError(f"{path} was trained on colours up to {there:g}, and {network.name} works up to {here:g}.")
