"""From a name, a file of one's own or a function to the recipe; and what recipes were called before."""

from pathlib import Path

import pytest

from acutance.errors import RequestError
from acutance.recipes import RECIPES, Recipe, Request, current_name, find_recipe, pixel
from acutance.recipes.renamed import RENAMED, recorded

OWN = """
from dataclasses import replace

import beside
from acutance.recipes import RECIPES, Recipe, pixel

def small(scale):
    "The light EDSR, once more."
    return pixel.edsr_light(scale)

def _build(request):
    return replace(pixel.edsr_light(request.scale), batch=len(request.files))

asking = Recipe(_build, "asks for a file", needs=("embedding",))
borrowed = RECIPES["pcl:edsr_light"]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "beside.py").touch()
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    return path


def test_a_function_of_ones_own_gets_the_scale(own: Path) -> None:
    recipe = find_recipe(f"{own}:small")
    assert recipe.experiment(Request(scale=2)).network.scale == 2
    assert (recipe.name, recipe.summary) == (f"{own}:small", "The light EDSR, once more.")
    assert recipe.source == own.read_text()
    with pytest.raises(RequestError, match="has no use for --vgg"):
        recipe.experiment(Request(files={"vgg": Path("x")}))


def test_a_recipe_of_ones_own_gets_the_request(own: Path) -> None:
    recipe = find_recipe(f"{own}:asking")
    assert recipe.experiment(Request(files={"embedding": Path("x")})).batch == 1
    assert recipe.source == own.read_text()
    borrowed = find_recipe(f"{own}:borrowed")
    assert (borrowed.name, borrowed.source) == (f"{own}:borrowed", own.read_text())


def test_a_function_stands_for_itself() -> None:
    recipe = find_recipe(pixel.edsr_light)
    assert recipe.name == "edsr_light"
    assert recipe.experiment(Request(scale=3, steps=7)).steps == 7
    assert recipe.source == Path(pixel.__file__).read_text()
    assert find_recipe(RECIPES["pcl:han"]) is RECIPES["pcl:han"]
    assert find_recipe(Recipe(recipe.build)).name == "recipe"


def test_budget_is_the_requests_or_the_recipes_own() -> None:
    asked = find_recipe("pcl:edsr_light").experiment(Request(2, 64, 10, 3))
    assert (asked.network.scale, asked.patch, asked.steps, asked.batch) == (2, 64, 10, 3)
    left = find_recipe("pcl:edsr_light").experiment(Request(2))
    assert (left.patch, left.steps, left.batch) == (48, 20_000, 8)


@pytest.mark.parametrize("name", RECIPES)
def test_source_is_the_file_of_the_paper(name: str) -> None:
    source = find_recipe(name).source
    assert f'"{name}"' in source or name.split(":")[1].split("_")[-1] in source or name.split(":")[0] in source
    assert "ROWS = " in source


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pcl:edsr_x", "did you mean 'pcl:edsr_"),
        ("nonsense", "there is no recipe 'nonsense'"),
        ("absent.py:row", "there is no recipe file absent.py"),
    ],
)
def test_unknown_recipe_is_named_with_the_nearest(name: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        find_recipe(name)


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("def small(scale): ...", "smal", "did you mean 'small'"),
        ("import nothing_of_that_name", "small", "cannot be imported: ModuleNotFoundError"),
        ("def small(:", "small", "cannot be imported: SyntaxError"),
        ("small = 3", "small", "there is no recipe in .*mine.py 'small'"),
    ],
)
def test_faulty_recipe_file_is_one_sentence(tmp_path: Path, text: str, row: str, words: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(RequestError, match=words):
        find_recipe(f"{path}:{row}")


@pytest.mark.parametrize("old", RENAMED)
def test_an_old_name_works_and_says_the_new_one(old: str) -> None:
    assert old not in RECIPES
    with pytest.warns(FutureWarning, match=f"is called {RENAMED[old]} now"):
        recipe = find_recipe(old)
    assert recipe is RECIPES[RENAMED[old]]
    assert current_name(old) == recipe.name


def test_every_recorded_name_of_before_has_one_of_today() -> None:
    assert recorded("spsr:light_g+squeezenet_all") == ("spsr:spsr_light_g", "squeezenet_all", ())
    assert recorded("spsr:edsr_light_p+squeezenet-structure-structure_adversarial") == (
        "spsr:edsr_light_p",
        "squeezenet",
        ("structure", "structure_adversarial"),
    )
    assert recorded("pcl:edsr_s") == ("pcl:edsr_s", None, ())
    assert current_name("dir-with+signs/my-own.py:mine-pixel") == "dir-with+signs/my-own.py:mine"


def test_a_variation_in_a_name_is_refused_with_the_options_for_it() -> None:
    words = "variations are options now, spsr:spsr_light_g --perceptual squeezenet --without gradient"
    with pytest.raises(RequestError, match=words):
        find_recipe("spsr:light_g+squeezenet-gradient")


def test_unknown_features_are_named_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="did you mean 'squeezenet'"):
        Request(perceptual="squeezent")


def test_a_single_term_to_leave_out_is_no_list_of_letters() -> None:
    experiment = find_recipe("pcl:edsr_light").experiment(Request(without="contrastive"))
    assert list(experiment.objective) == ["pixel"]
