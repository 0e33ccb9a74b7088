"""A blind study: the page tells nothing of the methods, people rank on it, and their votes are counted with the key."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from acutance import images
from acutance.cli.main import main
from acutance.errors import RequestError
from acutance.report import count_votes, write_study
from acutance.report.votes import wilson
from photographs import photograph

NAMES = ("baboon", "monarch", "zebra")


@pytest.fixture
def methods(tmp_path: Path) -> dict[str, Path]:
    """Three methods with three pictures each, and a fourth picture that one of them lacks."""
    for number, method in enumerate(("alpha", "beta", "gamma")):
        for place, name in enumerate(NAMES):
            images.write(tmp_path / method / f"{name}.png", photograph(10 * number + place, 40, 48))
    images.write(tmp_path / "alpha" / "more.png", photograph(3, 40, 48))
    return {method: tmp_path / method for method in ("alpha", "beta", "gamma")}


def ballot(page: Path, voter: str, favourite: str) -> Path:
    """What a browser gives of somebody who puts one method first everywhere, and the others by their names."""
    key = json.loads(page.with_suffix(".key.json").read_text())
    rankings: dict[str, list[str]] = {}
    for number, codes in enumerate(key["key"].values()):
        by_method = {method: code for code, method in codes.items()}
        order = [favourite, *(each for each in sorted(by_method) if each != favourite)]
        rankings[str(number)] = [by_method[each] for each in order]
    path = page.parent / f"votes-{voter}.json"
    path.write_text(json.dumps({"study": key["study"], "voter": voter, "rankings": rankings}))
    return path


def test_the_page_is_blind_and_has_every_picture_that_all_have(methods: dict[str, Path], tmp_path: Path) -> None:
    page = write_study(methods, tmp_path / "study.html", reference=methods["alpha"], crop=32)
    text = page.read_text()
    assert not re.search("alpha|beta|gamma|baboon|monarch|zebra", text)
    assert text.count("data:image/png") == 3 * (3 + 1)
    assert not re.search(r"(src|href)=.?https?:", text)
    key = json.loads(page.with_suffix(".key.json").read_text())
    assert sorted(key["key"]) == sorted(NAMES)
    assert all(sorted(codes.values()) == ["alpha", "beta", "gamma"] for codes in key["key"].values())


def test_the_order_is_random_and_repeatable_by_a_seed(methods: dict[str, Path], tmp_path: Path) -> None:
    keys = []
    for number, seed in enumerate((1, 1, 2)):
        page = write_study(methods, tmp_path / f"{number}.html", seed=seed)
        keys.append(json.loads(page.with_suffix(".key.json").read_text()))
    assert keys[0] == keys[1] != keys[2]


def test_votes_are_counted_by_place_and_a_person_once(methods: dict[str, Path], tmp_path: Path) -> None:
    page = write_study(methods, tmp_path / "study.html", pictures=2)
    votes = [ballot(page, "one", "beta"), ballot(page, "two", "gamma"), ballot(page, "two", "gamma")]
    counted = count_votes(votes, page.with_suffix(".key.json"), tmp_path / "bars.svg")
    assert dict(counted.places) == {"alpha": [0, 4, 0], "beta": [2, 0, 2], "gamma": [2, 0, 2]}
    assert (counted.voters, counted.rankings) == (2, 4)
    assert "50.0% (15.0% to 85.0%)" in str(counted)
    drawn = (tmp_path / "bars.svg").read_text()
    assert all(word in drawn for word in ("alpha", "beta", "gamma", "place 1", "4 rankings by 2 people"))
    assert wilson(4, 4).high == 1.0


def test_votes_of_another_study_and_damaged_ones_are_refused(methods: dict[str, Path], tmp_path: Path) -> None:
    page, other = (write_study(methods, tmp_path / f"{name}.html") for name in ("study", "other"))
    key, votes = page.with_suffix(".key.json"), ballot(page, "one", "beta")
    with pytest.raises(RequestError, match="holds votes of another study"):
        count_votes([ballot(other, "two", "beta")], key)
    told = json.loads(votes.read_text())
    told["rankings"]["0"] = told["rankings"]["0"][:2]
    votes.write_text(json.dumps(told))
    with pytest.raises(RequestError, match="the ranking of question 0 is none of this study"):
        count_votes([votes], key)
    for damaged in ("[]", "{", '{"study": 3}'):
        votes.write_text(damaged)
        with pytest.raises(RequestError):
            count_votes([votes], key)


def test_what_cannot_be_asked_is_said(methods: dict[str, Path], tmp_path: Path) -> None:
    images.write(tmp_path / "odd" / "baboon.png", photograph(1, 20, 20))
    images.write(tmp_path / "none" / "other.png", photograph(1, 20, 20))
    with pytest.raises(RequestError, match="no picture has the same name"):
        write_study([methods["alpha"], tmp_path / "none"], tmp_path / "study.html")
    with pytest.raises(RequestError, match="baboon are not of one size"):
        write_study([methods["alpha"], tmp_path / "odd"], tmp_path / "study.html")
    with pytest.raises(RequestError, match="takes 2 to 16 folders"):
        write_study([methods["alpha"]], tmp_path / "study.html")
    assert not (tmp_path / "study.html").exists()


def test_both_commands(methods: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "study.html"
    assert main(["study", f"PCL={methods['alpha']}", str(methods["beta"]), "-o", str(page)]) == 0
    key = page.with_suffix(".key.json")
    assert json.loads(key.read_text())["methods"] == ["PCL", "beta"]
    votes = ballot(page, "one", "PCL")
    assert main(["study", "--votes", str(votes), "--key", str(key), "-o", str(tmp_path / "bars.svg")]) == 0
    assert "3 rankings by 1 person" in capsys.readouterr().out
    assert main(["study", "--votes", str(votes)]) == 2
    assert main(["study"]) == 2


def test_somebody_ranks_in_a_browser_and_saves(methods: dict[str, Path], tmp_path: Path, browser: Any) -> None:
    study = write_study(methods, tmp_path / "study.html", pictures=2)
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(study.as_uri())
    for _ in range(2):
        assert page.locator("#next").is_disabled()
        for place in range(3):
            page.locator(".pick").nth(place).click()
        if page.locator("#next").text_content() == "Next":
            page.locator("#next").click()
    page.reload()  # what was answered is kept
    assert "2 answered" in page.locator("#where").text_content()
    with page.expect_download() as waiting:
        page.locator("#save").click()
    waiting.value.save_as(tmp_path / "votes.json")
    page.close()
    assert not faults
    counted = count_votes([tmp_path / "votes.json"], study.with_suffix(".key.json"))
    assert (counted.rankings, counted.voters) == (2, 1)
