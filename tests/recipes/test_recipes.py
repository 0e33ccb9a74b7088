"""Every recipe builds, and every PCL recipe is its control and one term more."""

from pathlib import Path

import pytest
import torch

from acutance import critics
from acutance.critics import EmbeddingNetwork
from acutance.errors import RequestError
from acutance.recipes import RECIPES, find_recipe
from acutance.run_folder import RunFolder

GUIDED = [name for name in RECIPES if name.startswith(("spsr:", "esrgan:"))]
PCL_NEEDS_FILES = [name for name in RECIPES if name.endswith(("_vgg", "_squeezenet", "fixed_embedding"))]
NEEDS_FILES = [*(name for name in PCL_NEEDS_FILES if name not in GUIDED), *GUIDED]
BUILT = [name for name in RECIPES if name not in NEEDS_FILES]
ROWS = [name for name in RECIPES if name.replace("pcl:", "pixel:") in RECIPES and name.startswith("pcl:")]
LARGE = ("edsr_l", "rcan", "han", "nlsn")


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("name", BUILT)
def test_recipe_builds_at_every_scale(name, scale):
    with torch.device("meta"):
        experiment = find_recipe(name).build(scale)
    assert experiment.network.scale == scale
    assert experiment.patch % scale == 0
    assert experiment.describe()["network"]["config"]["scale"] == scale


@pytest.mark.parametrize("name", [*ROWS, "quickstart:pcl"])
def test_control_differs_by_the_contrastive_term_alone(name):
    with torch.device("meta"):
        ours, control = (find_recipe(each).build(4).describe() for each in (name, name.replace("pcl", "pixel")))
    contrastive = ours["objective"].pop("contrastive")
    assert ours == control
    assert contrastive["weight"] == pytest.approx(
        {"pcl:rcan_released": 5 / 255, "pcl:nlsn_released": 3}.get(name, 0.1 / 255)
    )


@pytest.mark.parametrize("name", [name for name in ROWS if not any(large in name for large in LARGE)])
def test_control_starts_from_the_same_weights(name):
    starts = []
    for each in (name, name.replace("pcl", "pixel")):
        torch.manual_seed(7)
        starts.append(find_recipe(each).build(4).network.state_dict())
    assert all(torch.equal(tensor, starts[1][key]) for key, tensor in starts[0].items())


def described(name):
    with torch.device("meta"):
        return find_recipe(name).build(4).describe()["objective"]["contrastive"]


@pytest.mark.parametrize(
    ("ablation", "changed"),
    [
        ("plain", {"view": "plain"}),
        ("fourier", {"view": "fourier"}),
        ("hr_against_lr", {"positives": 0, "negatives": 0, "with_lr": True}),
        ("sharpened_only", {"negatives": 0, "with_lr": True}),
        ("blurred_only", {"positives": 0}),
        ("alpha_0.25", {"weight": 0.25 / 255}),
        ("alpha_5", {"weight": 5 / 255}),
    ],
)
@pytest.mark.parametrize(("backbone", "row"), [("rcan", "pcl:rcan"), ("light", "pcl:edsr_light_finetune")])
def test_ablation_changes_one_thing(backbone, row, ablation, changed):
    def flat(value):
        inner = [flat(item) if isinstance(item, dict) else {key: item} for key, item in value.items()]
        return {key: item for part in inner for key, item in part.items()}

    one, other = flat(described(f"pcl:{backbone}_{ablation}")), flat(described(row))
    assert {key: one[key] for key in one if one[key] != other[key]} == pytest.approx(changed)


def test_released_recipe_takes_what_the_script_says():
    loss = described("pcl:rcan_released")["loss"]
    assert loss["embedding"]["layers"] == (4,)
    assert loss["teach_samples"] is True
    assert (loss["samples"]["positives"], loss["samples"]["with_lr"]) == (3, True)
    with torch.device("meta"):
        experiment = find_recipe("pcl:rcan_released").build(4)
    assert experiment.clip_value == 1
    assert experiment.optimizer.learning_rate == experiment.critic_optimizer.learning_rate == 5e-5
    assert experiment.schedule(1.0) * 5e-5 == pytest.approx(1e-8)


def test_fixed_embedding_comes_from_another_run(tmp_path):
    critics.save(RunFolder(tmp_path).embedding, EmbeddingNetwork("plain"))
    experiment = find_recipe("pcl:light_fixed_embedding").build(4, {"embedding": tmp_path})
    fixed = experiment.objective["contrastive"].loss
    assert fixed.features.critic.view == "plain"
    assert not any(parameter.requires_grad for parameter in fixed.parameters())


@pytest.mark.parametrize(
    ("name", "files", "words"),
    [
        ("pcl:edsr_s_fixed_embedding", {}, "name it by --embedding RUN"),
        ("pcl:rcan_vgg", {}, "--vgg FILE"),
        ("pcl:light_squeezenet", {}, "--squeezenet FILE"),
        ("pcl:edsr_light", {"embedding": Path("x")}, "has no use for --embedding"),
    ],
)
def test_files_are_asked_for_where_they_are_needed(name, files, words):
    with pytest.raises(RequestError, match=words):
        find_recipe(name).build(4, files)


@pytest.mark.parametrize("name", [name for name in RECIPES if name not in GUIDED])
def test_recipe_tells_which_files_it_needs(name):
    files = find_recipe(name).files
    assert (name in NEEDS_FILES) == (len(files) == 1)
    assert all(name.endswith(file) for file in files)


@pytest.mark.parametrize("name", RECIPES)
def test_docstring_says_table_or_purpose_and_source_is_kept(name):
    recipe = find_recipe(name)
    assert any(word in recipe.summary for word in ("Table", "No row", "released", "steps"))
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
