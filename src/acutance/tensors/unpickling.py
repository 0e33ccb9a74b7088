"""What `torch.save` wrote, read without running code from it.

PyTorch's own reader of weights refuses every class that it does not know. Checkpoints hold settings beside the weights
(numbers of NumPy, paths, namespaces): those become blanks, which take whatever a file says of them and do nothing.
"""

import re
import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from acutance.errors import RequestError

UNKNOWN = re.compile(r"GLOBAL (\S+) was not an allowed global")
"""How PyTorch names a class that it does not read."""
SETTINGS = re.compile(
    r"(numpy|argparse|pathlib|datetime|decimal|enum|uuid|typing|omegaconf|lightning|lightning_fabric|lightning_utilities"
    r"|pytorch_lightning|easydict|addict|yacs|mmengine|mmcv)\..+|types\.SimpleNamespace|collections\.defaultdict"
    r"|(builtins\.)?(dict|list|tuple|int|float|str|bool)"
)
"""Classes of settings: what they hold is never weights."""
MAPPINGS = ("defaultdict", "AttributeDict", "EasyDict", "Dict", "CfgNode", "ConfigDict", "Config")
"""Ends of the names of classes that a file fills as it fills a dict."""
MOST_KINDS = 100
"""Of settings in one file."""


class Blank:
    """Stands for an object of which nothing is needed: it takes any arguments and any state, and keeps none."""

    def __new__(cls, *_arguments: object, **_named: object) -> "Blank":
        """Take whatever a file says."""
        return super().__new__(cls)

    def __init__(self, *_arguments: object, **_named: object) -> None:
        pass

    def __setstate__(self, _state: object) -> None:
        """Take whatever a file says."""


class BlankMapping:
    """Stands for a mapping of a class of its own, which a file fills key by key."""

    def __new__(cls, *_arguments: object, **_named: object) -> "OrderedDict[Any, Any]":
        """Return an empty mapping of the only class that PyTorch fills, besides dict."""
        return OrderedDict()


def unpickled(path: Path) -> Any:
    """Return what is in a file of torch.save: tensors, plain values and containers of them.

    Raises:
        RequestError: the file is damaged, or holds what could only be read by running code from it.
    """
    blanks: dict[str, Callable[..., Any]] = {}
    while True:
        try:
            with (
                path.open("rb") as file,
                warnings.catch_warnings(),
                torch.serialization.safe_globals([(blanks[name], name) for name in blanks]),
            ):
                warnings.simplefilter("ignore")
                # By a path that ends in .safetensors PyTorch would not look what the file is.
                return torch.load(
                    file if path.suffix == ".safetensors" else path, map_location="cpu", weights_only=True
                )
        except Exception as error:  # a file from anywhere, which may break the reader at any point
            name = _settings_in(error)
            if name is None or name in blanks or len(blanks) >= MOST_KINDS:
                raise RequestError(_fault(path, error)) from error
            blanks[name] = BlankMapping if name.rpartition(".")[2] in MAPPINGS else Blank


def _settings_in(error: Exception) -> str | None:
    """Return the class of settings that PyTorch refused, None where it refused something else."""
    found = UNKNOWN.search(str(error))
    if found is None or not SETTINGS.fullmatch(found[1]):
        return None
    return found[1] if "." in found[1] else f"builtins.{found[1]}"


def _fault(path: Path, error: Exception) -> str:
    text = str(error)
    found = UNKNOWN.search(text) or re.search(r"unsupported GLOBAL (\S+)", text)
    if found is not None:
        return (
            f"{path} cannot be read without running code from it, for it holds more than weights ({found[1]:.80}); "
            "save its state_dict() by torch.save, and name that file."
        )
    if "Unsupported operand" in text:
        return (
            f"{path} cannot be read without running code from it, as it was pickled by a protocol of its own; save its "
            "state_dict() by torch.save, and name that file."
        )
    if isinstance(error, MemoryError) or "allocate memory" in text:
        return f"{path} asks for more memory than there is; it is damaged, or no file of weights."
    return f"{path} is damaged or holds no weights that can be read without running code from it; get it again."
