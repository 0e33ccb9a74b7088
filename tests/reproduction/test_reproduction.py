"""The tables of the papers: every row has its recipe, and what was measured stands beside what is published."""

import csv
import json
from pathlib import Path

import pytest

from acutance import images
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.recipes import RECIPES
from acutance.recipes.recipe import Request
from acutance.report.published import table as published
from acutance.reproduction import TABLES, Reproduced, paper_table
from acutance.reproduction.overview import overview
from acutance.reproduction.paper_tables import published_of
from acutance.reproduction.plan import Plan, pixels_learned_from, plan
from acutance.reproduction.reproduced import Measured
from acutance.reproduction.table_files import write
from photographs import photograph

EVERY_FILE = {name: Path(name) for name in ("vgg", "squeezenet", "resnet", "embedding", "extractor")}
PSNR = ("Set14", "psnr")


def test_every_recipe_of_a_table_is_in_the_paper_s() -> None:
    named = {row.recipe for table in TABLES.values() for row in table.rows}
    assert {name for name, recipe in RECIPES.items() if recipe.table} - named == set()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_rows_have_published_numbers_and_recipes(table) -> None:
    numbers = published(table.file) if table.file else {}
    assert dict(table.published) == dict(numbers)
    assert {row.name for row in table.rows if row.name and not row.beside} <= set(numbers) or not table.file
    for row in table.rows:
        assert not row.recipe or row.recipe in RECIPES
        assert not row.light or row.light in RECIPES
    metrics = {metric.partition("_")[0] for row in numbers.values() for each in row.sets.values() for metric in each}
    assert set(table.metrics) == metrics or not table.file


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("light", [False, True])
def test_a_plan_trains_every_row_once_beside_its_control(table, light: bool) -> None:
    planned = plan(table, (), Request(files=EVERY_FILE), light=light)
    trained = [recipe for family in planned.families for recipe in family.recipes]
    assert len(set(trained)) == len(trained)
    assert set(planned.made.values()) <= set(trained)
    for family in planned.families:
        assert not RECIPES[family.recipes[0]].control
        assert all(RECIPES[recipe].control in family.recipes for recipe in family.recipes[1:])


def test_a_row_without_its_file_is_left_out_and_refused_where_it_is_named() -> None:
    planned = plan(paper_table("pcl:IV"), (), Request(), light=True)
    assert planned.left_out_sentences == ["Not made for want of --vgg FILE: Config 1."]
    assert "Config 2" in planned.made
    with pytest.raises(RequestError, match="pcl:IV: Not made for want of --vgg FILE: Config 1"):
        plan(paper_table("pcl:IV"), ["Config 1"], Request(), light=True)
    with pytest.raises(RequestError, match="--vgg FILE or --perceptual squeezenet --squeezenet FILE: SPSR-G"):
        plan(paper_table("spsr:II"), ["SPSR-G"], Request(), light=True)
    with pytest.raises(RequestError, match="did you mean 'Config 1'"):
        plan(paper_table("pcl:IV"), ["Confg 1"], Request(), light=True)
    with pytest.raises(RequestError, match="did you mean 'pcl:III'"):
        paper_table("pcl:IIII")


def test_a_budget_counts_pixels() -> None:
    assert pixels_learned_from("pcl:edsr_s", Request(4, steps=10, batch=2, patch=64)) == 10 * 2 * 64**2
    whole = pixels_learned_from("pcl:edsr_s", Request(4))
    assert whole == 300_000 * 16 * 192**2


def made() -> Reproduced:
    """Table VII with two seeds: alpha 1 loses 0.25 dB to the control, where the paper has it lose nothing else."""
    planned = Plan(
        paper_table("pcl:VII"), True, {"alpha 1": "pcl:edsr_light_finetune_alpha_1"}, {"alpha 5": "for want of time"}
    )
    row = Measured("pcl:edsr_light_finetune_alpha_1", {PSNR: [26.0, 26.5]}, 1e-4)
    control = Measured("pixel:edsr_light_finetune", {PSNR: [26.4, 26.6], ("Set14", "ssim"): [0.71, 0.73]}, 1e-4)
    return Reproduced(planned, {"alpha 1": row}, {"pixel:edsr_light_finetune": control}, [1, 2])


def test_published_measured_and_difference_stand_below_each_other() -> None:
    head, *rows = made().rows()
    assert head == ["row", "Set14 PSNR", "Set14 SSIM"]
    told = {row[0]: row[1:] for row in rows}
    assert told["alpha 1, published"] == ["28.40", "-"]
    assert told["alpha 1, pcl:edsr_light_finetune_alpha_1"] == ["26.25 (0.354)", "-"]
    assert [row[1:] for row in rows if row[0] == "difference"] == [["-2.15", "-"], ["-2.35", "-0.0685"]]
    assert told["control RCAN, published"] == ["28.85", "0.7885"]  # of Table II: VII has no row without PCL
    assert told["control RCAN, pixel:edsr_light_finetune"] == ["26.50 (0.141)", "0.7200 (0.01414)"]
    assert told["alpha 0.1, published"] == ["28.89", "-"]  # not made here, and still shown
    assert "Not made for want of time: alpha 5." in made().notes()


def test_a_gain_stands_beside_that_over_the_control_of_another_table() -> None:
    assert made().gains()[1:] == [
        ["alpha 1, published", "-0.45", "-"],
        ["alpha 1, pcl:edsr_light_finetune_alpha_1", "-0.250", "-"],
    ]


def test_numbers_have_the_digits_that_the_paper_prints() -> None:
    planned = Plan(paper_table("spsr:VI"), True, {"SPSR-P": "spsr:spsr_light_p"}, {})
    means = {("Set5", "psnr"): [29.12345], ("Set5", "lpips_alex"): [0.08]}
    rows = Reproduced(planned, {"SPSR-P": Measured("spsr:spsr_light_p", means, 0.1)}, {}, [1]).rows()
    of_psnr, of_lpips = rows[0].index("Set5 PSNR"), rows[0].index("Set5 LPIPS v0.1 (AlexNet)")
    told = {row[0]: (row[of_psnr], row[of_lpips]) for row in rows}
    assert told["SPSR-ResNet, published"] == ("30.501", "0.0743")
    assert told["SPSR-R, published"] == ("30.751", "0.06629")  # it has one digit more
    assert told["SPSR-P, spsr:spsr_light_p"] == ("29.123", "0.0800")
    assert told["difference"] == ("-1.913", "+0.0209")


def test_a_published_gain_stands_beside_ours_where_the_control_is_a_row() -> None:
    planned = Plan(paper_table("pcl:II"), True, {"EDSR-S": "pixel:edsr_light", "EDSR-S+PCL": "pcl:edsr_light"}, {})
    rows = {
        "EDSR-S": Measured("pixel:edsr_light", {PSNR: [26.0]}, 0.1),
        "EDSR-S+PCL": Measured("pcl:edsr_light", {PSNR: [26.1]}, 0.1),
    }
    table = Reproduced(planned, rows, {}, [1])
    column = table.gains()[0].index("Set14 PSNR")
    assert [(row[0], row[column]) for row in table.gains()[1:]] == [
        ("EDSR-S+PCL, published", "+0.03"),
        ("EDSR-S+PCL, pcl:edsr_light", "+0.100"),
    ]


def test_all_files_say_what_stands_for_what(tmp_path: Path) -> None:
    write(made(), tmp_path)
    for suffix in ("md", "tex", "html"):
        text = (tmp_path / f"table.{suffix}").read_text()
        assert "light networks stand for the paper's".replace("'", "&#x27;" if suffix == "html" else "'") in text
        assert "28.40" in text
        assert "0.01 %" in text.replace("\\%", "%")
    with (tmp_path / "table.csv").open() as file:
        lines = {(line["row"], line["set"], line["metric"]): line for line in csv.DictReader(file)}
    assert float(lines["alpha 1", "Set14", "psnr"]["measured"]) == 26.25
    assert float(lines["alpha 1", "Set14", "psnr"]["published"]) == 28.4
    assert lines["alpha 0.01", "Set14", "psnr"]["measured"] == ""
    told = json.loads((tmp_path / "table.json").read_text())
    assert told["light"] is True


def test_latex_says_in_its_caption_what_stands_for_what() -> None:
    text = made().as_latex()
    caption = next(line for line in text.splitlines() if line.startswith("\\caption"))
    assert caption.startswith("\\caption{PCL, Table VII: the weight of the contrastive loss; light networks stand")
    assert "0.01 \\% of the pixels" in caption
    assert text.count("\\begin{table}") == text.count("\\end{table}") == 2
    assert "pcl:edsr\\_light\\_finetune\\_alpha\\_1" in text


def test_the_overview_has_every_table_and_row() -> None:
    text = overview()
    for table in TABLES.values():
        assert f"acutance reproduce {table.name}:" in text
        assert all(row.recipe in text for row in table.rows)
        assert {*table.others} == {*table.published} - {row.name for row in table.rows} - {"Bicubic"}
    assert "SFTGAN, NatSR" in text


def test_the_overview_marks_what_lies_in_the_runs(tmp_path: Path) -> None:
    write(made(), tmp_path / "pcl-VII")
    (tmp_path / "spsr-fig14").mkdir()
    (tmp_path / "pcl-VI").mkdir()
    (tmp_path / "pcl-VI" / "table.json").write_text("broken")
    lines = overview(tmp_path).splitlines()
    assert (
        f"acutance reproduce pcl:VII: the weight of the contrastive loss (made: {tmp_path}/pcl-VII/table.md)" in lines
    )
    marked = [line.split("  ")[0] for line in lines if line.endswith("measured, light")]
    assert marked == ["alpha 1"]
    assert [line.split()[2] for line in lines if line.endswith("made")] == ["spsr:fig14"]


def test_a_published_control_is_found_in_another_table() -> None:
    rcan = published_of("pixel:rcan", "pcl")
    assert rcan is not None
    assert (rcan.name, rcan.sets["Set14"]["psnr"], rcan.sets["Set14"]["niqe"]) == ("RCAN", 28.85, 6.215)
    assert published_of("pixel:edsr_light", "pcl") is None


def test_a_plan_tells_what_each_recipe_costs_and_leaves_no_run(
    sets_at_hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images.write(tmp_path / "photographs" / "a.png", photograph(9, 120, 120))
    asked = ["--light", "--steps", "30", "--batch", "2", "--patch", "48", "--rows", "alpha 0.1", "--plan"]
    where = ["--data", str(tmp_path / "photographs"), "--test", str(sets_at_hand), "--out", str(tmp_path / "out")]
    assert main(["reproduce", "pcl:VII", *asked, *where]) == 0
    told = capsys.readouterr().out
    lines = {line.split("  ")[0]: line.split() for line in told.splitlines()}
    assert lines["control"][1] == "pixel:edsr_light_finetune"
    assert lines["alpha 0.1"][2] == "pcl:edsr_light_finetune"
    assert "4 runs with seeds 1, 2: " in told
    assert "Every run starts from edsr-light-x4." in told
    assert not list((tmp_path / "out").rglob("experiment.json"))


@pytest.fixture
def sets_at_hand(tmp_path: Path) -> Path:
    """A picture a set, under the names that the tables have."""
    for number, name in enumerate(["Set5", "Set14", "B100"]):
        images.write(tmp_path / "sets" / name / "a.png", photograph(number, 96, 96))
    return tmp_path / "sets"


@pytest.mark.slow
@pytest.mark.parametrize("table", ["pcl:II", "pcl:VII"])
def test_the_command_makes_a_table_goes_on_and_says_what_is_not_at_hand(
    table: str, sets_at_hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photographs = tmp_path / "photographs"
    images.write(photographs / "a.png", photograph(9, 120, 120))
    rows = "EDSR-S,EDSR-S+PCL" if table == "pcl:II" else "alpha 0.1"
    out = tmp_path / "out"
    command = ["reproduce", table, "--light", "--steps", "3", "--batch", "2", "--patch", "48", "--rows", rows]
    command += ["--data", str(photographs), "--test", str(sets_at_hand), "--seeds", "1", "--out", str(out)]
    assert main(command) == 0
    text = capsys.readouterr().out
    assert f"{rows.split(',')[-1]}, published" in text
    if table == "pcl:II":
        assert "Not at hand, and not scored: Urban100, Manga109." in text
    lines = (out / "table.csv").read_text().splitlines()
    assert main(command) == 0
    assert (out / "table.csv").read_text().splitlines() == lines
