"""The rows of SPSR's tables: which terms on which network, at which weights, and what they start from."""

from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric

from acutance.checkpoints import save, start
from acutance.errors import RequestError
from acutance.losses import Perceptual
from acutance.metrics.lpips import LPIPSFeatures
from acutance.networks import create
from acutance.recipes import RECIPES, Request, find_recipe
from acutance.recipes.spsr import WARMUP
from acutance.training.trainer import Trainer
from acutance.types import Batch

G = {"pixel": 0.01, "adversarial": 0.005, "gradient": 0.01, "gradient_adversarial": 0.005, "branch": 0.5}
P = {"pixel": 0.01, "structure": 1.0, "structure_adversarial": 0.005, "branch": 0.5}
ROWS = [name for name in RECIPES if name.startswith(("spsr:", "esrgan:")) and not name.endswith(("vgg", "resnet"))]
LIGHT = [name for name in ROWS if name.startswith(("spsr:spsr_light_g", "spsr:rlfn", "spsr:edsr_light"))]


def weights(experiment, *left_out):
    return {name: term.weight for name, term in experiment.objective.items() if name not in left_out}


def without(terms, *left_out):
    return {name: weight for name, weight in terms.items() if name not in left_out}


@pytest.mark.parametrize(
    ("row", "network", "expected"),
    [
        ("spsr:spsr_light_g", "spsr-light", G),
        ("spsr:spsr_light_g_released", "spsr-light", G),
        ("spsr:rrdb_light_g", "rrdb-light", without(G, "branch")),
        ("spsr:spsr_light_g_without_losses", "spsr-light", without(G, "gradient", "gradient_adversarial")),
        ("spsr:spsr_light_g_without_adversarial", "spsr-light", without(G, "gradient_adversarial")),
        ("spsr:spsr_light_g_without_pixel", "spsr-light", without(G, "gradient")),
        ("esrgan:rrdb_light", "rrdb-light", {"pixel": 0.01, "adversarial": 0.005}),
        ("spsr:spsr_light_p", "spsr-light", P),
        ("spsr:spsr_light_j", "spsr-light", P),
        ("spsr:spsr_light_random", "spsr-light", P),
        ("spsr:rrdb_light_p", "rrdb-light", without(P, "branch")),
        ("spsr:spsr_light_p_without_losses", "spsr-light", without(P, "structure", "structure_adversarial")),
        ("spsr:spsr_light_p_without_adversarial", "spsr-light", without(P, "structure_adversarial")),
        ("spsr:spsr_light_p_without_pixel", "spsr-light", without(P, "structure")),
        ("spsr:spsr_light_p_branch_half", "spsr-light", {**P, "branch": 0.25}),
        ("spsr:spsr_light_p_structure_adversarial_double", "spsr-light", {**P, "structure_adversarial": 0.01}),
        ("spsr:edsr_light_guided_g", "edsr-light-guided", G),
        ("spsr:edsr_light_guided_p", "edsr-light-guided", P),
        ("spsr:rlfn_gan", "rlfn", {"pixel": 0.01, "adversarial": 0.005}),
        ("spsr:rlfn_g", "rlfn", without(G, "branch")),
        ("spsr:rlfn_p", "rlfn", without(P, "branch")),
        ("spsr:rlfn_perceptual", "rlfn", {"pixel": 0.01}),
        ("spsr:edsr_light_gan", "edsr-light", {"pixel": 0.01, "adversarial": 0.005}),
        ("spsr:edsr_light_g", "edsr-light", without(G, "branch")),
        ("spsr:edsr_light_p", "edsr-light", without(P, "branch")),
        ("spsr:edsr_light_p_with_pcl", "edsr-light", {**without(P, "branch"), "contrastive": 0.1 / 255}),
    ],
)
def test_row_has_these_terms_on_this_network(build, row, network, expected):
    experiment = build(row)
    assert experiment.network.name == network
    assert weights(experiment) == pytest.approx({"perceptual": 1.0, **expected})
    assert experiment.critics_first is False
    plain = network.replace("spsr", "rrdb").removesuffix("-guided")
    assert experiment.initialised_from.startswith(f"trained weights of {plain}")
    assert experiment.warmup == (WARMUP if "branch" in expected else None)


@pytest.mark.parametrize("name", LIGHT)
def test_light_row_builds_at_another_scale(build, name):
    experiment = build(name, scale=3, without=["perceptual"])
    assert experiment.patch % 3 == 0
    assert "perceptual" not in experiment.objective
    assert experiment.describe()["network"]["config"]["scale"] == 3


@pytest.mark.filterwarnings("ignore:.*meta parameter")
@pytest.mark.parametrize("name", ["esrgan:rrdb", "spsr:p", "spsr:edsr_g", "spsr:srresnet_gan"])
def test_row_of_the_paper_has_its_network_and_budget(build, name):
    with torch.device("meta"):
        experiment = build(name, without=["perceptual"])
    assert experiment.network.name in ("rrdb", "spsr", "edsr-s", "srresnet")
    assert (experiment.batch, experiment.patch, experiment.steps) == (15, 128, 400_000)


def test_budget_is_the_papers():
    with torch.device("meta"):
        experiment = find_recipe("spsr:g").experiment(Request(without=["perceptual"]))
    assert (experiment.steps, experiment.batch, experiment.patch) == (400_000, 15, 128)
    rates = [experiment.schedule(step / 400_000) for step in (49_999, 50_000, 100_000, 200_000, 300_000)]
    assert rates == [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16]
    assert experiment.warmup.until * experiment.steps == 5_000


def test_released_row_takes_squares_and_a_zero_border(build):
    ours, released = (build(f"spsr:spsr_light_{row}") for row in ("g", "g_released"))
    assert (ours.objective["gradient"].loss.distance, released.objective["gradient"].loss.distance) == ("l1", "l2")
    assert released.objective["gradient"].loss.view.padding == "zeros2"
    assert released.objective["branch"].loss.view.padding == "zeros"


def test_missing_features_are_said_at_once_with_both_ways_out():
    with pytest.raises(RequestError, match=r"--vgg FILE.*--perceptual squeezenet.*--without perceptual"):
        find_recipe("spsr:spsr_light_g").experiment(Request())


@pytest.mark.parametrize(("features", "layers"), [("squeezenet", (12,)), ("squeezenet_all", (1, 4, 7, 9, 10, 11, 12))])
def test_features_of_the_perceptual_loss(build, features, layers):
    assert build("spsr:spsr_light_g", perceptual=features).objective["perceptual"].loss.features.layers == layers


def test_lpips_has_its_linear_weights_beside_the_features(shared_data: Path, files: dict[str, Path]) -> None:
    released, row = shared_data / "weights/squeezenet1_1_features.safetensors", find_recipe("spsr:spsr_light_g")
    asked = {"perceptual": "lpips", "steps": 10}
    loss = row.experiment(Request(**asked, files={"squeezenet": released})).objective["perceptual"].loss
    assert isinstance(loss, Perceptual)
    assert isinstance(loss.features, LPIPSFeatures)
    assert (loss.distance, loss.period, len(loss.features.distance.linear)) == ("l2", 16, 7)
    with pytest.raises(RequestError, match=r"does not hold lpips_v0\.1_squeeze.*acutance"):
        row.experiment(Request(**asked, files={"squeezenet": files["squeezenet"]}))


def test_files_follow_from_the_features_and_the_terms():
    recipe = find_recipe("spsr:spsr_light_p")
    assert recipe.files(Request()) == {"vgg", "extractor"}
    assert recipe.files(Request(perceptual="squeezenet_all")) == {"squeezenet", "extractor"}
    assert recipe.files(Request(perceptual="squeezenet", without=["perceptual"])) == {"extractor"}
    assert find_recipe("pixel:edsr_light").files(Request(perceptual="squeezenet")) == set()


def test_terms_are_left_out(build):
    experiment = build("spsr:spsr_light_g", without=["gradient", "branch", "branch"])
    assert set(experiment.objective) == {"perceptual", *G} - {"gradient", "branch"}
    ours, row = build("spsr:spsr_light_g", without=["gradient"]), build("spsr:spsr_light_g_without_pixel")
    assert ours.describe() == row.describe()


@pytest.mark.parametrize(
    ("name", "without", "words"),
    [
        ("spsr:spsr_light_g", ["perceptual", "gradiant"], "did you mean 'gradient'"),
        ("pixel:edsr_light", ["pixel"], "at least one term"),
        ("pixel:edsr_light", ["perceptual"], "there is no objective term 'perceptual'"),
    ],
)
def test_a_term_that_is_none_is_one_sentence(name, without, words):
    with pytest.raises(RequestError, match=words):
        find_recipe(name).experiment(Request(without=without))


def test_sampled_rows_ask_for_an_extractor():
    with pytest.raises(RequestError, match=r"extractor train --task contrastive.*--extractor RUN"):
        find_recipe("spsr:spsr_light_p_sampled").experiment(Request(without=["perceptual"]))


def test_discriminators_are_built_for_the_patch_asked_for(build):
    experiment = build("spsr:spsr_light_p", without=["perceptual"], patch=96)
    assert experiment.patch == 96
    assert experiment.objective["structure_adversarial"].loss.critic.patch == 24


def test_from_a_trained_trunk_the_fusion_learns_first(build, tmp_path):
    torch.manual_seed(1)
    save(tmp_path / "rrdb.safetensors", create("rrdb-light", scale=4))
    experiment = build("spsr:spsr_light_g", without=["perceptual"])
    begun = start(experiment.network, tmp_path / "rrdb.safetensors")
    assert (begun.copied, begun.of) == (begun.of - 2, begun.of)
    before = {name: parameter.clone() for name, parameter in experiment.network.named_parameters()}
    hr = torch.rand(2, 3, 64, 64)
    Trainer(experiment, Fabric(accelerator="cpu", devices=1)).step(Batch(torch.nn.functional.avg_pool2d(hr, 4), hr))
    moved = {name for name, parameter in experiment.network.named_parameters() if (parameter != before[name]).any()}
    assert {name[:2] for name in moved} == {"f_"}
