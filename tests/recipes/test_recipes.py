"""Every recipe builds, and every PCL recipe is its control and one term more."""

import pytest
import torch

from acutance.errors import RequestError
from acutance.recipes import RECIPES, find_recipe

PCL = [name for name in RECIPES if "pcl" in name and "strong" not in name]


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("name", RECIPES)
def test_recipe_builds_at_every_scale(name, scale):
    with torch.device("meta"):
        experiment = find_recipe(name).build(scale)
    assert experiment.network.scale == scale
    assert experiment.patch % scale == 0
    assert experiment.describe()["network"]["config"]["scale"] == scale


@pytest.mark.parametrize("name", PCL)
def test_control_differs_by_the_contrastive_term_alone(name):
    with torch.device("meta"):
        ours, control = (find_recipe(each).build(4).describe() for each in (name, name.replace("pcl", "pixel")))
    contrastive = ours["objective"].pop("contrastive")
    assert ours == control
    assert contrastive["weight"] == pytest.approx(0.1 / 255)


@pytest.mark.parametrize("name", PCL)
def test_control_starts_from_the_same_weights(name):
    if "_l" in name and "light" not in name:
        pytest.skip("43 million weights; edsr_s runs the same code")
    starts = []
    for each in (name, name.replace("pcl", "pixel")):
        torch.manual_seed(7)
        starts.append(find_recipe(each).build(4).network.state_dict())
    assert all(torch.equal(tensor, starts[1][key]) for key, tensor in starts[0].items())


@pytest.mark.parametrize("name", RECIPES)
def test_docstring_says_table_or_purpose_and_source_is_kept(name):
    recipe = find_recipe(name)
    assert recipe.build.__doc__
    assert "def " in recipe.source


def test_recipe_of_ones_own(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from acutance.recipes import pixel\n\ndef small(scale):\n    return pixel.edsr_light(scale)\n")
    recipe = find_recipe(f"{path}:small")
    assert recipe.build(2).network.scale == 2
    assert recipe.source == path.read_text()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pcl:edsr_x", "did you mean 'pcl:edsr_"),
        ("nonsense", "there is no recipe 'nonsense'"),
        ("absent.py:row", "there is no recipe file absent.py"),
    ],
)
def test_unknown_recipe_is_named_with_the_nearest(name, words):
    with pytest.raises(RequestError, match=words):
        find_recipe(name)


@pytest.mark.parametrize(
    ("text", "function", "words"),
    [
        ("def small(scale): ...", "smal", "did you mean 'small'"),
        ("import nothing_of_that_name", "small", "cannot be imported: ModuleNotFoundError"),
        ("def small(:", "small", "cannot be imported: SyntaxError"),
    ],
)
def test_faulty_recipe_file_is_one_sentence(tmp_path, text, function, words):
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(RequestError, match=words):
        find_recipe(f"{path}:{function}")
