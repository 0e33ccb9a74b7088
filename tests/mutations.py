"""Seeded damage to the content of a file: what disks, transfers and people do to one, for tests and for `make fuzz`.

>>> mutated(b"whole", 7) == mutated(b"whole", 7)
True
"""

import json
import random
from collections.abc import Callable
from typing import Any

EXTREMES = (0, 1, 2, 6000, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63, 2**64 - 1)
VALUES = (*EXTREMES, -1, 0.5, 1e308, "", "edsr", "F32", True, None, [], [0], [2**63], {}, {"scale": 4}, "x" * 5000)
"""What takes the place of a value in JSON."""
INNER = "acutance"
"""Of safetensors' metadata: the text that is a JSON object again."""


def mutated(content: bytes, seed: int) -> bytes:
    """Return content with one to three of the `MUTATIONS`; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        content = chance.choice(MUTATIONS)(content, chance)
    return content


def flipped(content: bytes, chance: random.Random) -> bytes:
    """Turn over one to eight bits, a good part of them near the beginning or the end."""
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 8)) if damaged else 0):
        damaged[_place(content, chance)] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def truncated(content: bytes, chance: random.Random) -> bytes:
    """Cut the end off."""
    return content[: _place(content, chance)]


def extended(content: bytes, chance: random.Random) -> bytes:
    """Add zeros, noise or a part of the content to its end."""
    length = chance.choice((1, 8, 100, 4096))
    at = _place(content, chance)
    return content + chance.choice((bytes(length), chance.randbytes(length), content[at : at + length]))


def spliced(content: bytes, chance: random.Random) -> bytes:
    """Put one part in the place of another, of its length or not."""
    start, target = _place(content, chance), _place(content, chance)
    length = chance.choice((1, 4, 16, 64, 1024))
    gone = length if chance.random() < 0.7 else chance.choice((0, 1, 16, 1024))
    return content[:target] + content[start : start + length] + content[target + gone :]


def overwritten(content: bytes, chance: random.Random) -> bytes:
    """Write noise, or the least and the largest of numbers, over a few bytes."""
    width = chance.choice((1, 2, 4, 8))
    number = chance.choice(EXTREMES) % 2 ** (8 * width)
    written = number.to_bytes(width, chance.choice(("little", "big"))) if chance.random() < 0.7 else bytes(width)
    written = written if chance.random() < 0.8 else chance.randbytes(chance.choice((1, 16, 512)))
    at = _place(content, chance)
    return content[:at] + written + content[at + len(written) :]


def edited(content: bytes, chance: random.Random) -> bytes:
    """Change values, keys and lengths in JSON: of safetensors its header and ours in it, else of the whole content.

    What holds no JSON is spliced.
    """
    length = int.from_bytes(content[:8], "little")
    in_front = content[8:9] == b"{" and length <= len(content) - 8
    try:
        value = json.loads(content[8 : 8 + length] if in_front else content)
    except (ValueError, RecursionError):
        return spliced(content, chance)
    header = json.dumps(_edited_safetensors(value, chance) if in_front else _edited(value, chance)).encode()
    return len(header).to_bytes(8, "little") + header + content[8 + length :] if in_front else header


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(flipped, truncated, extended, spliced, overwritten),
    *(edited, edited),
)


def _place(content: bytes, chance: random.Random) -> int:
    """Return a place in content: anywhere, or in the first or last 512 bytes, where formats keep what they are."""
    last = max(0, len(content) - 1)
    near = chance.randint(0, min(512, last))
    return chance.choice((chance.randint(0, last), near, last - near))


def _edited_safetensors(header: Any, chance: random.Random) -> Any:
    """Edit a header, more often what is ours in it."""
    metadata = header.get("__metadata__") if isinstance(header, dict) else None
    if isinstance(metadata, dict) and INNER in metadata and chance.random() < 0.7:
        try:
            metadata[INNER] = json.dumps(_edited(json.loads(metadata[INNER]), chance))
        except (ValueError, RecursionError, TypeError):
            metadata[INNER] = chance.choice(("{", "[" * 3000, "null", ""))
        return header
    return _edited(header, chance)


def _edited(value: Any, chance: random.Random) -> Any:
    """Return a value with one thing in it changed: what is inside goes before what is around."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        rest = {name: item for name, item in value.items() if name != key}
        match chance.randrange(10):
            case 0:
                return rest
            case 1:
                return {**rest, f"{key}x": value[key]}
            case 2:
                return {**value, chance.choice(sorted(value)): value[key]}
            case _:
                return {**value, key: _edited(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], _edited(value[at], chance), *value[at + 1 :]]
    if isinstance(value, int) and chance.random() < 0.3:
        return value + chance.choice((-1, 1, 1000))
    return chance.choice(VALUES)
