"""What a run computes on: Fabric knows devices and casts to a precision, `acutance.workers` starts the processes."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from lightning_fabric.plugins.environments.slurm import SLURMEnvironment
from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment
from lightning_fabric.plugins.precision.amp import MixedPrecision

from acutance import processes, workers
from acutance.errors import RequestError
from acutance.provenance import say_untested
from acutance.training.precision import precision_here

logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # it tells on standard error how many it has started


@dataclass(frozen=True)
class Machine:
    """Devices and precision of a run.

    Attributes:
        accelerator: "cpu", "cuda", "mps", or "auto" for the best there is.
        devices: processes on each node, one for each device; where torchrun or Slurm has started them, what it says.
        nodes: machines that work together; the same.
        precision: "32-true", "bf16-mixed", "16-mixed" (float16, with a scale for gradients, for GPUs without bf16), or
            "auto" (`precision_here`).
    """

    accelerator: str = "auto"
    devices: int = 1
    nodes: int = 1
    precision: str = "32-true"

    def launch(self, batch: int | None = None) -> Fabric:
        """Return the running Fabric, with this process in its place.

        With several devices this starts the same command once for each of the others, unless that was done already.

        Args:
            batch: pictures that all processes are to share, where that is known.

        Raises:
            RequestError: there is no such accelerator, precision or number of devices here, or they cannot share the
                batch equally.
            ProcessLost: another process has ended instead of coming here.
        """
        machine, is_started = self._as_started()
        machine.demand_shares(batch)
        if machine.devices * machine.nodes > 1 and not is_started:
            machine._fabric(LightningEnvironment())  # whatever this machine lacks is found before others start
            workers.start(machine.devices, machine.nodes)
        # What torchrun sets of the environment is set by our own start as well, and from what Slurm says.
        fabric = machine._fabric(TorchElasticEnvironment())
        workers.watch_first()
        with processes.together():
            fabric.launch()
        processes.meet()
        if fabric.device.type == "cuda":  # a tenth of the time of products in 32 bits, at the mantissa of float16
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        say_untested(fabric.device)
        return fabric

    def demand_shares(self, batch: int | None) -> None:
        """Raise RequestError where the processes cannot share a batch equally."""
        count = self.devices * self.nodes
        if batch is not None and batch % count:
            near = max(1, round(batch / count)) * count
            raise RequestError(
                f"{count} processes cannot share a batch of {batch} equally; the nearest --batch is {near}."
            )

    def _fabric(self, environment: ClusterEnvironment) -> Fabric:
        several = self.devices * self.nodes > 1
        precision = precision_here(self.precision, self.accelerator)
        plugins: list[Any] = [environment] if several else []
        plugins += [self._in_float16()] if precision == "16-mixed" else []
        try:
            return Fabric(
                accelerator=self.accelerator,
                strategy="ddp" if several else "auto",
                devices=self.devices,
                num_nodes=self.nodes,
                precision=None if precision == "16-mixed" else precision,
                plugins=plugins or None,
            )
        except (ValueError, RuntimeError) as error:
            wanted = f"{self.devices} x {self.accelerator}, {self.precision}"
            raise RequestError(
                f"this machine cannot compute on {wanted}; --device auto takes what there is."
            ) from error

    def _in_float16(self) -> MixedPrecision:
        """Return what casts to float16; gradients are scaled by each learner (`scaling`), so Fabric's scaler is off."""
        on_gpu = self.accelerator in ("auto", "cuda", "gpu") and torch.cuda.is_available()
        device = "cuda" if on_gpu else "mps" if self.accelerator == "mps" else "cpu"
        return MixedPrecision("16-mixed", device, torch.amp.GradScaler(device, enabled=False))

    def _as_started(self) -> tuple["Machine", bool]:
        """Return the machine with as many processes as were started, by whomever, and whether any were.

        Raises:
            RequestError: others were asked for.
        """
        told = {**_of_slurm(os.environ), **os.environ}
        if "LOCAL_WORLD_SIZE" not in told or "RANK" not in told:
            return self, False
        os.environ |= told
        devices, world = int(told["LOCAL_WORLD_SIZE"]), int(told["WORLD_SIZE"])
        started = replace(self, devices=devices, nodes=world // devices)
        if self.devices * self.nodes not in (1, world):
            asked = self.devices * self.nodes
            raise RequestError(f"{world} processes were started, and {asked} asked for; leave --devices out.")
        return started, True


def _of_slurm(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what Slurm says of this process in the words of torchrun; nothing outside a step of several tasks."""
    tasks, nodes = (int(environment.get(f"SLURM_STEP_NUM_{what}", "1")) for what in ("TASKS", "NODES"))
    if tasks == 1 or "RANK" in environment:
        return {}
    if tasks % nodes:
        raise RequestError(f"Slurm has {tasks} tasks on {nodes} nodes; every node needs as many: --ntasks-per-node.")
    port = 15000 + int(environment["SLURM_JOB_ID"]) % 10000
    return {
        "RANK": environment["SLURM_PROCID"],
        "LOCAL_RANK": environment["SLURM_LOCALID"],
        "GROUP_RANK": environment["SLURM_NODEID"],
        "NODE_RANK": environment["SLURM_NODEID"],
        "WORLD_SIZE": str(tasks),
        "LOCAL_WORLD_SIZE": str(tasks // nodes),
        "MASTER_ADDR": SLURMEnvironment.resolve_root_node_address(environment["SLURM_STEP_NODELIST"]),
        "MASTER_PORT": str(port),
    }
