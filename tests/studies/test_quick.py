"""`make studies-quick` names each value that is not as committed, and fails for it."""

import json
import math
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
COMMITTED = {"pcl:x@share=1/1/Set5/psnr": 32.1, "pcl:x@share=1/1/Set5/ssim": 0.89}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "studies"))
    quick = import_module("quick")
    monkeypatch.setattr(quick, "COMMITTED", tmp_path / "committed")
    monkeypatch.setattr(sys, "argv", ["quick.py", "--only", "filter"])
    return quick


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, None),
        ({"pcl:x@share=1/1/Set5/psnr": 32.109}, None),
        ({"pcl:x@share=1/1/Set5/psnr": 32.111}, "psnr: 32.11100 now, 32.10000 committed, 0.01 allowed"),
        ({"pcl:x@share=1/1/Set5/ssim": math.nan}, "ssim: nan now"),
        ({"pcl:x@share=1/2/Set5/psnr": 32.1}, "pcl:x@share=1/2/Set5/psnr: found now, and not committed"),
    ],
)
def test_a_value_beyond_the_tolerance_is_named_and_the_exit_status_is_1(
    quick: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, float],
    words: str | None,
) -> None:
    quick.COMMITTED.mkdir()
    (quick.COMMITTED / "filter.json").write_text(json.dumps(COMMITTED))
    monkeypatch.setitem(quick.PARTS, "filter", lambda _data, _out: {**COMMITTED, **changed})
    assert quick.main() == (0 if words is None else 1)
    assert (words or "As committed, every value.") in capsys.readouterr().out


def test_noise_that_was_drawn_afresh_may_be_further_off(quick: ModuleType) -> None:
    committed = {f"x.pth {row}/-/Set5/lpips_squeeze": 0.125 for row in ("noise 1", "x1")}
    (told,) = quick.differences(dict.fromkeys(committed, 0.1241), committed)
    assert told == "x.pth x1/-/Set5/lpips_squeeze: 0.12410 now, 0.12500 committed, 0.0005 allowed"


def test_what_is_missing_is_named(quick: ModuleType) -> None:
    (told,) = quick.differences({"pcl:x@share=1/1/Set5/psnr": 32.1}, COMMITTED)
    assert told == "pcl:x@share=1/1/Set5/ssim: committed, and not found now"


def test_every_part_is_committed_with_its_control() -> None:
    for part, control in (("filter", "edsr-light-x4 x1"), ("light", "pixel:"), ("frontier", "pixel:")):
        values = json.loads((ROOT / "studies" / "results" / "quick" / f"{part}.json").read_text(encoding="utf-8"))
        assert all(math.isfinite(value) for value in values.values())
        assert any(name.startswith(control) for name in values)
