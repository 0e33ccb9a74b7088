"""Acutance: single-image super-resolution with the objectives of PCL-SR and SPSR.

    import acutance
    sharp = acutance.upscale("photo.jpg")                                        # a trained network ships
    run = acutance.train("pcl:edsr_light", data="photos/", out="runs/x")         # every command is a function
    print(acutance.evaluate(run, sets="Set5,Set14", data="benchmarks/"))
    pcl = acutance.losses.PCL()                                                  # the loss for a loop of your own

Everything is loaded when it is first used, so `import acutance` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acutance import critics, data, degrade, extractors, images, losses, metrics, networks, ops, overlap, pretext
    from acutance.checkpoints import load
    from acutance.comparison.compare import compare
    from acutance.evaluation.evaluate import evaluate
    from acutance.exporting import export
    from acutance.publishing import push
    from acutance.reproduction.reproduce import reproduce
    from acutance.runs.train import train
    from acutance.upscaling import upscale

ROOMS = (
    "critics",
    "data",
    "degrade",
    "extractors",
    "images",
    "losses",
    "metrics",
    "networks",
    "ops",
    "overlap",
    "pretext",
)
FUNCTIONS = {
    "load": "acutance.checkpoints",
    "upscale": "acutance.upscaling",
    "train": "acutance.runs.train",
    "evaluate": "acutance.evaluation.evaluate",
    "compare": "acutance.comparison.compare",
    "reproduce": "acutance.reproduction.reproduce",
    "export": "acutance.exporting",
    "push": "acutance.publishing",
}

__version__: str
__all__ = [
    "compare",
    "critics",
    "data",
    "degrade",
    "evaluate",
    "export",
    "extractors",
    "images",
    "load",
    "losses",
    "metrics",
    "networks",
    "ops",
    "overlap",
    "pretext",
    "push",
    "reproduce",
    "train",
    "upscale",
]


def __getattr__(name: str) -> Any:
    if name in FUNCTIONS:
        return vars(import_module(FUNCTIONS[name]))[name]
    if name in ROOMS:
        return import_module(f"acutance.{name}")
    if name == "__version__":  # its module takes three times as long to import as everything else here
        return import_module("importlib.metadata").version("acutance")
    raise AttributeError(f"module 'acutance' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
