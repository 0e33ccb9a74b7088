"""What the README says of the frontier at equal LPIPS is what the committed runs have."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def cells(monkeypatch: pytest.MonkeyPatch, method: str) -> list[dict[str, str]]:
    """Return the cells of a method's rows, a set each, by the heads of the columns."""
    monkeypatch.syspath_prepend(str(ROOT / "studies"))
    told = json.loads((ROOT / "studies" / "results" / "8-frontier.json").read_text(encoding="utf-8"))
    head, *rows = import_module("equal_terms").equal_rows(told["comparison"], "lpips_squeeze")
    assert not [row for row in rows if row[0] == "`filter`"]
    return [dict(zip(head, row, strict=True)) for row in rows if row[0] == f"`{method}`"]


def mean(cell: str) -> float:
    return float(cell.split(" ")[0])


def test_the_first_sentence_of_the_readme_stands_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    set5, set14 = cells(monkeypatch, "pcl:rlfn_finetune_phase")
    random5, random14 = cells(monkeypatch, "control:rlfn_finetune_random_embedding_phase")
    assert f"has {mean(set5['PSNR']):.3f} dB more PSNR than its control" in text
    assert f"but {-mean(set5['SSIM']):.4f} and {-mean(set14['SSIM']):.4f} less SSIM" in text
    assert f"and {-mean(set5['grid']):.3f} and {-mean(set14['grid']):.3f} levels more of a grid" in text
    assert f"it has {mean(random5['PSNR']):.3f} and {mean(random14['PSNR']):.3f} dB more" in text
    for each in (set5, set14):
        low, high = (float(end) for end in re.findall(r"[-+]\d+\.\d+", each["PSNR"])[1:])
        assert low < mean(each["PSNR"]) < high
