"""What the README says of the frontier at equal LPIPS is what the committed runs have."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def cells(
    monkeypatch: pytest.MonkeyPatch, method: str, against: str = "filter", study: str = "8-frontier"
) -> list[dict[str, str]]:
    """Return the cells of a method's rows less those of `against`, a set each, by the heads of the columns."""
    monkeypatch.syspath_prepend(str(ROOT / "studies"))
    told = json.loads((ROOT / "studies" / "results" / f"{study}.json").read_text(encoding="utf-8"))
    head, *rows = import_module("equal_terms").equal_rows(told["comparison"], "lpips_squeeze", against)
    assert not [row for row in rows if row[0] == f"`{against}`"]
    return [dict(zip(head, row, strict=True)) for row in rows if row[0] == f"`{method}`"]


def mean(cell: str) -> float:
    return float(cell.split(" ")[0])


def test_the_first_sentence_of_the_readme_stands_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    frozen5, frozen14, *_ = cells(monkeypatch, "control:rlfn_finetune_frozen_embedding_phase")
    noise5, noise14, *_ = cells(monkeypatch, "noise")
    low, high = re.findall(r"[-+]\d+\.\d+", frozen5["PSNR"])[1:]
    assert f"up to {mean(frozen5['PSNR']):.3f} dB ahead of one control" in text
    assert f"interval over three seeds {low} to {high})" in text
    assert f"is ahead by {mean(noise5['PSNR']):.4f} dB on Set5" in text
    assert f"(+{mean(noise14['PSNR']):.3f} for +{mean(frozen14['PSNR']):.3f})" in text
    beyond = [mean(each["SSIM"]) for each in cells(monkeypatch, "pcl:rlfn_finetune_phase", "noise")[:3]]
    assert "has {:.4f}, {:.4f} and {:.4f} more than noise".format(*beyond) in text
    filters = [mean(each["SSIM"]) for each in cells(monkeypatch, "filter", "noise")[:3]]
    assert all(ours < theirs for ours, theirs in zip(beyond, filters, strict=True))


def test_no_row_of_pcl_is_further_ahead_of_the_filter_than_the_readme_says(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = ("phase", "phase_block_4", "phase_blocks_2_to_5", "whole", "whole_blocks_2_to_5")
    methods = [f"pcl:rlfn_finetune_{way}" for way in ways] + ["control:rlfn_finetune_frozen_embedding_phase"]
    ahead = [mean(each["PSNR"]) for method in methods for each in cells(monkeypatch, method)]
    assert max(ahead) == mean(cells(monkeypatch, methods[-1])[0]["PSNR"])


def test_the_third_sentence_of_the_readme_stands_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    text, method = (ROOT / "README.md").read_text(encoding="utf-8"), "pcl:edsr_light_finetune_phase"
    filters, noise = (
        [mean(each["PSNR"]) for each in cells(monkeypatch, method, against, "8-frontier_light")[:2]]
        for against in ("filter", "noise")
    )
    assert "the filter is ahead of it by {:.4f} and {:.4f} dB".format(*(-each for each in filters)) in text
    assert "noise behind it by {:.4f} and {:.4f}".format(*noise) in text
    sets = json.loads((ROOT / "studies" / "results" / "8-frontier_light.json").read_text())["comparison"]["sets"]
    fallen = [-sets[name]["lpips_squeeze"]["differences"][f"{method}@share=1"]["mean"] for name in ("Set5", "Set14")]
    assert "lowers LPIPS there by {:.4f} and {:.4f}".format(*fallen) in text


def test_no_mixture_is_ahead_of_a_control_in_all_as_the_readme_says(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "ahead of neither control at equal LPIPS in PSNR, SSIM and NIQE on all four sets" in text
    for way in ("contrast_gradient", "contrast_structure"):
        for against in ("filter", "noise"):
            rows = cells(monkeypatch, f"studies/both.py:{way}", against, "8-both")
            assert [row["set"] for row in rows] == ["Set5", "Set14", "B100", "Kodak24"]
            assert min(mean(row[metric]) for row in rows for metric in ("PSNR", "SSIM", "NIQE")) < 0


def test_a_filter_is_ahead_of_the_gradient_loss_on_a_light_spsr_as_the_readme_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, row = (ROOT / "README.md").read_text(encoding="utf-8"), "studies/structure.py:spsr_gradient-perceptual"
    sets = json.loads((ROOT / "studies" / "results" / "9-structure_spsr.json").read_text())["comparison"]["sets"]
    gained = [sets[name]["psnr"]["differences"][row]["mean"] for name in ("Set5", "Set14")]
    behind = [-mean(each["PSNR"]) for each in cells(monkeypatch, row, study="9-structure_spsr")]
    assert "it gains {:.3f} and {:.3f} dB beside L1".format(*gained) in text
    assert "a filter is {:.3f} and {:.3f} dB ahead of it".format(*behind) in text
