"""What a run computes on. Fabric starts the processes, knows the device and casts to the precision."""

from dataclasses import dataclass

from lightning_fabric import Fabric

from acutance.errors import RequestError


@dataclass(frozen=True)
class Machine:
    """Devices and precision of a run.

    Attributes:
        accelerator: "cpu", "cuda", "mps", or "auto" for the best there is.
        devices: processes on each node, one for each device.
        nodes: machines that work together.
        precision: "32-true", or "bf16-mixed" where the device has it.
    """

    accelerator: str = "auto"
    devices: int = 1
    nodes: int = 1
    precision: str = "32-true"

    def launch(self) -> Fabric:
        """Return the running Fabric, with this process in its place.

        Raises:
            RequestError: there is no such accelerator, precision or number of devices here.
        """
        if self.precision not in ("32-true", "bf16-mixed"):
            raise RequestError(f"there is no precision {self.precision!r}; known are 32-true and bf16-mixed.")
        strategy = "ddp" if self.devices * self.nodes > 1 else "auto"
        try:
            fabric = Fabric(
                accelerator=self.accelerator,
                strategy=strategy,
                devices=self.devices,
                num_nodes=self.nodes,
                precision=self.precision,
            )
        except (ValueError, RuntimeError) as error:
            wanted = f"{self.devices} x {self.accelerator}, {self.precision}"
            raise RequestError(
                f"this machine cannot compute on {wanted}; --device auto takes what there is."
            ) from error
        fabric.launch()
        return fabric
