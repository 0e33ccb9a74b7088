"""What happens where the memory ends: real limits, in processes of their own."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
from torch import nn

from acutance.errors import RequestError
from acutance.networks import EDSR, EDSRConfig
from acutance.upscaling.engine import Engine
from acutance.upscaling.memory import LiveBytes, available, per_pixel

GIVES_BACK = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
"""glibc keeps no freed memory for itself, so that what is left is what the limit says."""
LIMITED = textwrap.dedent("""
    import resource
    import numpy as np, torch
    from acutance.errors import AcutanceError
    from acutance.networks import EDSR, EDSRConfig
    from acutance.upscaling.engine import Engine

    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = EDSR(EDSRConfig(scale=4, blocks=1, channels=16)).eval()
    lr = torch.rand(1, 3, 400, 300)
    engine = Engine(network)
    expected = torch.cat([engine(lr[:, :, :210])[:, :, :800], engine(lr[:, :, 190:])[:, :, 40:]], 2)

    def limit(more):
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + more, resource.RLIM_INFINITY))

    limit(150 << 20)
    try:
        with torch.inference_mode():
            network(lr)
    except RuntimeError as error:
        print(str(error).splitlines()[0])
    print(float((engine(lr) - expected).abs().max()))

    greedy = Engine(EDSR(EDSRConfig(scale=4, blocks=1, channels=128)))
    limit(4 << 20)
    try:
        greedy(lr[..., :64, :64])
    except AcutanceError as error:
        print(error)
""")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits address space as Linux does")
def test_tile_that_does_not_fit_is_halved_and_right_until_nothing_fits() -> None:
    command = [sys.executable, "-c", LIMITED]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | GIVES_BACK)
    assert done.returncode == 0, done.stderr
    whole, difference, sentence = done.stdout.splitlines()
    assert "can't allocate memory" in whole
    assert float(difference) < 1e-5
    assert sentence.startswith("out of memory: cpu cannot take a tile of")


def test_need_is_what_is_alive_at_once_and_nothing_stays_behind() -> None:
    network = EDSR(EDSRConfig(scale=4, blocks=1, channels=16))
    # The second convolution of the tail takes 16 channels of 2x2 and gives 64, in floats of 4 bytes.
    assert 4 * 4 * (16 + 64) <= per_pixel(network, torch.device("cpu")) <= 3 * 4 * 4 * (16 + 64)
    with torch.inference_mode(), LiveBytes() as live:
        network(torch.zeros(1, 3, 20, 20))
    assert live.alive == 0


def test_something_is_left() -> None:
    assert 1 << 20 < available(torch.device("cpu")) < 1 << 50


def test_other_errors_are_not_taken_for_a_lack_of_memory() -> None:
    network = EDSR(EDSRConfig(scale=2, blocks=1, channels=8))
    network.head = nn.Sequential(nn.Linear(5, 8))
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        Engine(network)(torch.rand(1, 3, 8, 8))


def test_a_network_that_knows_no_rgb_is_refused() -> None:
    network = EDSR(EDSRConfig(scale=2, blocks=1, channels=8))
    network.sub_mean = nn.Identity()  # pyright: ignore[reportAttributeAccessIssue]
    network.head = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1))
    with pytest.raises(RequestError, match="edsr takes no RGB"):
        Engine(network)(torch.rand(1, 3, 8, 8))
