"""What a file of weights holds: our header, if it is ours, and the tensors, in every way they may be meant."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
from torch import Tensor

from acutance.errors import RequestError
from acutance.files import atomic, json_text
from acutance.shipped import released
from acutance.tensors import checksum
from acutance.tensors.containers import Container, container_of
from acutance.tensors.soundness import demand_sound
from acutance.tensors.unpickling import unpickled
from acutance.tensors.wrappers import View, views

Weights = Mapping[str, Tensor]
KEY = "acutance"


@dataclass(frozen=True)
class Content:
    """A file of weights.

    Attributes:
        path: where it lies.
        header: the JSON header of a file of ours, None for somebody else's.
        views: the tensors, with and without wrappers and prefixes; what is likelier meant comes first.
    """

    path: Path
    header: dict[str, Any] | None
    views: list[View]

    def weights(self) -> dict[str, Tensor]:
        """Return the tensors that are likeliest meant, once they are found sound.

        Raises:
            RequestError: one holds not-a-number or infinity.
        """
        rank = self.views[0].rank
        chosen = max((view for view in self.views if view.rank == rank), key=lambda view: view.size)
        demand_sound(chosen.weights, self.path)
        return chosen.weights


def read(path: str | Path) -> Content:
    """Return what is in a file of weights, whatever its name ends in: safetensors, or what torch.save wrote.

    This is the one way in, for networks, critics, extractors and the released files of others. A file that carries a
    checksum, or ships in the package, is held against it. Values are not looked at; `demand_sound` does that for those
    that are meant.

    Raises:
        RequestError: there is no such file, it cannot be read, is damaged or something else (it says what), holds no
            tensors, or could only be read by running the code in it.
        AcutanceError: it ships in the package, and is not what was released.
    """
    path = Path(path)
    if not path.is_file():
        raise RequestError(f"{path} is a folder, no file." if path.is_dir() else f"there is no file {path}.")
    try:
        right = released(path)
        if right is not None or container_of(path) is Container.SAFETENSORS:
            header, weights = _safetensors(path, right or path.read_bytes(), verified=right is not None)
            return Content(path, header, views(weights) if header is None else [View("", weights)])
        found = views(unpickled(path))
    except OSError as error:
        raise RequestError(f"cannot read {path}: {error.strerror or error}.") from error
    except MemoryError as error:
        raise RequestError(f"{path} asks for more memory than there is.") from error
    if not found:
        raise RequestError(f"{path} holds no state dict of tensors.")
    return Content(path, None, found)


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """Return the tensors in a file of weights, without wrappers and `module.` prefixes, once they are found sound.

    Raises:
        RequestError: as `read`, or a tensor holds not-a-number or infinity.
    """
    return read(path).weights()


def write_weights(path: str | Path, weights: Weights, header: Mapping[str, object]) -> None:
    """Write tensors as safetensors, with a header of plain values and a checksum of the whole.

    Raises:
        AcutanceError: the file cannot be written.
    """
    plain = {key: tensor.detach().cpu().contiguous() for key, tensor in weights.items()}
    content = safetensors.torch.save(plain, metadata={KEY: json_text({**header, checksum.KEY: checksum.BLANK})})
    with atomic(path) as temporary:
        temporary.write_bytes(checksum.sealed(content))


def _safetensors(path: Path, content: bytes, *, verified: bool) -> tuple[dict[str, Any] | None, dict[str, Tensor]]:
    """Return our header and the tensors in the bytes of a file, which are checked before they are used."""
    try:
        # It compares every size with that of the file before it makes a tensor.
        weights = safetensors.torch.load(content)
    except Exception as error:  # a file from anywhere; kinds of numbers that PyTorch has not come as KeyError
        cut = any(
            words in str(error).lower() for words in ("incomplete metadata", "too small", "invalid header length")
        )
        why = "it is cut off or damaged; get it again" if cut else f"{type(error).__name__}: {error!s:.200}"
        raise RequestError(f"{path} is no safetensors file that can be read: {why}.") from error
    header = _described(content, path)
    if not verified:
        checksum.demand_whole(content, path, header)
    return header and {key: value for key, value in header.items() if key != checksum.KEY}, weights


def _described(content: bytes, path: Path) -> dict[str, Any] | None:
    """Return the JSON of ours in a header, which safetensors has read already; None for a file of somebody else's."""
    metadata = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")].decode()).get("__metadata__") or {}
    if KEY not in metadata:
        return None
    try:
        header = json.loads(metadata[KEY])
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise RequestError(f"{path} has a header of Acutance that is no JSON object: it is damaged.")
    return header
