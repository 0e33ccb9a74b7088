from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from acutance import images
from acutance.data import PatchStream, Store, symmetry
from acutance.degrade import Bicubic
from acutance.errors import RequestError
from acutance.ops import bicubic


@pytest.fixture
def store(photos: Path, tmp_path: Path) -> Store:
    return Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(4))


def test_a_batch_depends_on_seed_and_step_alone(store: Store) -> None:
    first, second = (PatchStream(store, patch=16, batch=8, seed=5) for _ in range(2))
    ahead = [first.batch_at(step, "cpu") for step in range(6)]
    for step in (5, 3, 0):
        again = second.batch_at(step, "cpu")
        assert torch.equal(again.lr, ahead[step].lr)
        assert torch.equal(again.hr, ahead[step].hr)
    assert not torch.equal(ahead[0].hr, ahead[1].hr)
    assert not torch.equal(ahead[0].hr, PatchStream(store, patch=16, batch=8, seed=6).batch_at(0, "cpu").hr)


@pytest.mark.parametrize("world", [2, 3, 6])
def test_the_ranks_together_see_the_batch_of_one_process(store: Store, world: int) -> None:
    whole = PatchStream(store, patch=16, batch=6, seed=1).batch_at(7, "cpu")
    parts = [PatchStream(store, patch=16, batch=6, seed=1, rank=rank, world=world) for rank in range(world)]
    assert torch.equal(torch.cat([part.batch_at(7, "cpu").hr for part in parts]), whole.hr)
    assert torch.equal(torch.cat([part.batch_at(7, "cpu").lr for part in parts]), whole.lr)


def test_a_batch_is_in_the_unit_range_and_aligned_in_size(store: Store) -> None:
    batch = PatchStream(store, patch=24, batch=5, seed=0).batch_at(0, "cpu")
    assert batch.hr.shape == (5, 3, 24, 24)
    assert batch.lr.shape == (5, 3, 6, 6)
    for image in (batch.hr, batch.lr):
        assert image.dtype == torch.float32
        assert 0 <= image.min() < 0.5 < image.max() <= 1
        torch.testing.assert_close(image * 255, (image * 255).round(), rtol=0, atol=1e-4)
    assert batch.hr.min() < 0.01
    assert batch.hr.max() > 0.99


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_patches_lie_where_they_were_drawn(photos: Path, tmp_path: Path, scale: int) -> None:
    """HR equals the file's pixels there, and LR the bicubic of the whole picture there, turned alike."""
    store = Store.open(photos, cache=tmp_path / "cache", degradation=Bicubic(scale))
    stream = PatchStream(store, patch=8 * scale, batch=12, seed=2)
    batch, draw = stream.batch_at(0, "cpu"), stream.draw(0)
    for number, (picture, top, left) in enumerate(zip(draw.pictures, draw.tops, draw.lefts, strict=True)):
        height, width = store.sizes[picture]
        pixels = torch.from_numpy(images.read(photos / store.names[picture]).pixels.copy()).permute(2, 0, 1)[None]
        whole = {scale: pixels[..., :height, :width]}
        whole[1] = (bicubic(whole[scale].double(), 1 / scale)).round().clamp(0, 255).byte()
        for image, size in ((batch.hr, scale), (batch.lr, 1)):
            rows, columns = (slice(start * size, (start + 8) * size) for start in (top, left))
            expected = symmetry(whole[size][..., rows, columns].contiguous(), torch.from_numpy(draw.bits[[number]]))
            difference = (image[[number]] * 255 - expected).abs()
            # Values half-way between two grey levels may be rounded either way.
            assert difference.max() < (0.01 if size == scale else 1.01)
            assert difference.mean() < 0.02


def test_every_position_is_equally_likely_and_none_is_out_of_reach(store: Store) -> None:
    stream = PatchStream(store, patch=24, batch=100, seed=3)
    draws = [stream.draw(step) for step in range(200)]
    seen = Counter(place for draw in draws for place in zip(*(part.tolist() for part in draw[:3]), strict=True))
    possible = {
        (picture, top, left)
        for picture, (height, width) in enumerate(store.sizes // 4)
        for top in range(height - 5)
        for left in range(width - 5)
    }
    assert set(seen) == possible
    expected = 20000 / len(possible)
    assert max(abs(count - expected) for count in seen.values()) < 5 * expected**0.5
    bits = np.concatenate([draw.bits for draw in draws]) @ [1, 2, 4]
    assert np.abs(np.bincount(bits, minlength=8) - 2500).max() < 5 * 2500**0.5


def test_the_patch_may_be_the_whole_picture(tmp_path: Path, save: Callable[[Path, np.ndarray], None]) -> None:
    save(tmp_path / "in" / "a.png", np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3))
    store = Store.open(tmp_path / "in", cache=tmp_path / "cache", degradation=Bicubic(4))
    draw = PatchStream(store, patch=16, batch=4, seed=0).draw(0)
    assert set(draw.tops) == set(draw.lefts) == {0}


def test_pictures_smaller_than_the_patch_are_named_once_and_never_drawn(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    stream = PatchStream(store, patch=36, batch=64, seed=0)
    said = capsys.readouterr().err
    assert set(stream.draw(0).pictures) == {0}
    assert said.count("\n") == 1
    assert "b.png" in said
    assert "c.png" in said
    assert "a.png" not in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"patch": 18}, "18 .* nearest is 16"),
        ({"patch": 0}, "nearest is 4"),
        ({"patch": 44}, "44 .* largest that fits is 40"),
        ({"batch": 7, "world": 2}, "batch of 7 .* nearest is 8"),
        ({"batch": 0}, "batch of 0"),
        ({"rank": 2, "world": 2}, "no process 2 among 2"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_impossible_wishes_name_the_value(store: Store, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RequestError, match=sentence):
        PatchStream(store, **{"patch": 16, "batch": 8, "seed": 0, **change})


def test_upright_patches_lie_as_in_their_pictures(store: Store) -> None:
    stream, turned = (PatchStream(store, patch=16, batch=24, seed=4, upright=upright) for upright in (True, False))
    drawn = stream.draw(0)
    assert not drawn.bits.any()
    assert turned.draw(0).bits.any()
    for patch, number, top, left in zip(stream.batch_at(0, "cpu").hr, *drawn[:3], strict=True):
        rows, columns = (slice(low * store.scale, low * store.scale + 16) for low in (top, left))
        expected = torch.from_numpy(store.hr(int(number))[rows, columns].copy())
        assert torch.equal((patch * 255).round().byte().permute(1, 2, 0), expected)
