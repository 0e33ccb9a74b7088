"""Starting a network from weights: of its own design, of another scale, or of a design whose trunk it shares."""

from dataclasses import dataclass
from pathlib import Path

from acutance.checkpoints.bridge import Bridged, bridged
from acutance.checkpoints.identity import Checkpoint, read
from acutance.checkpoints.loading import fill
from acutance.checkpoints.own_networks import of_own, own_names
from acutance.checkpoints.places import locate
from acutance.errors import RequestError
from acutance.networks import NETWORKS, GuidedConfig, Network, Own, Recognised, SPSRConfig, is_own, trunk_names
from acutance.networks.blocks import upsampling_stages
from acutance.networks.phases import at_scale
from acutance.networks.rrdb_files import is_new, named
from acutance.tensors import Weights


@dataclass(frozen=True)
class Start:
    """What a network got from a file: `copied` of the `of` tensors there, into `total` of its own.

    `interpolated` of them are of another scale.
    """

    path: Path
    copied: int
    of: int
    total: int
    interpolated: int = 0

    @property
    def fresh(self) -> int:
        """How many of the network's tensors are as they were."""
        return self.total - self.copied

    @property
    def sentence(self) -> str:
        """Such as "700 of 702 tensors of RRDB_PSNR_x4.pth start the network; 180 of its 880 tensors are fresh."."""
        share = f"{self.copied} of {self.of}" if self.copied < self.of else f"all {self.of}"
        rest = f", {self.interpolated} of them interpolated from another scale" if self.interpolated else ""
        rest += f"; {self.fresh} of its {self.total} tensors are fresh" if self.fresh else ""
        return f"{share[0].upper()}{share[1:]} tensors of {self.path.name} start the network{rest}."


def start(network: Network, source: str | Path) -> Start:
    """Copy into `network` what fits of the weights at `source`, and return how much that was.

    Weights of the same design at the same scale fill it, all of them or none; so do those of no design that Acutance
    knows. Those of another scale or another design give the tensors of equal name and shape, at least half of theirs;
    where a pixel shuffle alone follows the last convolution (RLFN, the light SwinIR), its kernels are interpolated from
    another scale (`networks.phases`). Those of an RRDBNet give SPSR its trunk, up to the first convolution at HR, and
    those of EDSR or SRResNet theirs to a guided network.

    Args:
        network: gets the weights.
        source: whatever `locate` finds: a file, a run folder or a bundled name.

    Raises:
        RequestError: there is no such file, it is no checkpoint, or too little of it fits; it says what differs.
    """
    path, own = locate(source), network.state_dict()
    checkpoint = read(path, network.scale, list(own_names(own) if isinstance(network, Own) else own))
    other = checkpoint.network
    if other is not None:
        _demand_alike(network, other, path)
    between = _interpolated(network, checkpoint)
    weights = {**_for(network, checkpoint), **between}
    fitting = {key: each for key, each in weights.items() if key in own and own[key].shape == each.shape}
    if _same_design(network, other) or 2 * len(fitting) < len(weights):
        # Where too little fits, this raises, and names what does not.
        fill(network, weights, path)
    network.load_state_dict(fitting, strict=False)
    return Start(path, len(fitting), len(weights), len(own), interpolated=len(fitting.keys() & between.keys()))


def _same_design(network: Network, other: Recognised | None) -> bool:
    """Tell weights that have to fit as a whole, with those of which nobody knows what they belong to."""
    if other is None or isinstance(network, Bridged):
        return True
    if is_own(network):
        return other.name == network.name and other.config.scale == network.scale
    design = NETWORKS[other.name].build if other.name in NETWORKS else None
    return design is type(network) and other.config.scale == network.scale


def _for(network: Network, checkpoint: Checkpoint) -> Weights:
    """Return weights under the names that they have in `network`: those of RRDBNet are SPSR's trunk."""
    if isinstance(network, Bridged):
        return bridged(checkpoint).state_dict()
    if isinstance(network, Own):
        return of_own(checkpoint.weights, network)
    config, weights = network.config, checkpoint.weights
    if isinstance(config, GuidedConfig) and checkpoint.network is not None and checkpoint.network.name != network.name:
        return trunk_names(weights)
    if not isinstance(config, SPSRConfig) or not is_new(weights):
        return weights
    return named(weights, "old", blocks=config.blocks, stages=len(upsampling_stages(config.scale)))


def _interpolated(network: Network, checkpoint: Checkpoint) -> Weights:
    """Return what the last convolution gives to one of another scale, where a pixel shuffle alone follows it."""
    other, place = checkpoint.network, network.phase_convolution
    if place is None or other is None or not isinstance(other.config, type(network.config)):
        return {}
    there, here = other.config.scale, network.scale
    found = {key: each for key, each in checkpoint.weights.items() if key.startswith(f"{place}.")}
    return {key: at_scale(each, there, here) for key, each in found.items()} if 1 < there != here else {}


def _demand_alike(network: Network, other: Recognised, path: Path) -> None:
    """Raise RequestError where weights were trained on another range or residual scale, which they do not show."""
    there, here = vars(other.config), vars(network.config)
    for field, trained, works in (
        ("rgb_range", "on colours up to", "up to"),
        ("residual_scale", "at a residual scale of", "at"),
    ):
        known = field != "residual_scale" or other.residual_scale_known
        if known and field in there and field in here and there[field] != here[field]:
            raise RequestError(
                f"{path} was trained {trained} {there[field]:g}, and {network.name} works {works} {here[field]:g}."
            )
