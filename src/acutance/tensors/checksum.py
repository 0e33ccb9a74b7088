"""The SHA-256 that a safetensors file of ours carries in its own header, of all of the file but those 64 characters.

It is the last value of our JSON there, so that the file stays one and the same for the same weights: safetensors puts
several entries of its metadata into any order.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from acutance.errors import RequestError

KEY = "acutance_sha256"
LENGTH = 64
BLANK = "0" * LENGTH
"""Stands in the place of the hash while that is taken."""
MARK = rf"\"{KEY}\": \"".encode()
"""What stands before the hash: the JSON of ours is a text in that of safetensors, its quotes are escaped."""


def sealed(content: bytes) -> bytes:
    """Return a safetensors file whose header has a BLANK under KEY with its hash there."""
    at = content.index(MARK + BLANK.encode()) + len(MARK)
    return content[:at] + hashlib.sha256(content).hexdigest().encode() + content[at + LENGTH :]


def demand_whole(content: bytes, path: Path, header: Mapping[str, object] | None) -> None:
    """Raise RequestError where a safetensors file is not what its checksum says; `header` is ours, where it has one.

    Files of others have none, nor have those that Acutance wrote before.
    """
    at = content.find(MARK, 8, 8 + int.from_bytes(content[:8], "little")) + len(MARK)
    if at < len(MARK):
        if KEY in (header or {}):
            raise RequestError(f"{path} is damaged: its checksum is none; get it again.")
        if any(isinstance(value, str) and len(value) == LENGTH for value in (header or {}).values()):
            raise RequestError(f"{path} is damaged: its checksum has another name; get it again.")
        return
    found = hashlib.sha256(content[:at] + BLANK.encode())
    found.update(memoryview(content)[at + LENGTH :])
    if found.hexdigest().encode() != content[at : at + LENGTH]:
        raise RequestError(f"{path} is damaged: its content is not what its checksum says; get it again.")
