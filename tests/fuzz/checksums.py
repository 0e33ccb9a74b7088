"""Damage behind a checksum: without a right one nearly every input would end at the first test, and never deeper."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

Mutate = Callable[[bytes], bytes]
PNG = b"\x89PNG\r\n\x1a\n"


def behind(content: bytes, chance: random.Random, mutate: Mutate) -> bytes:
    """Return a file mutated inside, with its checksums made right again; one without any is mutated as it is."""
    if content.startswith(PNG):
        return _png(mutate(content))
    if content.startswith(b"PK\3\4"):
        return _archive(content, chance, mutate)
    if content[8:9] == b"{":
        return _safetensors(mutate(content))
    return mutate(content)


def _png(content: bytes) -> bytes:
    """Return a PNG file with the CRC of each chunk as it should be, as far as there are chunks."""
    made, place = bytearray(content), len(PNG)
    while place + 12 <= len(made):
        (length,) = struct.unpack_from(">I", made, place)
        end = place + 8 + length
        if end + 4 > len(made):
            break
        struct.pack_into(">I", made, end, zlib.crc32(made[place + 4 : end]))
        place = end + 4
    return bytes(made)


def _archive(content: bytes, chance: random.Random, mutate: Mutate) -> bytes:
    """Return an archive, of torch.save mostly, with one of its entries mutated."""
    file = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(file, "w") as archive:
            names = whole.namelist()
            # Most entries are weights, of which any are right; what is told of them is in data.pkl.
            pickles = [name for name in names if name.endswith("data.pkl")]
            chosen = chance.choice(pickles if pickles and chance.random() < 0.8 else names)
            for name in names:
                data = whole.read(name)
                archive.writestr(zipfile.ZipInfo(name), mutate(data) if name == chosen else data)
    except Exception:  # what was mutated before may be no archive any more
        return mutate(content)
    return file.getvalue()


def _safetensors(content: bytes) -> bytes:
    """Return a file with our checksum as it should be, where it carries one."""
    from acutance.tensors import checksum  # with torch, which a reader of pictures does without

    at = content.find(checksum.MARK) + len(checksum.MARK)
    if at < len(checksum.MARK) or len(content) < at + checksum.LENGTH:
        return content
    return checksum.sealed(content[:at] + checksum.BLANK.encode() + content[at + checksum.LENGTH :])
