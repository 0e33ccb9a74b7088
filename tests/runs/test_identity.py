"""What makes two runs the same: that is what a resumed run is held against, whichever version wrote it down."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from acutance.errors import RequestError
from acutance.files import write_json
from acutance.pretext import PretextConfig
from acutance.recipes import Request, current_name, find_recipe
from acutance.recipes.renamed import recorded
from acutance.run_folder import RunFolder, RunId

BEFORE = {path.stem: json.loads(path.read_text()) for path in (Path(__file__).parent / "before").glob("*.json")}
"""experiment.json of runs that version 0.1 began, at commit 1ddd651, by their own commands."""


def described(recipe, then, **changes):
    """Return what the same request describes today."""
    if recipe.startswith("extractor:"):
        return {**asdict(PretextConfig(**then["experiment"])), **changes}
    name, perceptual, without = recorded(recipe)
    asked = {key: then["experiment"][key] for key in ("steps", "batch")}
    experiment = find_recipe(name).experiment(Request(perceptual=perceptual, without=without, **asked))
    return replace(experiment, warmup=None, **changes).describe()


@pytest.mark.parametrize("name", BEFORE)
def test_a_run_of_before_is_the_same_run_today(name, tmp_path):
    then, folder = BEFORE[name], RunFolder(tmp_path)
    write_json(folder.description, then)
    same = {**then, "recipe": current_name(then["recipe"]), "experiment": described(then["recipe"], then)}
    folder.begin(same, "", resume=True, current_name=current_name)
    longer = {**same, "experiment": described(then["recipe"], then, steps=99)}
    with pytest.raises(RequestError, match=r"another steps: \d+ then, 99 now"):
        folder.begin(longer, "", resume=True, current_name=current_name)


def test_what_a_loss_does_not_say_of_itself_makes_no_other_run(tmp_path):
    then, folder = BEFORE["pcl"], RunFolder(tmp_path)
    recorded_too_much = json.loads(json.dumps(then))
    recorded_too_much["experiment"]["objective"]["contrastive"]["loss"]["cached"] = 7
    write_json(folder.description, recorded_too_much)
    same = {**then, "experiment": described(then["recipe"], then)}
    folder.begin(same, "", resume=True)
    other = json.loads(json.dumps(same))
    other["experiment"]["objective"]["contrastive"]["loss"]["temperature"] = 0.5
    with pytest.raises(RequestError, match=r"another temperature: 1\.0 then, 0\.5 now"):
        folder.begin(other, "", resume=True)


def test_a_term_more_or_less_is_another_run(tmp_path):
    then, folder = BEFORE["pcl"], RunFolder(tmp_path)
    write_json(folder.description, then)
    other = json.loads(json.dumps({**then, "experiment": described(then["recipe"], then)}))
    del other["experiment"]["objective"]["contrastive"]
    with pytest.raises(RequestError, match="another contrastive"):
        folder.begin(other, "", resume=True)


def test_a_run_has_a_name_among_others():
    run = RunId("my/own.py:mine", 3)
    assert run.label == "my-own.py-mine/seed-3"
    assert run.folder("out") == Path("out/my-own.py-mine/seed-3")
