"""What the tests of this room share."""

import pytest
import torch

from acutance.networks import EDSR, EDSRConfig
from acutance.upscaling.enlarger import Enlarger


@pytest.fixture(scope="module")
def enlarger() -> Enlarger:
    torch.manual_seed(3)
    return Enlarger(EDSR(EDSRConfig(scale=2, blocks=1, channels=4)))
