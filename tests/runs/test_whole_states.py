"""A checkpoint tells whether it is whole; the one before takes its place, or a sentence does."""

import random
import shutil

import pytest
import torch

from acutance.errors import AcutanceError
from acutance.training.mishaps import Diverged
from acutance.training.state import read_state, write_state


@pytest.fixture
def state(tmp_path):
    """The path of a checkpoint, with the one before."""
    path = tmp_path / "last.pt"
    for step in (1, 2):
        write_state(path, {"step": step, "trainer": {"network": {"weight": torch.randn(200)}}, "best": float("-inf")})
    return path


def flip(path, bit):
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def test_the_file_is_still_what_torch_reads(state):
    assert torch.load(state, weights_only=True)["step"] == 2
    assert torch.load(state.with_name("previous.pt"), weights_only=True)["step"] == 1
    assert read_state(state)["step"] == 2
    assert read_state(state.with_name("none") / "last.pt") is None


def test_every_flipped_bit_is_recovered_from_or_refused(state, capfd):
    whole, draw = state.read_bytes(), random.Random(0)
    size = 8 * len(whole)
    bits = [*draw.sample(range(size), 150), *range(size - 8 * 110, size, 8), *range(size - 8 * 110 + 5, size, 16)]
    for bit in bits:
        state.write_bytes(whole)
        flip(state, bit)
        assert read_state(state)["step"] == 1, bit
    assert capfd.readouterr().err.count("previous.pt of step 1 is whole, and taken instead") == len(bits)
    state.with_name("previous.pt").unlink()
    with pytest.raises(AcutanceError, match=r"last.pt is .* No checkpoint is left to go on from"):
        read_state(state)


@pytest.mark.parametrize("keep", [0, 1, 100, 0.5, -1, -22, -80, -81, -102])
def test_a_truncated_file_is_recovered_from(state, keep):
    whole = state.read_bytes()
    state.write_bytes(whole[: int(keep * len(whole)) if isinstance(keep, float) else keep])
    assert read_state(state)["step"] == 1


def test_a_run_cut_between_two_renames_goes_on_from_the_one_before(state):
    state.unlink()
    assert read_state(state)["step"] == 1


def test_a_state_of_before_has_no_checksum_and_is_read_and_its_damage_found(tmp_path):
    path = tmp_path / "last.pt"
    torch.save({"step": 7, "trainer": {"network": {"weight": torch.ones(5000)}}}, path)
    assert read_state(path)["step"] == 7
    whole = path.read_bytes()
    for bit in random.Random(1).sample(
        range(8 * whole.index(b"\0\0\x80?" * 9), 8 * whole.index(b"\0\0\x80?" * 9) + 99999), 20
    ):
        path.write_bytes(whole)
        flip(path, bit)
        with pytest.raises(AcutanceError, match="damaged"):
            read_state(path)


def test_what_is_not_finite_is_not_written(state):
    before = shutil.copy(state, state.with_name("copy.pt"))
    with pytest.raises(Diverged, match="trainer/network/weight is not finite"):
        write_state(state, {"step": 3, "trainer": {"network": {"weight": torch.tensor([1.0, float("nan")])}}})
    assert state.read_bytes() == before.read_bytes()
