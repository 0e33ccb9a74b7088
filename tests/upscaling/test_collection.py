"""Many files: names, clashes, bad ones among good ones."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from acutance import images
from acutance.errors import RequestError
from acutance.networks import EDSR, EDSRConfig, Network
from acutance.upscaling import upscale_files
from acutance.upscaling.jobs import plan


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(3)
    return EDSR(EDSRConfig(scale=2, blocks=1, channels=4))


def put(path: Path, side: int = 12) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(side).integers(0, 256, (side, side + 3, 3), np.uint8)
    if path.suffix == ".gif":
        Image.fromarray(pixels).save(path)
    else:
        images.write(path, pixels)
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_names_suffixes_and_subfolders_are_kept(tmp_path: Path, network: Network) -> None:
    names = ("a.JPG", "b.png", "deep/er/c.tiff", "deep/d.gif")
    for name in names:
        put(tmp_path / "in" / name)
    single = put(tmp_path / "single.webp")
    before = files(tmp_path)
    outcomes = upscale_files([tmp_path / "in", single], tmp_path / "out", network)
    assert set(files(tmp_path / "out")) == {"a.JPG", "b.png", "deep/er/c.tiff", "deep/d.png", "single.webp"}
    assert before.items() <= files(tmp_path).items()
    assert [(o.size, o.upscaled, o.error) for o in outcomes] == [((15, 12), (30, 24), None)] * 5
    assert {images.read(o.target).width for o in outcomes} == {30}


def test_bad_picture_costs_only_itself(tmp_path: Path, network: Network, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("a.png", "c.png"):
        put(tmp_path / "in" / name)
    (tmp_path / "in" / "b.png").write_text("no picture")
    outcomes = upscale_files([tmp_path / "in", tmp_path / "missing.png"], tmp_path / "out", network)
    assert set(files(tmp_path / "out")) == {"a.png", "c.png"}
    assert [outcome.error is None for outcome in outcomes] == [True, False, True, False]
    said = capfd.readouterr().err
    assert f"acutance: {tmp_path / 'in' / 'b.png'}: this is not a picture" in said
    assert f"acutance: {tmp_path / 'missing.png'}: there is no such file." in said


def test_result_that_its_format_cannot_hold_costs_only_itself(tmp_path: Path, network: Network) -> None:
    images.write(tmp_path / "long.webp", np.zeros((1, 9000, 3), np.uint8))
    good = put(tmp_path / "good.webp")
    outcomes = upscale_files([tmp_path / "long.webp", good], tmp_path / "out", network)
    assert "16383 pixels a side, not 18000x2" in (outcomes[0].error or "")
    assert set(files(tmp_path / "out")) == {"good.webp"}


def test_beside_and_as(tmp_path: Path, network: Network) -> None:
    photo, animation = put(tmp_path / "photo.jpg"), put(tmp_path / "anim.gif")
    upscale_files([photo, animation], None, network)
    upscale_files([photo], tmp_path / "other" / "name.png", network)
    assert set(files(tmp_path)) == {"photo.jpg", "photo_x2.jpg", "anim.gif", "anim_x2.png", "other/name.png"}


def test_earlier_results_inside_the_input_are_no_inputs(tmp_path: Path, network: Network) -> None:
    put(tmp_path / "a.png")
    for _ in range(2):
        upscale_files([tmp_path], tmp_path / "out", network)
    assert set(files(tmp_path)) == {"a.png", "out/a.png"}


def test_nothing_is_overwritten_and_nothing_begun(tmp_path: Path, network: Network) -> None:
    put(tmp_path / "in/a.png")
    put(tmp_path / "in/b.png")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    before = files(tmp_path)
    folder, picture = tmp_path / "in", tmp_path / "in/a.png"
    requests = [
        ([folder], folder), ([picture], picture), ([folder], tmp_path / "link"), ([picture], folder),
        ([folder / "b.png", tmp_path / "link/a.png"], folder),
    ]  # fmt: skip
    for inputs, out in requests:
        with pytest.raises(RequestError, match="would overwrite an input"):
            upscale_files(inputs, out, network)
    assert files(tmp_path) == before


def test_two_inputs_for_one_name_are_both_named(tmp_path: Path, network: Network) -> None:
    one, two = put(tmp_path / "1/a.png"), put(tmp_path / "2/a.png")
    with pytest.raises(RequestError, match="would both become") as caught:
        upscale_files([one, two], tmp_path / "out", network)
    assert str(one) in str(caught.value)
    assert str(two) in str(caught.value)
    with pytest.raises(RequestError, match="would both become"):
        plan([put(tmp_path / "3/b.gif"), put(tmp_path / "3/b.png")], tmp_path / "out", 2)
    assert not (tmp_path / "out").exists()


def test_the_same_input_twice_is_done_once(tmp_path: Path) -> None:
    one = put(tmp_path / "a.png")
    assert len(plan([one, one], tmp_path / "out", 2)) == 1


def test_requests_that_make_no_sense(tmp_path: Path) -> None:
    one, two = put(tmp_path / "a.png"), put(tmp_path / "b.png")
    (tmp_path / "empty").mkdir()
    for inputs, out, words in [
        ([tmp_path / "empty"], tmp_path / "out", "no picture in this folder"),
        ([tmp_path], None, "is a folder"),
        ([one, two], tmp_path / "out.png", "one picture"),
        ([one], tmp_path / "out.jxl", r"cannot write \.jxl; known are"),
    ]:
        with pytest.raises(RequestError, match=words):
            plan(inputs, out, 4)


def test_a_folder_with_a_dot_in_its_name(tmp_path: Path) -> None:
    one, two = put(tmp_path / "a.png"), put(tmp_path / "b.png")
    assert [job.target for job in plan([one, two], tmp_path / "v1.2", 4)] == [
        tmp_path / "v1.2" / n for n in ("a.png", "b.png")
    ]
    (tmp_path / "v1.3").mkdir()
    assert [job.target for job in plan([one], tmp_path / "v1.3", 4)] == [tmp_path / "v1.3" / "a.png"]
