"""What is loaded once for many pictures: the networks at work, and the size that is asked for."""

import threading
from contextlib import suppress
from pathlib import Path

import torch

from acutance import catalogue
from acutance.engines import Way, is_file
from acutance.engines.pytorch import home
from acutance.engines.ways import LITTLE_LOST
from acutance.errors import RequestError
from acutance.networks import Network, without_branch
from acutance.upscaling.border import BORDER
from acutance.upscaling.channels import RGB
from acutance.upscaling.device import named
from acutance.upscaling.engine import Engine
from acutance.upscaling.size import Plan, Size

RESTORED = "restored"
DEFAULT = "default-x"
"""Name of the network that ships for a scale, but for the scale."""


class Enlarger:
    """Networks that take pictures to a size: one that is given, or those that ship, each loaded when first needed.

    Args:
        network: a network, whatever `acutance.load` takes, or an .onnx or .xml file; None for those that ship,
            "for:photo" for those that ship for compressed and noisy photographs, "for:detail" for the crisper one.
        size: that is asked for.
        tile, overlap, ensemble, border, side, device: as of `Engine`.
        way: the engine and the precision; "auto" twice by default.
        trust: run the program of a network of somebody's own (`checkpoints.load`).
        branch_off: the features of its gradient branch are set to zero (`networks.without_branch`).
        many: how many pictures of about one size are to come, by which "auto" weighs what an engine costs to start.

    Attributes:
        size: that is asked for.
        scales: of the networks there are.
        bands: of the pictures that they take, 3 for RGB.
        pictures: how many are made of one: SR, and the `side` that was asked for.
        family: how the names of the networks begin that ship and are taken; None where one was given.

    Raises:
        RequestError: there is no such network or device, or the network does not predict `side`.
    """

    def __init__(
        self,
        network: Network | str | Path | None = None,
        size: Size | None = None,
        *,
        tile: int | None = None,
        overlap: int | None = None,
        ensemble: bool = False,
        border: int = BORDER,
        side: str | None = None,
        device: str | None = None,
        way: Way | None = None,
        many: int = 1,
        trust: bool = False,
        branch_off: bool = False,
    ) -> None:
        self.size = size or Size()
        self._lock = threading.Lock()  # pictures in several threads may ask for one engine
        self._way, self.many = way or Way(), many
        self._tile, self._overlap, self._ensemble = tile, overlap, ensemble
        self._border, self._side, self._device = border, side, device
        self.pictures = 1 if side is None else 2
        self._source = network
        self.family = DEFAULT if network is None else catalogue.FAMILIES.get(str(network))
        self._networks: dict[int, Network | Path] = {}
        self._engines: dict[tuple[int, Way], Engine] = {}
        if self.family and branch_off:
            raise RequestError("the networks that ship have no gradient branch to switch off; networks of SPSR do.")
        self.bands = 3
        if network is None or self.family is not None:
            self.scales = _shipped(self.family or DEFAULT)
            if side:
                self.engine(max(self.scales))
            return
        self._device = device or (None if isinstance(network, Network) else "auto")
        known = network if isinstance(network, Network) else _loaded(network, self.size, trust)
        if branch_off and isinstance(known, Path):
            raise RequestError(f"the gradient branch in {known} cannot be switched off: give the weights themselves.")
        if branch_off and isinstance(known, Network):
            known = without_branch(known)
        engine = self._at_work(known, self._chosen(known, 0))
        self.scales, self.bands, self._networks = (engine.scale,), engine.bands, {engine.scale: known}

    @property
    def label(self) -> str:
        """The size in a few letters, for names of files: x4, x2.5, 1920w, 1080h or 3840x2160.

        At scale 1 it is "restored".
        """
        return self.size.label or (f"x{max(self.scales)}" if max(self.scales) > 1 else RESTORED)

    def plan(self, width: int, height: int) -> Plan:
        """Return the way of a picture of this size; raises as `Size.of`."""
        plan = self.size.of(width, height, self.scales)
        if self._side and (plan.width, plan.height) != (width * plan.passes[0], height * plan.passes[0]):
            known = ", ".join(map(str, self.scales))
            raise RequestError(f"a {self._side} map is made at the network's own scale only, which is {known}.")
        return plan

    def engine(self, scale: int, pixels: int = 0) -> Engine:
        """Return the network at work for one of `scales`, in the engine that is asked for, or best for so many pixels.

        Raises:
            RequestError: the network does not work in the engine.
        """
        with self._lock:
            return self._engine(scale, pixels)

    def _engine(self, scale: int, pixels: int) -> Engine:
        if scale not in self._networks:
            self._networks[scale] = _loaded(f"{self.family}{scale}", self.size)
        network = self._networks[scale]
        way = self._chosen(network, pixels)
        if (scale, way) not in self._engines:
            self._engines[scale, way] = self._at_work(network, way)
        return self._engines[scale, way]

    def _chosen(self, network: Network | Path, pixels: int) -> Way:
        place = self._place(network)
        if isinstance(network, Path):
            return self._way.of_file(network, place)
        if network.bands != RGB:
            return self._of_bands(network)
        return self._way.of_network(
            network, place, measured=self._loses_little(network), pixels=pixels * self.many, side=self._side is not None
        )

    def _of_bands(self, network: Network) -> Way:
        """Return PyTorch, as models in files are written for RGB."""
        if self._way.engine not in ("auto", "torch") or self._way.precision == "int8":
            raise RequestError(f"a network of {network.bands} bands works in PyTorch alone, in 32 or 16 bits.")
        return Way("torch", "16" if self._way.precision == "16" else "32")

    def _loses_little(self, network: Network) -> bool:
        source = f"{self.family}{network.scale}" if self._source is None or self.family else self._source
        return not isinstance(source, Network) and loses_little(source)

    def _place(self, network: Network | Path) -> torch.device:
        if self._way.engine == "openvino" and self._device in (None, "auto"):
            return torch.device("cpu")
        if isinstance(network, Network) and self._device is None:
            return home(network)
        return named(self._device or "auto")

    def _at_work(self, network: Network | Path, way: Way) -> Engine:
        return Engine(
            network,
            tile=self._tile,
            overlap=self._overlap,
            ensemble=self._ensemble,
            border=self._border,
            side=self._side,
            device=self._place(network),
            way=way,
        )


def _loaded(source: str | Path, size: Size, trust: bool = False) -> Network | Path:
    from acutance import checkpoints

    if is_file(source):
        return Path(source)
    network = checkpoints.load(source, trust=trust)
    if size.scale == 3 and network.scale == 2:
        # Of some released networks keys and shapes are the same at both scales, and the one asked for is meant.
        with suppress(RequestError):
            return checkpoints.load(source, scale=3, trust=trust)
    return network


def _shipped(family: str) -> tuple[int, ...]:
    names = (name for name in catalogue.bundled() if name.startswith(family))
    return tuple(sorted(int(name.removeprefix(family)) for name in names))


def loses_little(source: str | Path) -> bool:
    """Tell whether a network is asked for that ships and is known to lose little in 16 bits."""
    file = catalogue.bundled().get(str(source), Path(source))
    return file in catalogue.bundled().values() and file.stem in LITTLE_LOST
