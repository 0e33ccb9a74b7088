"""studies/search.py: each recipe is the reference with one thing changed."""

import re
from pathlib import Path

import pytest

from acutance.critics import EmbeddingNetwork, save
from acutance.errors import RequestError
from acutance.recipes import Request, find_recipe

SEARCH = Path(__file__).parents[2] / "studies" / "search.py"
NAMES = re.findall(r"^([a-z]\w*) = _recipe", SEARCH.read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def embedding(tmp_path_factory):
    path = tmp_path_factory.mktemp("embedding") / "embedding.safetensors"
    save(path, EmbeddingNetwork())
    return path


def build(name, embedding):
    recipe = find_recipe(f"{SEARCH}:{name}")
    return recipe.experiment(Request(files={"embedding": embedding} if recipe.needs else {}))


def leaves(value, path=()):
    if isinstance(value, dict):
        return {leaf for key, item in value.items() for leaf in leaves(item, (*path, key))}
    return {(path, repr(value))}


def test_the_study_has_its_recipes():
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", sorted({*NAMES} - {"reference", "critic_fresh"}))
def test_a_recipe_differs_from_the_reference_in_one_thing(name, embedding):
    reference = leaves(build("reference", embedding).describe())
    changed = {path[:3] for path, _ in leaves(build(name, embedding).describe()) ^ reference}
    assert len(changed) == 1, changed


def test_the_reference_is_the_control_with_pcl(embedding):
    control = find_recipe("pixel:edsr_light_finetune").experiment(Request())
    assert build("reference", embedding).without("contrastive").describe() == control.describe()
    assert build("critic_fresh", embedding).describe() == build("reference", embedding).describe()


def test_an_embedding_network_is_asked_for():
    with pytest.raises(RequestError, match="--embedding RUN"):
        find_recipe(f"{SEARCH}:reference").experiment(Request())
