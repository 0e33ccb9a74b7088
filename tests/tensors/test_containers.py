"""What was taken for weights is named for what it is, with what to do."""

import gzip
import pickle
import sys
import tarfile
import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from acutance.errors import RequestError
from acutance.tensors import read, read_weights

WEIGHTS = {"conv.weight": torch.rand(4, 3, 3, 3), "conv.bias": torch.rand(4)}
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"


class Malicious:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return (print, ("this must never run",))


def cut(path, **saving):
    torch.save(WEIGHTS, path, **saving)
    path.write_bytes(path.read_bytes()[:-40])


def packed(path, name):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"0" * 1000)


def bomb(path):
    torch.save(WEIGHTS, path.with_suffix(".small"))
    with (
        zipfile.ZipFile(path.with_suffix(".small")) as small,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as large,
    ):
        for entry in small.infolist():
            large.writestr(entry.filename, small.read(entry))
        large.writestr("x/data/9", bytes(50_000_000))


def script(path):
    torch.jit.save(torch.jit.trace(torch.nn.Conv2d(3, 3, 3), torch.rand(1, 3, 8, 8)), str(path))


def tar(path):
    path.with_suffix(".txt").write_text("x" * 1000)
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        archive.add(path.with_suffix(".txt"), "x")


KINDS = {
    "empty": (lambda path: path.touch(), "is empty"),
    "zeros": (lambda path: path.write_bytes(bytes(999)), "nothing but zeros"),
    "web page": (lambda path: path.write_text("\n <!DOCTYPE html><html>é" * 99, encoding="latin-1"), "is a web page"),
    "LFS pointer": (lambda path: path.write_text(POINTER), "pointer of Git LFS.*git lfs pull"),
    "JSON": (lambda path: path.write_text('{"scale": 4}'), "is JSON"),
    "text": (lambda path: path.write_text("the weights are at ..."), "is text"),
    "cut off": (cut, "is cut off"),
    "cut off, legacy": (lambda path: cut(path, _use_new_zipfile_serialization=False), "is damaged"),
    "TorchScript": (script, r"is a TorchScript archive.*state_dict\(\)"),
    "ONNX": (lambda path: path.write_bytes(b"\x08\x08\x12\x07pytorch\x1a\x052.0.0" + bytes(99)), "is an ONNX file"),
    "picture": (lambda path: Image.new("RGB", (8, 8)).save(path, "PNG"), r"is a picture \(PNG\)"),
    "photograph": (lambda path: Image.new("RGB", (8, 8)).save(path, "JPEG"), r"is a picture \(JPEG\)"),
    "WebP": (lambda path: Image.new("RGB", (8, 8)).save(path, "WEBP"), r"is a picture \(WebP\)"),
    "packed": (lambda path: path.write_bytes(gzip.compress(b"0" * 999)), "packed by gzip; unpack it"),
    "zip of weights": (lambda path: packed(path, "folder/net.pth"), r"zip archive that holds net\.pth"),
    "zip of arrays": (lambda path: packed(path, "a.npy"), "archive of NumPy arrays"),
    "array": (lambda path: path.write_bytes(b"\x93NUMPY" + bytes(99)), "an array of NumPy"),
    "HDF5": (lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(99)), "HDF5"),
    "tar": (tar, "is a tar archive"),
    "bomb": (bomb, "claims to unpack"),
    "code": (lambda path: torch.save({"a": Malicious(), **WEIGHTS}, path), r"without running code.*\(print\)"),
    "plain pickle": (lambda path: path.write_bytes(pickle.dumps(Malicious())), "without running code"),
    "whole network": (lambda path: torch.save(torch.nn.Conv2d(3, 3, 3), path), r"without running code.*Conv2d"),
    "arrays": (lambda path: torch.save({"a": np.zeros((3, 3))}, path), "holds no state dict of tensors"),
    "list": (lambda path: torch.save([1, 2], path), "holds no state dict of tensors"),
    "noise": (lambda path: path.write_bytes(bytes(range(255, 0, -1)) * 9), "neither safetensors nor what torch.save"),
}


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_named_for_what_it_is_and_nothing_runs(tmp_path, capsys, kind, suffix):
    write, words = KINDS[kind]
    path = tmp_path / f"file{suffix}"
    write(path)
    with pytest.raises(RequestError, match=words) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".ckpt", ".bin", ".safetensors", ""])
@pytest.mark.parametrize("container", ["zip", "legacy", "safetensors"])
def test_what_a_file_is_decides_and_not_its_name(tmp_path, suffix, container):
    path = tmp_path / f"weights{suffix}"
    if container == "safetensors":
        safetensors.torch.save_file(WEIGHTS, path)
    else:
        with path.open("wb") as file:
            torch.save(WEIGHTS, file, _use_new_zipfile_serialization=container == "zip")
    found = read_weights(path)
    assert all(torch.equal(found[key], tensor) for key, tensor in WEIGHTS.items())


def test_safetensors_cut_off_says_so(tmp_path):
    safetensors.torch.save_file(WEIGHTS, tmp_path / "whole.safetensors")
    content = (tmp_path / "whole.safetensors").read_bytes()
    for length in (len(content) - 9, 60):
        (tmp_path / "cut.safetensors").write_bytes(content[:length])
        with pytest.raises(RequestError, match=r"cut\.safetensors .*cut off"):
            read(tmp_path / "cut.safetensors")


def test_folder_and_nothing_are_no_files(tmp_path):
    with pytest.raises(RequestError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(RequestError, match="there is no file"):
        read(tmp_path / "none.pth")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that cannot be read")
def test_a_drive_that_fails_is_a_sentence():
    with pytest.raises(RequestError, match=r"cannot read /proc/self/mem: Input/output error"):
        read("/proc/self/mem")
