"""The rows of SPSR's tables: which terms on which network, at which weights, and what they start from."""

import pytest
import torch
from lightning_fabric import Fabric

from acutance.checkpoints import save, start
from acutance.errors import RequestError
from acutance.extractors import SqueezeNet, StructureExtractor
from acutance.networks import create
from acutance.recipes import RECIPES, find_recipe
from acutance.recipes.find import vary
from acutance.recipes.spsr import WARMUP
from acutance.tensors import write_weights
from acutance.training.trainer import Trainer
from acutance.types import Batch

G = {"pixel": 0.01, "adversarial": 0.005, "gradient": 0.01, "gradient_adversarial": 0.005, "branch": 0.5}
P = {"pixel": 0.01, "structure": 1.0, "structure_adversarial": 0.005, "branch": 0.5}
ROWS = [name for name in RECIPES if name.startswith(("spsr:", "esrgan:")) and not name.endswith(("vgg", "resnet"))]
LIGHT = [name for name in ROWS if "light" in name or "rlfn" in name]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    write_weights(folder / "squeezenet.safetensors", SqueezeNet().state_dict(), {})
    StructureExtractor.random().save(folder / "extractor.safetensors")
    return {name: folder / f"{name}.safetensors" for name in ("squeezenet", "extractor")}


@pytest.fixture
def build(files):
    def built(name, scale=4, **budget):
        recipe = find_recipe(name)
        return recipe.build(scale, {file: files[file] for file in recipe.files}, **budget)

    return built


def weights(experiment, *left_out):
    return {name: term.weight for name, term in experiment.objective.items() if name not in left_out}


def without(terms, *left_out):
    return {name: weight for name, weight in terms.items() if name not in left_out}


@pytest.mark.parametrize(
    ("row", "network", "expected"),
    [
        ("spsr:light_g", "spsr-light", G),
        ("spsr:light_g_released", "spsr-light", G),
        ("spsr:light_g_without_branch", "rrdb-light", without(G, "branch")),
        ("spsr:light_g_without_losses", "spsr-light", without(G, "gradient", "gradient_adversarial")),
        ("spsr:light_g_without_adversarial", "spsr-light", without(G, "gradient_adversarial")),
        ("spsr:light_g_without_pixel", "spsr-light", without(G, "gradient")),
        ("esrgan:light", "rrdb-light", {"pixel": 0.01, "adversarial": 0.005}),
        ("spsr:light_p", "spsr-light", P),
        ("spsr:light_j", "spsr-light", P),
        ("spsr:light_random", "spsr-light", P),
        ("spsr:light_p_without_branch", "rrdb-light", without(P, "branch")),
        ("spsr:light_p_without_losses", "spsr-light", without(P, "structure", "structure_adversarial")),
        ("spsr:light_p_without_adversarial", "spsr-light", without(P, "structure_adversarial")),
        ("spsr:light_p_without_pixel", "spsr-light", without(P, "structure")),
        ("spsr:light_p_branch_half", "spsr-light", {**P, "branch": 0.25}),
        ("spsr:light_p_structure_adversarial_double", "spsr-light", {**P, "structure_adversarial": 0.01}),
        ("spsr:rlfn_gan", "rlfn", {"pixel": 0.01, "adversarial": 0.005}),
        ("spsr:rlfn_g", "rlfn", without(G, "branch")),
        ("spsr:rlfn_p", "rlfn", without(P, "branch")),
        ("spsr:edsr_light_gan", "edsr-light", {"pixel": 0.01, "adversarial": 0.005}),
        ("spsr:edsr_light_g", "edsr-light", without(G, "branch")),
        ("spsr:edsr_light_p", "edsr-light", without(P, "branch")),
        ("spsr:edsr_light_p_with_pcl", "edsr-light", {**without(P, "branch"), "contrastive": 0.1 / 255}),
    ],
)
def test_row_has_these_terms_on_this_network(build, row, network, expected):
    experiment = build(f"{row}+squeezenet")
    assert experiment.network.name == network
    assert weights(experiment) == pytest.approx({"perceptual": 1.0, **expected})
    assert experiment.critics_first is False
    assert experiment.initialised_from.startswith("trained weights of " + network.replace("spsr", "rrdb"))
    assert experiment.warmup == (WARMUP if network == "spsr-light" else None)


@pytest.mark.parametrize("name", LIGHT)
@pytest.mark.parametrize("scale", [2, 3])
def test_light_row_builds_at_other_scales(build, name, scale):
    experiment = build(f"{name}-perceptual", scale)
    assert experiment.patch % scale == 0
    assert "perceptual" not in experiment.objective
    assert experiment.describe()["network"]["config"]["scale"] == scale


@pytest.mark.filterwarnings("ignore:.*meta parameter")
@pytest.mark.parametrize("name", [name for name in ROWS if name not in LIGHT and name != "spsr:random"])
def test_row_of_the_paper_builds(build, name):
    with torch.device("meta"):
        experiment = build(f"{name}-perceptual")
    assert experiment.network.name in ("rrdb", "spsr", "edsr-s", "srresnet")
    assert (experiment.batch, experiment.patch, experiment.steps) == (15, 128, 400_000)


def test_budget_is_the_papers():
    with torch.device("meta"):
        experiment = find_recipe("spsr:g-perceptual").build(4)
    assert (experiment.steps, experiment.batch, experiment.patch) == (400_000, 15, 128)
    rates = [experiment.schedule(step / 400_000) for step in (49_999, 50_000, 100_000, 200_000, 300_000)]
    assert rates == [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16]
    assert experiment.warmup.until * experiment.steps == 5_000


def test_released_row_takes_squares_and_a_zero_border(build):
    ours, released = build("spsr:light_g-perceptual"), build("spsr:light_g_released-perceptual")
    assert (ours.objective["gradient"].loss.distance, released.objective["gradient"].loss.distance) == ("l1", "l2")
    assert released.objective["gradient"].loss.view.padding == "zeros2"
    assert released.objective["branch"].loss.view.padding == "zeros"


def test_missing_features_are_said_at_once_with_both_ways_out():
    with pytest.raises(RequestError, match=r"--vgg FILE.*--perceptual squeezenet.*--without perceptual"):
        find_recipe("spsr:light_g").build(4)


@pytest.mark.parametrize(("features", "layers"), [("squeezenet", (12,)), ("squeezenet_all", (1, 4, 7, 9, 10, 11, 12))])
def test_features_of_the_perceptual_loss(build, features, layers):
    assert build(f"spsr:light_g+{features}").objective["perceptual"].loss.features.layers == layers


def test_variations_go_by_name():
    assert vary("spsr:light_g", perceptual="squeezenet") == "spsr:light_g+squeezenet"
    assert vary("spsr:light_g", perceptual="vgg", without=["perceptual"]) == "spsr:light_g-perceptual"
    assert vary("spsr:light_g-gradient", without=["gradient", "branch", "branch"]) == "spsr:light_g-gradient-branch"
    assert vary("pixel:edsr_light", perceptual="squeezenet") == "pixel:edsr_light"
    with pytest.raises(RequestError, match=r"pixel:edsr_light has no perceptual loss for the features 'squeezenet'"):
        find_recipe("pixel:edsr_light+squeezenet")
    assert find_recipe("spsr:light_p+squeezenet_all").files == {"squeezenet", "extractor"}
    assert find_recipe("spsr:light_p+squeezenet").files == {"squeezenet", "extractor"}
    assert find_recipe("spsr:light_p-perceptual").files == {"extractor"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spsr:light_g+squeezent", "did you mean 'squeezenet'"),
        ("spsr:light_g-perceptual-gradiant", "did you mean 'gradient'"),
        ("pixel:edsr_light-pixel", "at least one term"),
    ],
)
def test_a_variation_that_is_none_is_one_sentence(name, words):
    with pytest.raises(RequestError, match=words):
        find_recipe(name).build(4)


def test_sampled_rows_ask_for_an_extractor():
    with pytest.raises(RequestError, match=r"extractor train --task contrastive.*--extractor RUN"):
        find_recipe("spsr:light_p_v-perceptual").build(4)


def test_discriminators_are_built_for_the_patch_asked_for(build):
    experiment = build("spsr:light_p-perceptual", patch=96)
    assert experiment.patch == 96
    assert experiment.objective["structure_adversarial"].loss.critic.patch == 24


def test_from_a_trained_trunk_the_fusion_learns_first(build, tmp_path):
    torch.manual_seed(1)
    save(tmp_path / "rrdb.safetensors", create("rrdb-light", scale=4))
    experiment = build("spsr:light_g-perceptual")
    begun = start(experiment.network, tmp_path / "rrdb.safetensors")
    assert (begun.copied, begun.of) == (begun.of - 2, begun.of)
    before = {name: parameter.clone() for name, parameter in experiment.network.named_parameters()}
    hr = torch.rand(2, 3, 64, 64)
    Trainer(experiment, Fabric(accelerator="cpu", devices=1)).step(Batch(torch.nn.functional.avg_pool2d(hr, 4), hr))
    moved = {name for name, parameter in experiment.network.named_parameters() if (parameter != before[name]).any()}
    assert {name[:2] for name in moved} == {"f_"}
