"""Many files: what they are called, what is not touched, bad ones among good ones."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch
from PIL import Image

from acutance import images
from acutance.errors import RequestError
from acutance.images import Output
from acutance.networks import EDSR, EDSRConfig, Network
from acutance.upscaling import Outcome, upscale_files
from acutance.upscaling.collection import upscale_each
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.outcome import Report
from acutance.upscaling.rules import Rules


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(3)
    return EDSR(EDSRConfig(scale=2, blocks=1, channels=4))


@pytest.fixture
def permitted() -> Iterator[Path]:
    """A folder that belongs to somebody without privileges, who runs the test even where root started it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        root = os.geteuid() == 0
        if root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        yield folder
        if root:
            os.seteuid(0)


def put(path: Path, side: int = 12) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(side).integers(0, 256, (side, side + 3, 3), np.uint8)
    if path.suffix == ".gif":
        Image.fromarray(pixels).save(path)
    else:
        images.write(path, pixels)
    return path


def animation(path: Path, frames: int = 3) -> Path:
    made = [Image.new("RGB", (9, 7), (80 * number, 255 - 80 * number, 90)) for number in range(frames)]
    made[0].save(path, save_all=True, append_images=made[1:], duration=70)
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def faults(outcomes: list[Outcome]) -> dict[str, str]:
    return {outcome.source.name: outcome.error for outcome in outcomes if outcome.error}


def reported(
    network: Network, inputs: list[Path], out: Path | None, rules: Rules | None = None
) -> tuple[Report, list[Outcome]]:
    report = Report()
    return report, list(upscale_each(inputs, out, Enlarger(network), rules or Rules(), report))


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
    assert [outcome.status for outcome in outcomes] == ["written", "failed", "written", "failed"]
    said = capfd.readouterr().err
    assert f"acutance: {tmp_path / 'in' / 'b.png'}: " in said
    assert f"acutance: {tmp_path / 'missing.png'}: there is no such file." in said


def test_result_that_its_format_cannot_hold_costs_only_itself(tmp_path: Path, network: Network) -> None:
    images.write(tmp_path / "long.webp", np.zeros((1, 9000, 3), np.uint8))
    good = put(tmp_path / "good.webp")
    outcomes = upscale_files([tmp_path / "long.webp", good], tmp_path / "out", network)
    assert "16383 pixels a side, not 18000x2" in (outcomes[0].error or "")
    assert set(files(tmp_path / "out")) == {"good.webp"}


def test_an_animation_stays_one_or_says_the_way(
    tmp_path: Path, network: Network, capfd: pytest.CaptureFixture[str]
) -> None:
    moving, still = animation(tmp_path / "moving.gif"), put(tmp_path / "still.gif")
    outcomes = upscale_files([moving, still], tmp_path / "out", network)
    assert set(files(tmp_path / "out")) == {"moving.gif", "still.png"}
    with Image.open(tmp_path / "out" / "moving.gif") as written:
        assert (getattr(written, "n_frames", 1), written.size, written.info["duration"]) == (3, (18, 14), 70)
    assert f"{still}: .gif is written as .png" in capfd.readouterr().err
    assert outcomes[1].notes == (".gif is written as .png",)
    outcomes = upscale_files([moving, still], tmp_path / "jpg", network, output=Output("jpg"))
    assert set(files(tmp_path / "jpg")) == {"still.jpg"}
    assert "--first-frame" in faults(outcomes)["moving.gif"]
    upscale_files([moving], tmp_path / "first", network, output=Output("jpg"), first_frame=True)
    assert set(files(tmp_path / "first")) == {"moving.jpg"}


def test_beside_and_as(tmp_path: Path, network: Network) -> None:
    photo, still = put(tmp_path / "photo.jpg"), put(tmp_path / "still.gif")
    upscale_files([photo, still], None, network)
    upscale_files([photo], tmp_path / "other" / "name.png", network)
    upscale_files([photo], None, network, width=29)
    assert set(files(tmp_path)) == {
        "photo.jpg", "photo_x2.jpg", "photo_29w.jpg", "still.gif", "still_x2.png", "other/name.png",
    }  # fmt: skip
    assert images.read(tmp_path / "photo_29w.jpg").size == (29, 23)


def test_results_inside_the_input_are_no_inputs(tmp_path: Path, network: Network) -> None:
    put(tmp_path / "a.png")
    for _ in range(2):
        upscale_files([tmp_path], tmp_path / "out", network, overwrite=True)
    # A shell's * names the folder of results as well.
    outcomes = upscale_files([tmp_path / "a.png", tmp_path / "out"], tmp_path / "out", network, overwrite=True)
    assert [outcome.source.name for outcome in outcomes] == ["a.png"]
    assert set(files(tmp_path)) == {"a.png", "out/a.png"}


def test_results_beside_inputs_are_no_inputs_but_pictures_of_their_name_are(tmp_path: Path, network: Network) -> None:
    for name in ("photo.jpg", "genuine_x2.jpg", "other.png", "plain.jpg"):
        put(tmp_path / name)
    upscale_files(sorted(tmp_path.iterdir()), None, network)
    made = {"photo_x2.jpg", "genuine_x2_x2.jpg", "other_x2.png", "plain_x2.jpg"}
    assert set(files(tmp_path)) == {"photo.jpg", "genuine_x2.jpg", "other.png", "plain.jpg"} | made
    report, outcomes = reported(network, sorted(tmp_path.iterdir()), None, Rules(skip_existing=True))
    assert {path.name for path in report.results} == made
    assert [outcome.status for outcome in outcomes] == ["skipped"] * 4
    assert "results of this command are no inputs" in report.passed_over()[0]
    assert "and 1 more" in report.passed_over()[0]
    assert len(files(tmp_path)) == 8


def test_a_folder_with_its_results_in_it_goes_on(tmp_path: Path, network: Network) -> None:
    put(tmp_path / "in/a.jpg")
    put(tmp_path / "in/deep/b.jpg")
    for _ in range(2):
        upscale_files([tmp_path / "in"], tmp_path / "in", network, name="{stem}_x{scale}", skip_existing=True)
    assert set(files(tmp_path / "in")) == {"a.jpg", "a_x2.jpg", "deep/b.jpg", "deep/b_x2.jpg"}


def test_no_input_is_overwritten_and_nothing_begun(tmp_path: Path, network: Network) -> None:
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
            upscale_files(inputs, out, network, overwrite=True)
    assert files(tmp_path) == before


def test_an_input_under_another_name_costs_what_would_overwrite_it(tmp_path: Path, network: Network) -> None:
    hard, soft, good = (put(tmp_path / f"{name}.png", side) for name, side in (("hard", 8), ("soft", 9), ("good", 10)))
    out = tmp_path / "out"
    out.mkdir()
    os.link(hard, out / "hard.png")
    (out / "soft.png").symlink_to(soft)
    before = files(tmp_path)
    outcomes = upscale_files([hard, soft, good], out, network, overwrite=True)
    assert set(faults(outcomes)) == {"hard.png", "soft.png"}
    assert files(tmp_path) == before | {"out/good.png": (out / "good.png").read_bytes()}
    assert (out / "soft.png").is_symlink()


def test_a_picture_that_is_an_input_of_another_suffix_is_no_result(tmp_path: Path, network: Network) -> None:
    jpg, png = put(tmp_path / "a.jpg"), put(tmp_path / "a.png")
    before = files(tmp_path)
    with pytest.raises(RequestError, match="would overwrite an input"):
        upscale_files([jpg, png], tmp_path, network, output=Output("png"), overwrite=True)
    assert files(tmp_path) == before


def test_a_clash_costs_those_that_clash(tmp_path: Path, network: Network) -> None:
    one, two, three = put(tmp_path / "1/a.png"), put(tmp_path / "2/a.png", 9), put(tmp_path / "3/b.png")
    gif = put(tmp_path / "3/b.gif")
    outcomes = upscale_files([one, two, put(tmp_path / "c.png")], tmp_path / "out", network)
    assert [outcome.status for outcome in outcomes] == ["failed", "failed", "written"]
    for outcome in outcomes[:2]:
        assert str(one) in (outcome.error or "")
        assert str(two) in (outcome.error or "")
    assert set(files(tmp_path / "out")) == {"c.png"}
    outcomes = upscale_files([gif, three], tmp_path / "out", network)
    assert [outcome.status for outcome in outcomes] == ["failed", "failed"]
    outcomes = upscale_files([gif, three], tmp_path / "out", network, name="{stem}_{suffix}")
    assert set(files(tmp_path / "out")) == {"c.png", "b_gif.png", "b_png.png"}


def test_the_same_picture_twice_is_done_once(tmp_path: Path, network: Network) -> None:
    one = put(tmp_path / "in/a.png")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    inputs = [one, tmp_path / "in" / ".." / "in" / "a.png", tmp_path / "in", tmp_path / "link"]
    assert [outcome.source for outcome in upscale_files(inputs, tmp_path / "out", network)] == [one]


@pytest.mark.parametrize("case_told", [True, False])
def test_names_that_differ_in_case_clash_where_the_system_takes_them_for_one(
    tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch, case_told: bool
) -> None:
    upper, lower = put(tmp_path / "1/A.png"), put(tmp_path / "2/a.png", 9)
    # Only what the system says of a folder is taken from it: none here is of the other kind.
    monkeypatch.setattr("acutance.upscaling.targets.tells_case", lambda folder: case_told)
    outcomes = upscale_files([upper, lower, put(tmp_path / "b.png")], tmp_path / "out", network)
    assert len(faults(outcomes)) == (0 if case_told else 2)


def test_what_is_there_is_kept_unless_overwriting_is_asked_for(tmp_path: Path, network: Network) -> None:
    old, new = put(tmp_path / "old.png"), put(tmp_path / "new.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/old.png").write_text("something else")
    outcomes = upscale_files([old, new], tmp_path / "out", network)
    assert "--overwrite" in faults(outcomes)["old.png"]
    assert (tmp_path / "out/old.png").read_text() == "something else"
    assert images.read(tmp_path / "out/new.png").width == 30
    assert not faults(upscale_files([old, new], tmp_path / "out", network, overwrite=True))
    assert images.read(tmp_path / "out/old.png").width == 30


def test_requests_that_make_no_sense(tmp_path: Path, network: Network) -> None:
    one, two = put(tmp_path / "a.png"), put(tmp_path / "b.png")
    (tmp_path / "empty").mkdir()
    for inputs, out, words in [
        ([tmp_path / "empty"], tmp_path / "out", "no picture in this folder"),
        ([tmp_path], None, "is a folder"),
        ([one, two], tmp_path / "out.png", "one picture"),
        ([one, two], "-", "several inputs"),
        ([one], tmp_path / "out.jxl", r"cannot write \.jxl"),
        ([], tmp_path / "out", "no picture"),
    ]:
        with pytest.raises(RequestError, match=words):
            upscale_files(inputs, out, network)
    with pytest.raises(RequestError, match="stands for PNG, and the format asked for is JPEG"):
        upscale_files([one], tmp_path / "out.png", network, output=Output("jpg"))
    with pytest.raises(RequestError, match="cannot use the device 'nonsense'"):
        upscale_files([one], tmp_path / "out", device="nonsense")
    with pytest.raises(RequestError, match="a tile needs at least 1 pixel"):
        upscale_files([one], tmp_path / "out", tile=0)
    with pytest.raises(RequestError, match="a scale must be above 1"):
        upscale_files([one], tmp_path / "out", scale=0.5)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_a_dot_in_its_name(tmp_path: Path, network: Network) -> None:
    one, two = put(tmp_path / "a.png"), put(tmp_path / "b.png")
    upscale_files([one, two], tmp_path / "v1.2", network)
    (tmp_path / "v1.3").mkdir()
    upscale_files([one], tmp_path / "v1.3", network)
    upscale_files([one], f"{tmp_path}/v1.4/", network)
    assert set(files(tmp_path)) == {"a.png", "b.png", "v1.2/a.png", "v1.2/b.png", "v1.3/a.png", "v1.4/a.png"}


class Short(EDSR):
    """A network for which the memory is too little where a picture has fewer rows than columns."""

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        if lr.shape[-2] < lr.shape[-1]:
            raise MemoryError
        return super().forward(lr)


def test_out_of_memory_costs_only_the_picture(tmp_path: Path) -> None:
    wide, square = tmp_path / "wide.png", tmp_path / "square.png"
    images.write(wide, np.zeros((10, 60, 3), np.uint8))
    images.write(square, np.zeros((20, 20, 3), np.uint8))
    outcomes = upscale_files([wide, square], tmp_path / "out", Short(EDSRConfig(scale=2, blocks=1, channels=4)))
    assert "out of memory" in faults(outcomes)["wide.png"]
    assert set(files(tmp_path / "out")) == {"square.png"}


def test_a_folder_that_cannot_be_written_costs_only_its_own(tmp_path: Path, network: Network) -> None:
    put(tmp_path / "in/shut/a.png")
    put(tmp_path / "in/open/b.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/shut").write_text("a file where a folder is to be")
    outcomes = upscale_files([tmp_path / "in"], tmp_path / "out", network)
    assert f"cannot write {tmp_path / 'out/shut/a.png'}" in faults(outcomes)["a.png"]
    assert (tmp_path / "out/open/b.png").is_file()


def test_what_permissions_forbid_costs_only_itself(network: Network, permitted: Path) -> None:
    for name in ("in/a.png", "in/shut/b.png", "in/open/c.png", "in/secret/d.png", "in/e.png"):
        put(permitted / name)
    (permitted / "out/shut").mkdir(parents=True)
    (permitted / "out/shut").chmod(0o500)
    (permitted / "in/secret").chmod(0o000)
    (permitted / "in/e.png").chmod(0o000)
    outcomes = upscale_files([permitted / "in"], permitted / "out", network)
    (permitted / "in/secret").chmod(0o700)
    assert set(faults(outcomes)) == {"b.png", "secret", "e.png"}
    assert f"nothing may be written into {permitted / 'out/shut'}" in faults(outcomes)["b.png"]
    assert "cannot be opened: permission denied" in faults(outcomes)["secret"]
    assert set(files(permitted / "out")) == {"a.png", "open/c.png"}


def test_the_report_knows_what_is_done_at_any_time(tmp_path: Path, network: Network) -> None:
    for number in range(4):
        put(tmp_path / "in" / f"{number}.png")
    report = Report()
    work = upscale_each([tmp_path / "in"], tmp_path / "out", Enlarger(network), Rules(), report)
    for _ in range(2):
        next(work)
    record = report.to_json()
    assert [each["status"] for each in record["pictures"]] == ["written"] * 2  # pyright: ignore
    assert record["not_begun"] == [str(tmp_path / "in" / f"{number}.png") for number in (2, 3)]
    assert report.summary() == "2 written, 0 skipped, 0 failed, 2 not begun"


def test_outcomes_are_plain_values() -> None:
    outcome = Outcome(Path("a.png"), Path("out/a.png"), 0.5, (3, 2), (6, 4))
    assert replace(outcome, error="why").to_json()["target"] is None
    assert outcome.to_json()["upscaled"] == [6, 4]
