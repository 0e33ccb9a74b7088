"""The worked example of the guide is what the package writes: its rows, published numbers, differences and gains."""

import re
from pathlib import Path

import pytest

from acutance.reproduction import TABLES, Reproduced
from acutance.reproduction.plan import Plan

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "reproduce.md"
TABLE = TABLES["pcl:VII"]


@pytest.fixture(scope="module")
def example() -> dict[str, list[dict[str, float]]]:
    """The tables of the example by their first head: name -> the number in front of any bracket; in order."""
    text = GUIDE.read_text(encoding="utf-8").partition("## A worked example")[2].partition("\n## ")[0]
    found: dict[str, list[dict[str, float]]] = {}
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        head, _, *lines = ([cell.strip() for cell in line.strip("|\n ").split("|")] for line in block.splitlines())
        found[head[0]] = [{line[0]: float(line[1].split()[0])} for line in lines if re.match(r"[-+\d]", line[1])]
    return found


def numbers(lines: list[dict[str, float]]) -> dict[str, float]:
    return {name: value for line in lines for name, value in line.items()}


def test_published_numbers_are_those_of_the_package(example: dict[str, list[dict[str, float]]]) -> None:
    told = numbers(example["row"])
    head, *rows = Reproduced(Plan(TABLE, True, {}, {}), {}, {}, [1, 2]).rows()
    assert head == ["row", "Set14 PSNR"]
    assert {name: value for name, value in told.items() if name.endswith("published") and "control" not in name} == {
        row[0]: float(row[1]) for row in rows
    }


def test_every_row_was_measured_and_differs_by_what_is_said(example: dict[str, list[dict[str, float]]]) -> None:
    lines = [*example["row"]]
    for row in TABLE.rows:
        at = lines.index({f"{row.name}, published": TABLE.published[row.name].sets["Set14"]["psnr"]})
        published, measured, difference = (next(iter(line.items())) for line in lines[at : at + 3])
        assert measured[0] == f"{row.name}, {row.light}"
        assert difference == ("difference", pytest.approx(measured[1] - published[1], abs=0.011))


def test_gains_are_those_over_the_control(example: dict[str, list[dict[str, float]]]) -> None:
    told, gains = numbers(example["row"]), numbers(example["gain over control"])
    for kind in ("published", "pixel:edsr_light_finetune"):
        control = told[f"control RCAN, {kind}"]
        for row in TABLE.rows:
            name = f"{row.name}, {'published' if kind == 'published' else row.light}"
            assert gains[name] == pytest.approx(told[name] - control, abs=0.011)
