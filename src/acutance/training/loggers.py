"""TensorBoard, Weights & Biases and trackio, as loggers of Fabric; each is an extra of the package."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lightning_fabric.loggers.logger import Logger

from acutance.errors import RequestError, unknown

PROJECT = "acutance"
"""Under which Weights & Biases and trackio show the runs."""
NAMES = ("tensorboard", "wandb", "trackio")

__all__ = ["NAMES", "Logger", "check_loggers", "make_loggers"]


def check_loggers(names: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of loggers, given as "tensorboard,wandb" or one by one.

    Raises:
        RequestError: there is none of a name, or its package is not installed.
    """
    given = names.split(",") if isinstance(names, str) else names or ()
    found = tuple(dict.fromkeys(name.strip() for name in given if name.strip()))
    for name in found:
        if name not in NAMES:
            raise unknown("logger", name, NAMES)
        if find_spec(name) is None and not (name == "tensorboard" and find_spec("tensorboardX")):
            raise RequestError(f"--log {name} needs the package {name}: pip install 'acutance[{name}]'.")
    return found


def make_loggers(names: Sequence[str], folder: Path, settings: Mapping[str, Any], after: int = 0) -> list[Logger]:
    """Return the loggers of a run, begun; what they write lies in the run's folder, but for what a service keeps.

    Args:
        names: as `check_loggers` returns them.
        folder: of the run.
        settings: what the run is, shown beside it.
        after: steps that were logged before; later ones are to be forgotten where a logger can.

    Raises:
        RequestError: a package lacks one that it needs.
    """
    found: list[Logger] = []
    for name in names:
        try:
            found.append(MAKERS[name](folder, settings, after))
        except ImportError as error:
            raise RequestError(f"--log {name} cannot begin: {error}; pip install 'acutance[{name}]'.") from error
    return found


class Service(Logger):
    """Weights & Biases or trackio, whose modules have the same functions."""

    def __init__(self, module: str, **begin: Any) -> None:
        self.module = import_module(module)
        self.run = self.module.init(**begin)

    @property
    def name(self) -> str:
        """The name of the project."""
        return PROJECT

    @property
    def version(self) -> str:
        """The name of the run."""
        return str(getattr(self.run, "name", ""))

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Log values at a step."""
        self.module.log(dict(metrics), step=step)

    def log_hyperparams(self, params: Any, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the settings were told at the beginning."""

    def finalize(self, status: str) -> None:
        """End the run."""
        self.module.finish()


def _tensorboard(folder: Path, settings: Mapping[str, Any], after: int) -> Logger:
    from lightning_fabric.loggers.tensorboard import TensorBoardLogger

    return TensorBoardLogger(folder, name="", version="tensorboard", purge_step=after + 1 if after else None)


def _wandb(folder: Path, settings: Mapping[str, Any], after: int) -> Logger:
    identity = sha256(str(folder.resolve()).encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return Service(
        "wandb", project=PROJECT, name=folder.name, dir=str(folder), id=identity, resume="allow", config=dict(settings)
    )


def _trackio(folder: Path, settings: Mapping[str, Any], after: int) -> Logger:
    return Service("trackio", project=PROJECT, name=folder.name, resume="allow", config=dict(settings))


MAKERS: Mapping[str, Callable[[Path, Mapping[str, Any], int], Logger]] = {
    "tensorboard": _tensorboard,
    "wandb": _wandb,
    "trackio": _trackio,
}
