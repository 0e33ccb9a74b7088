"""Whether a network that was converted is still the same."""

from pathlib import Path

import numpy as np
import torch

from acutance.engines.onnxruntime_session import OnnxRuntimeSession
from acutance.engines.openvino_session import OpenVinoSession
from acutance.engines.pytorch import home
from acutance.engines.session import Session
from acutance.errors import AcutanceError
from acutance.networks import Network

SIDES = (33, 47)
"""Of the picture on which a network is compared that is converted to be used at once."""
TOLERANCE = 1e-3
"""How far it may be off, as a share of the greatest value of SR or of white, whichever is more."""
CPU = torch.device("cpu")


def open_model(model: Path | bytes, engine: str, precision: str = "32", device: torch.device = CPU) -> Session:
    """Return a model in its runtime; raises `session.Unfit` where it cannot be read."""
    return OpenVinoSession(model, precision) if engine == "openvino" else OnnxRuntimeSession(model, device)


def demand_same(network: Network, session: Session, sides: tuple[int, int] = SIDES) -> float:
    """Return the largest difference between what a network and a session make of a picture of a height and width.

    Raises:
        AcutanceError: it is above `TOLERANCE`.
    """
    lr = torch.rand((1, 3, *sides), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = network.eval()(lr.to(home(network))).float().cpu().numpy()
    made = session(lr.numpy())
    if made.shape != expected.shape:
        raise AcutanceError(f"{network.name} came out wrong: SR has the shape {made.shape}, not {expected.shape}.")
    off = float(np.abs(made - expected).max())
    if not off <= TOLERANCE * max(1.0, float(np.abs(expected).max())):
        raise AcutanceError(f"{network.name} came out wrong: its SR of {sides[1]}x{sides[0]} is off by {off:.2g}.")
    return off
