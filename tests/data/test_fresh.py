"""LR that is made afresh for every patch lies where the patch does, and is the same whoever prepares it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from acutance.data import PatchStream, Store
from acutance.data.ahead import Ahead
from acutance.degrade import Bicubic, named
from acutance.errors import RequestError
from acutance.types import Batch

NAMES = ["bicubic", "real", "bsrgan", "camera", "noise:25", "jpeg:40", "webp:40", "blur:1.6"]
SETTINGS: dict[str, Any] = {"patch": 32, "batch": 6, "seed": 3}


@pytest.fixture
def store(photos: Path, tmp_path: Path) -> Store:
    return Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(2))


def test_bicubic_made_afresh_is_the_stores(store: Store) -> None:
    """In every symmetry and at every border, as bicubic reaches less far than the margin."""
    plain, fresh = PatchStream(store, **SETTINGS), PatchStream(store, degradation=named("bicubic", 2), **SETTINGS)
    for step in range(12):
        expected, batch = (stream.batch_at(step, "cpu") for stream in (plain, fresh))
        assert torch.equal(batch.hr, expected.hr)
        assert (batch.lr - expected.lr).abs().max() < 1.01 / 255
        assert (batch.lr != expected.lr).float().mean() < 0.01


@pytest.mark.parametrize("name", ["real", "bsrgan"])
def test_a_batch_is_of_its_seed_and_step_and_its_patches_differ(store: Store, name: str) -> None:
    degradation = named(name, 2)
    first, again = (PatchStream(store, degradation=degradation, **SETTINGS).batch_at(5, "cpu") for _ in range(2))
    later = PatchStream(store, degradation=degradation, **SETTINGS).batch_at(6, "cpu")
    assert torch.equal(first.lr, again.lr)
    assert torch.equal(first.hr, again.hr)
    assert not torch.equal(first.lr, later.lr)
    assert first.lr.shape == (6, 3, 16, 16)
    small = torch.nn.functional.avg_pool2d(first.hr, 2)
    errors = (first.lr - small).abs().mean((1, 2, 3))
    assert errors.unique().numel() == 6


@pytest.mark.parametrize("world", [2, 3, 6])
@pytest.mark.parametrize("name", NAMES)
def test_several_processes_see_the_batch_of_one_and_a_resumed_run_sees_it_again(
    store: Store, name: str, world: int
) -> None:
    degradation = named(name, 2)

    def stream(rank: int, of: int) -> Batch:
        each = PatchStream(store, degradation=degradation, rank=rank, world=of, **SETTINGS)
        for step in range(9 * (of == 1)):  # what is resumed asks for no batch before
            each.batch_at(step, "cpu")
        return each.batch_at(9, "cpu")

    whole, parts = stream(0, 1), [stream(rank, world) for rank in range(world)]
    assert torch.equal(torch.cat([part.lr for part in parts]), whole.lr)
    assert torch.equal(torch.cat([part.hr for part in parts]), whole.hr)


def test_the_margin_is_the_pictures_own(tmp_path: Path, save: Callable[[Path, np.ndarray], None]) -> None:
    """A patch whose surroundings differ has another border, if the filter reaches so far; its middle stays."""
    picture = np.full((96, 96, 3), 128, np.uint8)
    picture[:, 48:] = 255
    save(tmp_path / "photos/edge.png", picture)
    store = Store.open(tmp_path / "photos", cache=tmp_path / "cache", degradation=Bicubic(2))
    stream = PatchStream(store, degradation=named("blur:4", 2), patch=48, batch=64, seed=0, upright=True)
    batch, lefts = stream.batch_at(0, "cpu"), stream.draw(0).lefts
    beside = [lr for lr, left in zip(batch.lr, lefts, strict=True) if left == 0]
    assert beside, "no patch ends where the white begins; draw more"
    for lr in beside:
        assert lr[..., -1].mean() > 150 / 255  # half of the white that lies just outside of the patch
        assert lr[..., 0].mean() == pytest.approx(128 / 255, abs=1e-3)


def test_another_scale_is_refused(store: Store) -> None:
    with pytest.raises(RequestError, match="degradation of scale 4 makes no LR of scale 2"):
        PatchStream(store, degradation=named("real", 4), **SETTINGS)


def test_batches_come_in_any_order_and_the_next_is_prepared_meanwhile() -> None:
    prepared: list[int] = []
    second = threading.Event()

    def batch_at(step: int) -> Batch:
        prepared.append(step)
        if step == 4:
            second.set()
        return Batch(torch.full((1,), step), torch.zeros(1))

    with Ahead(batch_at) as ahead:
        assert ahead(3).lr.item() == 3
        assert second.wait(10)
        assert [ahead(step).lr.item() for step in (4, 5, 2, 3)] == [4, 5, 2, 3]
    in_time = [step for step in prepared if step != 6]  # which is called off where its thread was too slow to begin
    assert in_time[:5] == [3, 4, 5, 2, 3]


def test_what_fails_while_a_batch_is_prepared_is_raised_where_it_is_due() -> None:
    def batch_at(step: int) -> Batch:
        if step == 1:
            raise RequestError("a picture is gone.")
        return Batch(torch.zeros(1), torch.zeros(1))

    with Ahead(batch_at) as ahead:
        ahead(0)
        with pytest.raises(RequestError, match="is gone"):
            ahead(1)
