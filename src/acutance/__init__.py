"""Acutance: single-image super-resolution with the objectives of PCL-SR and SPSR.

    import acutance
    sharp = acutance.upscale("photo.jpg")          # a trained network ships in the package
    network = acutance.load("runs/x")              # a run, a file, or a bundled name
    pcl = acutance.losses.PCL()                    # the contrastive loss for your own training loop

Everything is loaded when it is first used, so `import acutance` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acutance import critics, degrade, extractors, images, losses, metrics, networks, ops
    from acutance.checkpoints import load
    from acutance.upscaling import upscale

ROOMS = ("critics", "data", "degrade", "extractors", "images", "losses", "metrics", "networks", "ops")
FUNCTIONS = {"load": "acutance.checkpoints", "upscale": "acutance.upscaling"}

__all__ = ["critics", "degrade", "extractors", "images", "load", "losses", "metrics", "networks", "ops", "upscale"]


def __getattr__(name: str) -> Any:
    if name in FUNCTIONS:
        return vars(import_module(FUNCTIONS[name]))[name]
    if name in ROOMS:
        return import_module(f"acutance.{name}")
    raise AttributeError(f"module 'acutance' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
