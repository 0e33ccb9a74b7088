"""A file of weights that Acutance wrote is whole, or is refused."""

import json
import random

import pytest
import safetensors
import safetensors.torch
import torch

from acutance.errors import RequestError
from acutance.tensors import read, read_weights, write_weights

HEADER = {"format": 1, "network": "mine", "config": {"scale": 4}, "card": {"step": 3}}


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "last.safetensors"
    write_weights(path, {"layer.weight": torch.randn(30, 10), "layer.bias": torch.zeros(30)}, HEADER)
    return path


def test_the_checksum_is_no_part_of_what_is_read(weights):
    assert read(weights).header == HEADER
    assert read_weights(weights).keys() == safetensors.torch.load_file(weights).keys()


def test_the_same_weights_make_the_same_file(weights, tmp_path):
    write_weights(tmp_path / "again.safetensors", safetensors.torch.load_file(weights), HEADER)
    assert (tmp_path / "again.safetensors").read_bytes() == weights.read_bytes()


def test_no_flipped_bit_is_let_in(weights):
    whole = weights.read_bytes()
    header = 8 * (8 + int.from_bytes(whole[:8], "little"))
    for bit in [*range(header), *random.Random(0).sample(range(header, 8 * len(whole)), 200)]:
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        weights.write_bytes(content)
        with pytest.raises(RequestError):
            read_weights(weights)


def test_a_checksum_that_is_none_is_refused(weights):
    whole = safetensors.torch.load_file(weights)
    for value in (7, None, "", "0" * 63, ["0" * 64]):
        metadata = {"acutance": json.dumps({**HEADER, "acutance_sha256": value})}
        safetensors.torch.save_file(whole, weights, metadata=metadata)
        with pytest.raises(RequestError, match="is damaged: its "):
            read_weights(weights)


@pytest.mark.parametrize("keep", [0, 7, 8, 50, -1, -4, -800])
def test_a_truncated_file_is_refused(weights, keep):
    weights.write_bytes(weights.read_bytes()[:keep])
    with pytest.raises(RequestError):
        read_weights(weights)


def test_a_file_of_before_and_one_of_others_are_read(tmp_path):
    for number, metadata in enumerate([{"acutance": json.dumps(HEADER)}, {"sha256": "0" * 64}, None]):
        path = tmp_path / f"{number}.safetensors"
        safetensors.torch.save_file({"layer.weight": torch.ones(3, 3)}, path, metadata=metadata)
        assert read_weights(path).keys() == {"layer.weight"}


@pytest.fixture
def released(tmp_path):
    path = tmp_path / "net.pth"
    torch.save({f"layer{number}.weight": torch.randn(30, 10) for number in range(4)}, path)
    return path


def test_no_flipped_bit_of_somebody_elses_archive_changes_a_weight(released):
    whole, right, refused = released.read_bytes(), read_weights(released), 0
    for bit in random.Random(0).sample(range(8 * len(whole)), 150):
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        released.write_bytes(content)
        try:
            found = read_weights(released)
        except RequestError:
            refused += 1
            continue
        assert found.keys() == right.keys()
        assert all(torch.equal(found[key], right[key]) for key in right)
    assert refused > 75, "most of a file is weights"


def test_an_archive_that_was_written_without_checksums_is_read(released):
    right = read_weights(released)
    torch.serialization.set_crc32_options(False)
    try:
        torch.save(right, released)
    finally:
        torch.serialization.set_crc32_options(True)
    assert all(torch.equal(tensor, right[key]) for key, tensor in read_weights(released).items())
