"""Each table and figure of both papers is made by its command, with a step of light networks, beside what is
published. The runs lie in one folder: those that several tables have are trained once."""

import csv
from pathlib import Path

import pytest

from acutance import images
from acutance.cli.main import main
from acutance.extractors import SqueezeNet
from acutance.recipes import RECIPES
from acutance.reproduction import TABLES
from acutance.reproduction.paper_figures import FIGURES
from acutance.tensors import write_weights
from photographs import photograph

QUICK = ["--light", "--steps", "1", "--batch", "2", "--seeds", "1", "--device", "cpu"]
NEEDS_MORE = {"spsr:VI": "SPSR-R,SPSR-J,SPSR-P", "pcl:V": "EDSR-S,EDSR-S+PCL"}
"""Rows of tables of which others need a file of 45 MB or more, or a run of another network."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture to train on, a picture of a set, and SqueezeNet with random weights."""
    folder = tmp_path_factory.mktemp("papers")
    images.write(folder / "train" / "a.png", photograph(9, 144, 144))
    images.write(folder / "sets" / "Set14" / "a.png", photograph(1, 64, 64))
    images.write(folder / "only" / "B100" / "a.png", photograph(1, 64, 64))
    write_weights(folder / "squeezenet.safetensors", SqueezeNet().state_dict(), {})
    return folder


def command(name: str, place: Path, *more: str) -> list[str]:
    """What a user types; what compares features has those of SqueezeNet."""
    paper = name.partition(":")[0]
    files = ["--perceptual", "squeezenet", "--squeezenet", str(place / "squeezenet.safetensors")]
    own = ["--patch", "64", *(files if paper == "spsr" or name == "pcl:I" else [])]
    where = ["--data", str(place / "train"), "--test", str(place / _sets(name)), "--out", str(place / paper)]
    return ["reproduce", name, *QUICK, *own, *where, "--metrics", "psnr", *more]


def _sets(name: str) -> str:
    """The folder of sets for a table or figure: Table VI is not scored on Set14."""
    return "only" if name == "pcl:VI" else "sets"


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_made_beside_its_published_rows(name: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["--rows", NEEDS_MORE[name]] if name in NEEDS_MORE else []
    assert main(command(name, place, *rows)) == 0
    told = capsys.readouterr().out
    table, scored = TABLES[name], "B100" if name == "pcl:VI" else "Set14"
    assert "light networks stand for the paper's" in told
    with (place / name.partition(":")[0] / "table.csv").open() as file:
        lines = [line for line in csv.DictReader(file) if line["metric"] == "psnr" and line["set"] == scored]
    measured = {line["row"]: line for line in lines if line["measured"]}
    assert {row for row, line in measured.items() if line["recipe"] not in RECIPES} == {"Bicubic"} & {*table.published}
    wanted = {row.name for row in table.rows if row.name and row.light and not row.beside}
    assert wanted - measured.keys() <= {"Config 1", "EDSR-S+PCL-F", "SPSR-VGG", "SPSR-ResNet"}
    for row in measured.keys() & table.published.keys():
        published = table.published[row].sets.get(scored, {}).get("psnr")
        assert published is None or float(measured[row]["published"]) == published
        assert f"{row}, published" in told
    assert not table.file or measured.keys() & table.published.keys()


def test_a_row_beside_the_paper_is_made_where_it_is_asked_for(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command("pcl:VI", place, "--rows", "positives yes / negatives yes at equal pull")) == 0
    assert "pcl:edsr_light_finetune_share" in capsys.readouterr().out
    assert main(command("pcl:VII", place, "--rows", "beside")) == 2
    assert "pcl:VII has no rows beside those of the paper" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, figure in FIGURES.items() if figure.rows])
def test_a_figure_of_networks_is_drawn(name: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["--rows", "ESRGAN,SPSR-G"] if name in ("spsr:fig8", "spsr:fig9") else []
    assert main(command(name, place, *rows)) == 0
    assert "light networks stand for the paper's" in capsys.readouterr().out
    out = place / name.partition(":")[0] / ("study.html" if name == "spsr:fig9" else "Set14-a.png")
    assert out.stat().st_size > 1000


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, figure in FIGURES.items() if not figure.rows])
def test_a_figure_of_extractors_has_a_bar_for_each(name: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images.write(place / "wide" / "Set14" / "a.png", photograph(1, 140, 140))
    asked = command(name, place, "--patch", "140", "--test", str(place / "wide"))
    assert main(asked) == 0
    told = capsys.readouterr().out
    drawn = (place / "spsr" / f"{name.partition(':')[2]}.svg").read_text()
    for extractor in ("contrastive-h", "contrastive-v", "contrastive-c", "jigsaw", "random"):
        assert extractor in told
        assert extractor in drawn
    assert "10 repetitions" in told


def test_every_figure_and_row_of_the_list_has_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "--list"]) == 0
    told = capsys.readouterr().out
    assert all(f"acutance reproduce {name}" in told for name in [*TABLES, *FIGURES])
    assert all(row.recipe for table in TABLES.values() for row in table.rows)


def test_a_wrong_figure_and_pictures_of_a_table_are_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command("spsr:fig99", place)) == 2
    assert "there is no figure of the papers 'spsr:fig99'" in capsys.readouterr().err
    assert main(command("spsr:fig14", place, "--plan")) == 2
    assert "spsr:fig14 trains no network" in capsys.readouterr().err
    assert main(command("pcl:VII", place, "--pictures", "Set14/a")) == 2
    assert "pictures are for figures" in capsys.readouterr().err
