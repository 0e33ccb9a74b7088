"""HR and LR are told apart by the names of folders and files, whatever data set they come from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from acutance.data import discover, find_pictures
from acutance.data.affixes import affixes
from acutance.data.notice import recognised
from acutance.errors import RequestError

DIV2K = ["DIV2K_train_HR/0001.png", "DIV2K_train_HR/0002.png"]
BICUBIC = ["DIV2K_train_LR_bicubic/X4/0001x4.png", "DIV2K_train_LR_bicubic/X4/0002x4.png"]
UNKNOWN = ["DIV2K_train_LR_unknown/X4/0001x4.png", "DIV2K_train_LR_unknown/X4/0002x4.png"]


def made(root: Path, names: Sequence[str]) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"names are all that is looked at")
    return root


def pairs(root: Path, scale: int = 4, **how: Any) -> dict[str, str | None]:
    """HR -> LR, relative to the root."""
    found = discover(root, scale, **how)
    assert not found.refused, found.refused
    return {_under(root, pair.hr): pair.lr and _under(root, pair.lr) for pair in found.pairs}


def _under(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


SETS = {
    "DIV2K": ("DIV2K_train_HR/0001.png", "DIV2K_train_LR_bicubic/X4/0001x4.png"),
    "DIV2K without x4 in the name": ("DIV2K_train_HR/0001.png", "DIV2K_train_LR_bicubic/X4/0001.png"),
    "DIV2K with another suffix": ("DIV2K_train_HR/0001.png", "DIV2K_train_LR_bicubic/X4/0001_x4.jpg"),
    "DIV2K unknown": ("DIV2K_train_HR/0001.png", "DIV2K_train_LR_unknown/X4/0001x4.png"),
    "DIV2K mild": ("DIV2K_train_HR/0001.png", "DIV2K_train_LR_mild/0001x4m.png"),
    "nested zips": ("D/D_HR/D_HR/0001.png", "D/D_LR_bicubic_X4/D_LR_bicubic/X4/0001x4.png"),
    "Flickr2K": ("Flickr2K/Flickr2K_HR/000001.png", "Flickr2K/Flickr2K_LR_bicubic/X4/000001x4.png"),
    "DF2K": ("DF2K_HR/0001.png", "DF2K_LR_bicubic/X4/0001x4.png"),
    "LSDIR": ("HR/val/0000001.png", "X4/val/0000001x4.png"),
    "subimages": ("DIV2K_train_HR_sub/0001_s001.png", "DIV2K_train_LR_bicubic/X4_sub/0001_s001.png"),
    "RealSR": ("Canon/Train/4/Canon_001_HR.png", "Canon/Train/4/Canon_001_LR4.png"),
    "DRealSR": ("Test_x4/test_HR/DSC_1286_x1.png", "Test_x4/test_LR/DSC_1286_x4.png"),
    "SelfExSR": ("image_SRF_4/img_001_SRF_4_HR.png", "image_SRF_4/img_001_SRF_4_LR.png"),
    "benchmark": ("Set5/HR/baby.png", "Set5/LR_bicubic/X4/babyx4.png"),
    "BasicSR": ("Set5/GTmod12/baby.png", "Set5/LRbicx4/baby.png"),
    "RCAN": ("HR/Set5/x4/baby_HR_x4.png", "LR/LRBI/Set5/x4/baby_LRBI_x4.png"),
    "REDS": ("train_sharp/000/00000000.png", "train_sharp_bicubic/X4/000/00000000.png"),
    "GT and LQ": ("GT/a.png", "LQ/a.webp"),
    "hr and lr": ("hr/a.tif", "lr/a.png"),
    "hr and lr_bicubic": ("hr/a.png", "lr_bicubic/a.png"),
    "lq of a scale": ("train/hq/a.png", "train/lq/x4/a.png"),
    "target and input": ("train/target/a.png", "train/input/a.png"),
    "clean and degraded": ("clean/a.png", "degraded/a.png"),
    "reference and distorted": ("reference/a.png", "distorted/a_x4.png"),
    "high and low": ("HighRes/a.png", "low_res/a.png"),
    "camel": ("trainHR/a.png", "trainLR/a_LR.png"),
    "a folder each": ("scene1/HR.png", "scene1/LR.png"),
    "plain beside LR": ("images/a.png", "LR/a.png"),
    "X4 in the set": ("baby.png", "X4/baby.png"),
    "one folder": ("baby.png", "baby_LRx4.png"),
    "one folder by scale": ("baby.png", "babyx4.png"),
    "words before": ("HR_0001.png", "LR_0001.png"),
}


@pytest.mark.parametrize("name", SETS)
def test_a_layout_is_recognised_and_said(name: str, tmp_path: Path) -> None:
    high, low = SETS[name]
    made(tmp_path, [high, low])
    assert pairs(tmp_path) == {high: low}
    said = recognised(tmp_path, discover(tmp_path, 4), 4)
    assert said.startswith(f"{tmp_path}: 1 pair for x4, HR in ")
    assert len(said.splitlines()) == 1
    assert find_pictures(tmp_path, recursive=True) == [tmp_path / high]


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_lr_is_that_of_the_scale(scale: int, tmp_path: Path) -> None:
    made(tmp_path, [*DIV2K[:1], *(f"DIV2K_train_LR_bicubic/X{each}/0001x{each}.png" for each in (2, 3, 4, 8))])
    assert pairs(tmp_path, scale) == {DIV2K[0]: f"DIV2K_train_LR_bicubic/X{scale}/0001x{scale}.png"}


def test_hr_cropped_for_a_scale_is_taken_once(tmp_path: Path) -> None:
    names = [f"image_SRF_{scale}/img_001_SRF_{scale}_{role}.png" for scale in (2, 4) for role in ("HR", "LR", "SCN")]
    made(tmp_path, names)
    assert pairs(tmp_path) == {names[3]: names[4]}
    assert pairs(tmp_path, 2) == {names[0]: names[1]}
    assert pairs(tmp_path, 3) == {names[0]: None}


def test_of_two_kinds_bicubic_is_taken_and_the_other_by_lr(tmp_path: Path) -> None:
    made(tmp_path, [*DIV2K, *BICUBIC, *UNKNOWN])
    assert list(pairs(tmp_path).values()) == BICUBIC
    assert "Not used: LR in DIV2K_train_LR_unknown/X4" in recognised(tmp_path, discover(tmp_path, 4), 4)
    for lr in ("unknown", "DIV2K_train_LR_unknown", tmp_path / "DIV2K_train_LR_unknown" / "X4"):
        assert list(pairs(tmp_path, lr=lr).values()) == UNKNOWN
    assert list(pairs(tmp_path, lr="here").values()) == [None, None]


def test_kinds_of_which_none_is_bicubic_are_asked_about(tmp_path: Path) -> None:
    made(tmp_path, [*DIV2K[:1], "DIV2K_train_LR_mild/0001x4m.png", "DIV2K_train_LR_difficult/0001x4d.png"])
    with pytest.raises(RequestError, match=r"LR_difficult, .*LR_mild; say which is meant with --lr FOLDER"):
        discover(tmp_path, 4)
    with pytest.raises(RequestError, match="has no LR of the kind unknown for x4"):
        discover(tmp_path, 4, lr="unknown")


def test_several_lr_of_one_hr_are_as_many_pairs(tmp_path: Path) -> None:
    made(tmp_path, [*DIV2K[:1], *(f"DIV2K_train_LR_wild/0001x4w{number}.png" for number in (1, 2))])
    found = discover(tmp_path, 4)
    assert [pair.name for pair in found.pairs] == ["0001w1", "0001w2"]
    assert len({pair.hr for pair in found.pairs}) == 1


def test_a_folder_of_hr_finds_lr_beside_it(tmp_path: Path) -> None:
    made(tmp_path, [*DIV2K, *BICUBIC, "DIV2K_valid_LR_bicubic/X4/0001x4.png"])
    found = discover(tmp_path / "DIV2K_train_HR", 4)
    assert [pair.lr for pair in found.pairs] == [tmp_path / name for name in BICUBIC]


@pytest.mark.parametrize(
    ("names", "inside"),
    [
        ([*DIV2K, *BICUBIC], "DIV2K_train_LR_bicubic/X4"),
        ([*DIV2K, *BICUBIC], "DIV2K_train_LR_bicubic"),
        (["GT/a.png", "LQ/a.png"], "LQ"),
        (["HR/a.png", "X4/a.png"], "X4"),
        (["target/a.png", "input/a.png"], "input"),
        (["some/0001x4.png", "some/0002x4.png"], "some"),
        (["some/a_LR.png"], "some"),
        (["Set/LR_bicubic/X4/a.png"], "Set"),
    ],
)
def test_what_looks_like_lr_is_never_hr(names: list[str], inside: str, tmp_path: Path) -> None:
    made(tmp_path, names)
    with pytest.raises(RequestError, match=r"looks like LR, .*--data, and this one with --lr"):
        discover(tmp_path / inside, 4)
    with pytest.raises(RequestError, match="looks like LR"):
        find_pictures(tmp_path / inside, recursive=True)


def test_photographs_stay_photographs(tmp_path: Path) -> None:
    names = ["1/a.png", "2/a.png", "4/a.png", "Ford_GT.jpg", "a.png", "b/input/c.png", "original/d.png", "wall_x4.png"]
    made(tmp_path, names)
    assert pairs(tmp_path) == dict.fromkeys(sorted(names))
    assert recognised(tmp_path, discover(tmp_path, 4), 4) == ""


def test_a_picture_without_lr_among_others_that_have_it_is_named(tmp_path: Path) -> None:
    made(tmp_path, [*DIV2K, BICUBIC[0]])
    found = discover(tmp_path, 4)
    assert [pair.hr.name for pair in found.pairs] == ["0001.png"]
    assert found.refused == {tmp_path / DIV2K[1]: "there is no LR file for it, and for the others there is."}


def test_lr_without_hr_is_named_and_a_stray_one_spoils_nothing(tmp_path: Path) -> None:
    made(tmp_path, [*DIV2K[:1], *BICUBIC])
    assert [path.name for path in discover(tmp_path, 4).orphans] == ["0002x4.png"]
    made(tmp_path / "photos", ["a.jpg", "b.jpg", "a_x4.jpg"])
    found = discover(tmp_path / "photos", 4)
    assert [(pair.hr.name, pair.lr) for pair in found.pairs] == [("a.jpg", None), ("b.jpg", None)]
    assert [path.name for path in found.orphans] == ["a_x4.jpg"]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["HR/a.png", "HR/a.jpg", "LR/a.png"], "it is not the only HR that"),
        (["HR/a.png", "LR/a.png", "LR/a.jpg"], "more than one file may be its LR"),
        (["HR/a.png", "LR/X4/a.png", "LR/X4/ax4.png"], "more than one file may be its LR"),
    ],
)
def test_what_is_not_one_to_one_is_refused(names: list[str], reason: str, tmp_path: Path) -> None:
    found = discover(made(tmp_path, names), 4)
    assert not found.pairs
    assert all(reason in each for each in found.refused.values())


def test_lr_that_belongs_to_no_hr_is_asked_about(tmp_path: Path) -> None:
    made(tmp_path, ["HR/a.png", "LR/foo.png"])
    with pytest.raises(RequestError, match=r"by its name the LR .*foo\.png belongs to no HR.*--data HR --lr LR"):
        discover(tmp_path, 4)


def test_lr_of_other_scales_is_told_and_not_used(tmp_path: Path) -> None:
    made(tmp_path, [*DIV2K[:1], "DIV2K_train_LR_bicubic/X2/0001x2.png"])
    found = discover(tmp_path, 4)
    assert [pair.lr for pair in found.pairs] == [None]
    assert "made here by bicubic. Not used: LR in DIV2K_train_LR_bicubic/X2" in recognised(tmp_path, found, 4)


def test_sets_of_different_kinds_in_one_folder(tmp_path: Path) -> None:
    made(tmp_path, ["D/D_HR/1.png", "D/D_LR_bicubic/X4/1x4.png", "D/results/1.png", "photos/p.png", "V_HR/2.png"])
    found = {_under(tmp_path, pair.hr): pair.lr is not None for pair in discover(tmp_path / "D", 4).pairs}
    assert found == {"D_HR/1.png": True} or found == {"D/D_HR/1.png": True}
    assert "D/D_LR_bicubic/X4/1x4.png" not in pairs(tmp_path)


@pytest.mark.parametrize("low", ["soft/a.png", "soft/a_blur.jpg", "soft/x4/ax4.png"])
def test_any_other_is_declared(low: str, tmp_path: Path) -> None:
    made(tmp_path, ["sharp/a.png", "sharp/b.png", low, low.replace("soft/a", "soft/b").replace("/ax4", "/bx4")])
    found = discover(tmp_path / "sharp", 4, lr=tmp_path / "soft")
    assert [(pair.hr.name, pair.lr.name[0] if pair.lr else "") for pair in found.pairs] == [
        ("a.png", "a"),
        ("b.png", "b"),
    ]


def test_what_is_declared_must_fit(tmp_path: Path) -> None:
    made(tmp_path, ["A/a.png", "B/zzz.png", "C/X2/ax2.png"])
    with pytest.raises(RequestError, match=r"zzz\.png belongs to no HR"):
        discover(tmp_path / "A", 4, lr=tmp_path / "B")
    with pytest.raises(RequestError, match="holds LR for x2 by its name, not for x4"):
        discover(tmp_path / "A", 4, lr=tmp_path / "C")
    with pytest.raises(RequestError, match="cannot hold HR and LR both"):
        discover(tmp_path / "A", 4, lr=tmp_path / "A")
    with pytest.raises(RequestError, match="there is no folder nowhere of LR"):
        discover(tmp_path / "A", 4, lr="nowhere")


def test_what_names_share() -> None:
    stems = ["img_1_SwinIR", "img_10_SwinIR", "img_2_SwinIR", "log"]
    assert affixes(["img_1", "img_2", "img_10"], stems) == [("", "_SwinIR")]
    assert affixes(["baby"], ["babyface"]) == []
    assert sorted(affixes(["a", "b"], ["a_E", "b_E", "a_S", "b_S"])) == [("", "_E"), ("", "_S")]
