"""What a written model says of itself: whatever a program needs that knows nothing of Acutance."""

from collections.abc import Mapping

from acutance.engines.conversion import INPUT, OUTPUT
from acutance.engines.model_runner import PREFIX
from acutance.engines.onnx_metadata import with_metadata
from acutance.networks import Network


def words_of(network: Network) -> dict[str, str]:
    """Return the words without their prefix."""
    radius = network.receptive_radius
    return {
        "network": network.name,
        "paper": network.paper,
        "scale": str(network.scale),
        "input": f"{INPUT}: 1 x 3 x height x width, RGB, 32-bit floats",
        "output": f"{OUTPUT}: 1 x 3 x {network.scale} height x {network.scale} width, unclamped",
        "range": "0..1",
        "receptive_radius": "whole picture" if radius is None else str(radius),
    }


def stated(model: bytes, network: Network, more: Mapping[str, str] | None = None) -> bytes:
    """Return an ONNX model with these words, and others, in its metadata."""
    return with_metadata(model, {PREFIX + key: word for key, word in (words_of(network) | dict(more or {})).items()})
