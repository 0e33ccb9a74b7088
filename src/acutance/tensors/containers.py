"""What a file is, by what it begins with: a container of tensors, or something else that was taken for one."""

import codecs
import zipfile
from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path

from acutance.errors import RequestError

HEAD = 512
"""Bytes that tell what a file is."""
LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""How `torch.save` began a file before it wrote zip archives: a number as a pickle of its own."""


class Container(Enum):
    """The files that tensors are read from."""

    SAFETENSORS = auto()
    TORCH = auto()


BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "a pointer of Git LFS, not the weights themselves; `git lfs pull` fetches them"),
    (b"\x89PNG", "a picture (PNG), no weights"),
    (b"\xff\xd8\xff", "a picture (JPEG), no weights"),
    (b"GIF8", "a picture (GIF), no weights"),
    (b"II*\0", "a picture (TIFF), no weights"),
    (b"MM\0*", "a picture (TIFF), no weights"),
    (b"BM", "a picture (BMP), no weights"),
    (b"\0\0\1\0", "a picture (ICO), no weights"),
    (b"\x89HDF\r\n", "an HDF5 file, as Keras writes; weights of PyTorch are needed"),
    (b"\x93NUMPY", "an array of NumPy; weights of PyTorch are needed"),
    (b"GGUF", "a GGUF file, a language model's; weights of PyTorch are needed"),
    (b"7767517", "a network of ncnn; weights of PyTorch are needed"),
    (b"%PDF", "a PDF, no weights"),
    (b"\x1f\x8b", "packed by gzip; unpack it first"),
    (b"BZh", "packed by bzip2; unpack it first"),
    (b"\xfd7zXZ\0", "packed by xz; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x7fELF", "a program, no weights"),
    (b"MZ", "a program, no weights"),
)
"""How a file begins -> what it is, and what to do."""
INSIDE: tuple[tuple[int, bytes, str], ...] = (
    (4, b"TFL3", "a network of TensorFlow Lite; weights of PyTorch are needed"),
    (4, b"ftyp", "a picture or a film (AVIF, HEIC, MP4), no weights"),
    (8, b"WEBP", "a picture (WebP), no weights"),
    (257, b"ustar", "a tar archive, as PyTorch wrote before 2017; read it there, and save it again by torch.save"),
)
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<!--")
PACKED = 20
"""How many times larger a packed archive may become; weights hardly shrink, and torch.save packs nothing."""


def container_of(path: Path) -> Container:
    """Return which container a file is.

    Raises:
        RequestError: it is none; it says what the file is, and what to do.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"PK\3\4"):
        _demand_torch_archive(path)
        return Container.TORCH
    if _begins_a_header(head):
        return Container.SAFETENSORS
    if head.startswith(b"\x80") or head.startswith(LEGACY):
        return Container.TORCH
    raise RequestError(f"{path} is {_else(head, path)}.")


def _begins_a_header(head: bytes) -> bool:
    """Tell safetensors: the length of a JSON object, and that object."""
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 2**40


def _else(head: bytes, path: Path) -> str:
    """Say what a file without tensors is."""
    if not head.strip(b"\0"):
        return f"{'nothing but zeros' if head else 'empty'}: its download or copy was broken off; get it again"
    for beginning, what in BEGINNINGS:
        if head.startswith(beginning):
            return what
    for offset, mark, what in INSIDE:
        if head[offset : offset + len(mark)] == mark:
            return what
    if head[:1] == b"\x08" and head[1:2] < b"\x20" and head[2:3] in b"\x12\x3a\x42":
        return "an ONNX file, which is read by a name that ends in .onnx, to upscale and evaluate; weights are needed"
    return _text(head) or f"no file of weights: neither safetensors nor what torch.save writes ({_suffix(path)})"


def _text(head: bytes) -> str | None:
    """Say what a text is, None where it is none."""
    if head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(MARKUP):
        return "a web page, not weights: the address led to a page about them; download the file itself"
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return None
    if not all(character.isprintable() or character.isspace() for character in text):
        return None
    return "JSON, no weights" if text.lstrip().startswith(("{", "[")) else "text, no weights"


def _suffix(path: Path) -> str:
    return f"it ends in {path.suffix}" if path.suffix else "its name has no suffix"


def _demand_torch_archive(path: Path) -> None:
    """Raise RequestError unless a zip archive is what torch.save writes, whole, and no larger than it says."""
    try:
        # A directory that is cut off leads anywhere, also to a place before the file, which is an OSError.
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise RequestError(f"{path} is cut off: its download or copy was broken off; get it again.") from error
    with opened as archive:
        _demand_torch_entries(path, archive.infolist())
        _demand_checksums(path, archive, archive.infolist())


def _demand_torch_entries(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Raise RequestError unless the parts of an archive are those of torch.save, and no larger than their file."""
    names = {entry.filename.partition("/")[2] or entry.filename for entry in entries}
    if "constants.pkl" in names or any(name.startswith("code/") for name in names):
        raise RequestError(
            f"{path} is a TorchScript archive, a program with its weights; save its state_dict() by torch.save, "
            "and name that file."
        )
    if "data.pkl" not in names:
        raise RequestError(f"{path} is {_archive(sorted(names))}.")
    claimed, held = sum(entry.file_size for entry in entries), path.stat().st_size
    if claimed > PACKED * held:
        raise RequestError(f"{path} holds {held:,} bytes and claims to unpack to {claimed:,}: it is refused.")


def _demand_checksums(path: Path, archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Raise RequestError where parts are not what their checksums say, which PyTorch does not look at.

    Where none is, it was told to write no checksums (`torch.serialization.set_crc32_options`).
    """
    filled = [entry for entry in entries if entry.file_size]
    damaged = [entry for entry in filled if not _is_whole(archive, entry)]
    if 0 < len(damaged) < len(filled):
        parts = f"the checksum of {len(damaged)} of its {len(filled)} parts is another"
        raise RequestError(f"{path} is damaged: {parts}; get it again.")


def _is_whole(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    try:
        with archive.open(entry) as part:
            while part.read(2**20):
                pass
    except Exception:  # a file from anywhere, which may break the reader at any point
        return False
    return True


def _archive(names: list[str]) -> str:
    if names and all(name.endswith(".npy") for name in names):
        return "an archive of NumPy arrays; weights of PyTorch are needed"
    inside = next((name for name in names if name.endswith((".pth", ".pt", ".ckpt", ".safetensors"))), None)
    holding = f" that holds {inside}" if inside is not None and inside.isprintable() else ""
    return f"a zip archive{holding}, no weights; unpack it first"
