"""What the list of recipes says is what the papers' tables have: a row's own numbers, and no other row's."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from acutance.errors import RequestError
from acutance.recipes import RECIPES, listing, listing_text
from acutance.report import published

HERE = Path(__file__).parent / "tables"
IN_PACKAGE = Path(published.__file__).parent
ROW = {
    "pixel:edsr_s": ("pcl_table2_benchmarks", "EDSR-S"),
    "pixel:edsr_l": ("pcl_table2_benchmarks", "EDSR-L"),
    "pixel:rcan": ("pcl_table2_benchmarks", "RCAN"),
    "pixel:han": ("pcl_table2_benchmarks", "HAN"),
    "pixel:nlsn": ("pcl_table2_benchmarks", "NLSN"),
    "pixel:rrdb": ("spsr_table1_benchmarks", "RRDB"),
    "pixel:srresnet": ("spsr_table7_other_archs", "SRResNet"),
    "pcl:edsr_s": ("pcl_table2_benchmarks", "EDSR-S+PCL"),
    "pcl:edsr_l": ("pcl_table2_benchmarks", "EDSR-L+PCL"),
    "pcl:rcan": ("pcl_table2_benchmarks", "RCAN+PCL"),
    "pcl:han": ("pcl_table2_benchmarks", "HAN+PCL"),
    "pcl:nlsn": ("pcl_table2_benchmarks", "NLSN+PCL"),
    "pcl:rcan_vgg": ("pcl_table4_ablation", "1"),
    "pcl:rcan_plain": ("pcl_table4_ablation", "2"),
    "pcl:rcan_hr_against_lr": ("pcl_table4_ablation", "4"),
    "pcl:rcan_fourier": ("pcl_table4_ablation", "5"),
    "pcl:edsr_s_fixed_embedding": ("pcl_table5_fixed_embedding", "EDSR-S+PCL-F"),
    "pcl:rcan_sharpened_only": ("pcl_table6_augmentation", "yes, no"),
    "pcl:rcan_blurred_only": ("pcl_table6_augmentation", "no, yes"),
    "pcl:rcan_alpha_0.01": ("pcl_table7_alpha_set14", "0.01"),
    "pcl:rcan_alpha_0.25": ("pcl_table7_alpha_set14", "0.25"),
    "pcl:rcan_alpha_0.5": ("pcl_table7_alpha_set14", "0.5"),
    "pcl:rcan_alpha_1": ("pcl_table7_alpha_set14", "1"),
    "pcl:rcan_alpha_5": ("pcl_table7_alpha_set14", "5"),
    "esrgan:rrdb": ("spsr_table2_spsrg_ablation", "ESRGAN"),
    "spsr:g": ("spsr_table2_spsrg_ablation", "SPSR-G"),
    "spsr:g_without_branch": ("spsr_table2_spsrg_ablation", "SPSR-G w/o GB"),
    "spsr:g_without_losses": ("spsr_table2_spsrg_ablation", "SPSR-G w/o GL"),
    "spsr:g_without_adversarial": ("spsr_table2_spsrg_ablation", "SPSR-G w/o AGL"),
    "spsr:g_without_pixel": ("spsr_table2_spsrg_ablation", "SPSR-G w/o PGL"),
    "spsr:p": ("spsr_table3_spsrp_ablation", "SPSR-P"),
    "spsr:p_without_branch": ("spsr_table3_spsrp_ablation", "SPSR-P w/o GB"),
    "spsr:p_without_losses": ("spsr_table3_spsrp_ablation", "SPSR-P w/o SL"),
    "spsr:p_without_adversarial": ("spsr_table3_spsrp_ablation", "SPSR-P w/o ASL"),
    "spsr:p_without_pixel": ("spsr_table3_spsrp_ablation", "SPSR-P w/o PSL"),
    "spsr:j": ("spsr_table6_nse_choice", "SPSR-J"),
    "spsr:random": ("spsr_table6_nse_choice", "SPSR-R"),
    "spsr:vgg": ("spsr_table6_nse_choice", "SPSR-VGG"),
    "spsr:resnet": ("spsr_table6_nse_choice", "SPSR-ResNet"),
    "spsr:edsr_gan": ("spsr_table7_other_archs", "EDSR-GAN"),
    "spsr:edsr_g": ("spsr_table7_other_archs", "EDSR-G"),
    "spsr:edsr_p": ("spsr_table7_other_archs", "EDSR-P"),
    "spsr:srresnet_gan": ("spsr_table7_other_archs", "SRResNet-GAN"),
    "spsr:p_sampled_v": ("spsr_table5_sampling", "SPSR-P-v"),
    "spsr:p_sampled_c": ("spsr_table5_sampling", "SPSR-P-c"),
    "pixel:swinir": ("pcl_table2_benchmarks", "SwinIR"),
    "spsr:srresnet_g": ("spsr_table7_other_archs", "SRResNet-G"),
    "spsr:srresnet_p": ("spsr_table7_other_archs", "SRResNet-P"),
}
"""Where a recipe's numbers stand in the papers: the file of the table, and what names the row there."""
KEYS = {"pcl_table4_ablation": ["config"], "pcl_table6_augmentation": ["positives", "negatives"]}
NUMERALS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7}


def cells(table: str) -> Iterator[tuple[str, str, float]]:
    """Yield (row, "Set14 PSNR", value) of a table with a method a line, or with a set and metric a line."""
    file = next(path for folder in (HERE, IN_PACKAGE) if (path := folder / f"{table}.csv").is_file())
    for line in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        if "Dataset" in line:
            key = f"{line.pop('Dataset')} {line.pop('Metric')}"
            yield from ((row, key, float(value)) for row, value in line.items())
        elif "PSNR_Set14" in line:
            yield line["alpha"], "Set14 PSNR", float(line["PSNR_Set14"])
        else:
            row = ", ".join(line.pop(key) for key in KEYS.get(table, ["method"]))
            for key in ("embedding", "augmentation"):
                line.pop(key, None)
            yield from ((row, key.replace("_", " "), float(value)) for key, value in line.items())


@pytest.mark.parametrize("name", ROW)
def test_published_numbers_are_the_rows_own(name: str) -> None:
    table, row = ROW[name]
    theirs = {key: value for who, key, value in cells(table) if who == row}
    recipe = RECIPES[name]
    assert recipe.published
    assert {key: theirs[key] for key in recipe.published} == dict(recipe.published)
    paper, number = re.match(r"(pcl|spsr)_table(\d)", table).groups()
    assert (recipe.paper, NUMERALS[recipe.table]) == ({"pcl": "PCL-SR", "spsr": "SPSR"}[paper], int(number))


def test_nothing_else_shows_a_published_number() -> None:
    assert {name for name, recipe in RECIPES.items() if recipe.published} == set(ROW)
    assert all(bool(recipe.paper) == bool(recipe.table) for recipe in RECIPES.values())


@pytest.mark.parametrize("name", ROW)
def test_first_line_of_the_docstring_has_the_same_numbers(name: str) -> None:
    """House rule 8; of several rows that one function makes, as in Table VII, it says the numbers of one at least."""
    recipe = RECIPES[name]
    function = getattr(recipe.build, "func", recipe.build)
    said = str(function.__doc__)
    rows = [each for each in ROW if getattr(RECIPES[each].build, "func", RECIPES[each].build) is function]
    known = {value for each in rows for value in RECIPES[each].published.values()}
    numbers = {float(number) for number in re.findall(r"(?<= )\d+\.?\d*(?=[ ,.])", said.partition("Published")[2])}
    costs = {float(number) for number in re.findall(r"([\d.]+) TFLOP", recipe.cost)}
    assert f"Table {recipe.table}" in said or recipe.table == "VII"
    assert numbers & known or "alpha" in name
    if len(rows) == 1:
        assert numbers <= known | costs
        assert not costs or costs <= numbers or "rcan" in name or "fixed" in name


def test_rows_of_table_vii_are_those_of_the_paper() -> None:
    rows = {row[0]: row for row in listing("spsr:VII")["SPSR, Table VII"]}
    assert rows["spsr:edsr_p"][2] == "Set14 LPIPS 0.154, PSNR 26.88, SSIM 0.805"
    assert rows["spsr:srresnet_p"][2] == "Set14 LPIPS 0.138, PSNR 26.78, SSIM 0.800"


def test_listing_goes_by_paper_and_table() -> None:
    whole = listing()
    assert next(iter(whole)) == "PCL-SR, Table II"
    assert sum(len(rows) - 1 for rows in whole.values()) == len(RECIPES)
    apart = [heading for heading in whole if "no row" in heading]
    assert apart == list(whole)[-len(apart) :]
    assert {"pixel, no row of a paper", "control, no row of a paper"} <= set(apart)
    for heading, rows in whole.items():
        assert all(len(row) == len(rows[0]) for row in rows)
        assert ("published x4" in rows[0]) == any(RECIPES[row[0]].published for row in rows[1:]), heading
    assert set(listing("pcl")) == {
        *(f"PCL-SR, Table {table}" for table in ("II", "IV", "V", "VI", "VII")),
        "pcl, no row of a paper",
    }
    assert {row[0] for row in listing("pcl:V")["PCL-SR, Table V"][1:]} == {"pcl:edsr_s_fixed_embedding"}
    needs = {row[0]: row[4] for row in listing("spsr:VI")["SPSR, Table VI"]}
    assert needs["spsr:j"] == "--vgg or --squeezenet, [--extractor]"
    assert "SPSR, Table III\nrecipe " in listing_text("spsr:III")


def test_a_group_that_is_none_is_named_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="there is no group of recipes 'spsr:IIII'; did you mean 'spsr:II"):
        listing("spsr:IIII")
