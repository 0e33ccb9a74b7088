"""Files that are not what their names say end in one sentence."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import pyvips
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from acutance import images
from acutance.errors import AcutanceError, PictureError

SUFFIXES = (".png", ".jpg", ".webp", ".tif", ".bmp")


def pixels(bits: int = 8) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2**bits, (40, 48, 3)).astype(f"uint{bits}")


def sentence(path: Path, capfd: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(PictureError) as caught:
        images.read(path)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    return caught.value.reason


def test_missing_empty_text_and_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("Dear diary, this is not a picture.\n" * 9)
    (tmp_path / "folder.png").mkdir()
    assert "no such file" in sentence(tmp_path / "missing.png", capfd)
    assert "empty" in sentence(tmp_path / "empty.png", capfd)
    assert "not a picture" in sentence(tmp_path / "text.png", capfd)
    assert "directory" in sentence(tmp_path / "folder.png", capfd)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_truncated(tmp_path: Path, suffix: str, bits: int, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"cut{suffix}"
    images.write(path, pixels(bits))
    whole = path.read_bytes()
    for share in (0.3, 0.6, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        sentence(path, capfd)


def test_truncated_photograph(shared_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    photograph = images.find(shared_data / "BSD200")[0]
    (tmp_path / "half.jpg").write_bytes(photograph.read_bytes()[:20_000])
    assert "truncated" in sentence(tmp_path / "half.jpg", capfd)


@pytest.mark.parametrize(("kind", "said"), [("int32", "32 bits"), ("int16", "signed integers"), ("uint32", "32 bits")])
def test_integers_that_are_not_read_are_named(
    tmp_path: Path, kind: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    pyvips.Image.new_from_array(np.full((4, 4), 7, kind)).tiffsave(str(tmp_path / "a.tif"))
    assert said in sentence(tmp_path / "a.tif", capfd)
    assert "unsigned" in sentence(tmp_path / "a.tif", capfd) or "integers of 8 and 16" in sentence(
        tmp_path / "a.tif", capfd
    )


def test_floats_beyond_the_unit_range_are_refused_with_the_range(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for value, said in ((1.5, "from 0 to 1.5"), (-0.25, "from -0.25 to 0"), (np.nan, "not numbers")):
        pixels = np.zeros((4, 4), np.float32)
        pixels[2, 1] = value
        Image.fromarray(pixels).save(tmp_path / "float.tif")
        assert said in sentence(tmp_path / "float.tif", capfd)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    suffix=st.sampled_from(SUFFIXES), bits=st.sampled_from([8, 16]),
    wounds=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8),
)  # fmt: skip
def test_damaged_bytes_give_a_picture_or_a_sentence(
    tmp_path: Path, suffix: str, bits: int, wounds: list[tuple[float, int]]
) -> None:
    path = tmp_path / f"damaged{suffix}"
    images.write(path, pixels(bits))
    damaged = bytearray(path.read_bytes())
    for place, value in wounds:
        damaged[int(place * len(damaged))] = value
    path.write_bytes(damaged)
    with suppress(PictureError):
        assert images.read(path).pixels.ndim == 3


def test_unwritable_folder_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file" / "a.png"
    (tmp_path / "file").write_text("a file where a folder is wanted")
    with pytest.raises(AcutanceError, match=r"a\.png"):
        images.write(target, pixels())
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]
