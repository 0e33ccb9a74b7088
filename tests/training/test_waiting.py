"""How often a step waits for the device: once, when all of it is on its way."""

from typing import Any

import pytest
from lightning_fabric import Fabric
from test_accumulation import batches, experiment
from torch.utils._python_dispatch import TorchDispatchMode

from acutance.losses import samples
from acutance.training.clock import Clock
from acutance.training.trainer import Trainer


class Reads(TorchDispatchMode):
    """Counts how often a number of a tensor is read by the host."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += "_local_scalar_dense" in str(func)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("kind", ["pixel", "pcl", "gan"])
def test_the_host_reads_the_device_once_a_step(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, on_the_host = Reads(), samples.gaussian_blur

    def apart(*called: Any) -> Any:
        before = reads.count  # its sizes and sigmas are numbers of the host's, whatever the device
        found = on_the_host(*called)
        reads.count = before
        return found

    monkeypatch.setattr(samples, "gaussian_blur", apart)
    trainer = Trainer(experiment(kind), Fabric(accelerator="cpu", devices=1))
    trainer.balance.ratios = {}  # those read the norms of gradients, every so many steps
    first, second, _ = batches()
    trainer.step(first, Clock(100, 1))
    with reads:
        trainer.step(second, Clock(100, 2))
    assert reads.count == 1
