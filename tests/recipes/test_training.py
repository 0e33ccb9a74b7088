"""Recipes take two steps on a narrow network of their own family, which the gradient of every term reaches.

What a recipe is made of is trained once: every family of networks, and every loss as every recipe configures it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from lightning_fabric import Fabric

from acutance.experiment import Experiment
from acutance.recipes import RECIPES
from acutance.training.clock import Clock
from acutance.training.trainer import Trainer
from acutance.types import Batch

Build = Callable[..., Experiment]

TRAINED = (
    "pixel:han",
    "pixel:nlsn",
    "pixel:rlfn",
    "pixel:srresnet",
    "pixel:swinir",
    "pcl:edsr_light_finetune_lr_in_features",
    "pcl:edsr_light_finetune_others_in_features_share",
    "spsr:edsr_light_guided_g",
    "pcl:edsr_s",
    "pcl:rlfn_share",
    "pcl:rcan_released",
    "pcl:nlsn_released",
    "pcl:rcan_vgg",
    "pcl:rcan_squeezenet",
    "pcl:rcan_plain",
    "pcl:rcan_fourier",
    "pcl:rcan_hr_against_lr",
    "pcl:rcan_sharpened_only",
    "pcl:rcan_blurred_only",
    "pcl:edsr_s_fixed_embedding",
    "spsr:g",
    "spsr:g_released",
    "spsr:p",
    "spsr:p_without_branch",
    "spsr:random",
    "spsr:vgg",
    "spsr:resnet",
    "spsr:edsr_p_with_pcl",
    "pcl:edsr_light_phase",
    "pcl:edsr_light_phase_block_4",
    "pcl:edsr_light_phase_blocks_2_to_5",
    "pcl:edsr_light_whole",
    "pcl:edsr_light_whole_block_4",
    "pcl:edsr_light_whole_blocks_2_to_5",
    "pcl:edsr_light_everywhere",
    "pcl:edsr_light_phase_batch_statistics",
    "quickstart:pcl",
    "control:edsr_light_finetune_sharpened_targets",
    "control:edsr_light_finetune_gradient_pixel",
    "control:edsr_light_finetune_random_embedding_phase",
    "control:edsr_light_finetune_random_embedding_whole",
    "control:edsr_light_finetune_random_embedding_whole_block_4",
    "control:edsr_light_finetune_random_embedding_whole_blocks_2_to_5",
    "control:edsr_light_finetune_embedding_distance_whole_blocks_2_to_5",
    "control:edsr_light_block_means",
    "control:edsr_light_stronger_pixel",
    "control:edsr_light_random_extractor",
)
SHARES = {"_share": 0.3, "_phase": 1.0, "_whole": 1.0, "_everywhere": 1.0, "_pull": 1.0, "quickstart:": 1.0}
"""Of the pixel loss's gradient, by what is in the name of a recipe that has no alpha."""
SIZES = ("patch", "channels", "width", "stages")
"""What a loss says of itself that follows from the shape of images, not from its kind."""


@dataclass(frozen=True)
class Built:
    """What is kept of a recipe that was built."""

    network: str
    start: dict[str, torch.Tensor]
    terms: dict[str, str]
    weights: frozenset[str]
    described: dict[str, Any]

    @property
    def parts(self) -> set[tuple[str, str]]:
        family = ("network", self.network.split("-")[0])
        return {family, *self.terms.items(), *(("weight", kind) for kind in self.weights)}


@pytest.fixture(scope="module")
def every(narrow: Build) -> dict[str, Built]:
    """Every recipe, built once with one seed."""
    built: dict[str, Built] = {}
    for name in RECIPES:
        torch.manual_seed(7)
        experiment = narrow(name)
        terms = {each: _kind(term.loss, experiment) for each, term in experiment.objective.items()}
        weights = frozenset(type(term.weight).__name__ for term in experiment.objective.values())
        start = dict(experiment.network.state_dict())
        built[name] = Built(experiment.network.name, start, terms, weights, experiment.describe())
    return built


def _kind(loss: torch.nn.Module, experiment: Experiment) -> str:
    described = replace(experiment, objective={"loss": replace(next(iter(experiment.objective.values())), loss=loss)})
    return json.dumps(_sizeless(described.describe()["objective"]["loss"]["loss"]), sort_keys=True, default=str)


def _sizeless(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: _sizeless(item) for key, item in value.items() if key not in SIZES}


def test_every_part_is_in_a_recipe_that_trains(every: dict[str, Built]) -> None:
    trained = set().union(*(every[name].parts for name in TRAINED))
    missing = {name: parts for name, built in every.items() if (parts := built.parts - trained)}
    assert missing == {}


def test_the_start_depends_on_the_seed_alone(every: dict[str, Built]) -> None:
    """Not on the critics that a network is trained with: same network and seed, same weights."""
    starts: dict[object, tuple[str, dict[str, torch.Tensor]]] = {}
    for name, built in every.items():
        if name == "pixel:spsr_light":  # its fresh layers start larger, as it says
            continue
        shapes = (built.network, *((key, tensor.shape) for key, tensor in built.start.items()))
        first, start = starts.setdefault(shapes, (name, built.start))
        different = [key for key, tensor in built.start.items() if not torch.equal(tensor, start[key])]
        assert different == [], f"{name} starts otherwise than {first}"
    assert len(starts) >= 10


def test_a_control_is_the_recipe_less_some_terms(every: dict[str, Built]) -> None:
    for name, recipe in RECIPES.items():
        if recipe.control:
            ours, control = every[name], every[recipe.control]
            assert ours.network == control.network, name
            assert control.terms.keys() <= ours.terms.keys(), name
            assert recipe.control != name


def test_pcl_is_its_control_with_the_contrastive_term(every: dict[str, Built]) -> None:
    alphas = {"pcl:rcan_released": 5 / 255, "pcl:nlsn_released": 3, "pcl:edsr_light_finetune_strong": 1 / 255}
    for name in (each for each in RECIPES if each.startswith(("pcl:", "quickstart:pcl"))):
        ours, control = every[name].described, every[RECIPES[name].control].described
        contrastive = ours["objective"]["contrastive"]
        rest = {each: term for each, term in ours["objective"].items() if each != "contrastive"}
        assert {**ours, "objective": rest} == control, name
        if (fraction := next((each for word, each in SHARES.items() if word in name), None)) is not None:
            assert (contrastive["weight"]["kind"], contrastive["weight"]["fraction"]) == ("GradientRatio", fraction)
        elif "alpha" not in name:
            assert contrastive["weight"] == pytest.approx(alphas.get(name, 0.1 / 255)), name


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
@pytest.mark.parametrize(
    ("backbone", "row"), [("rcan", "pcl:rcan"), ("edsr_light_finetune", "pcl:edsr_light_finetune")]
)
def test_ablation_changes_one_thing(
    every: dict[str, Built], backbone: str, row: str, ablation: str, changed: dict[str, Any]
) -> None:
    def flat(value: dict[str, Any]) -> dict[str, Any]:
        inner = [flat(item) if isinstance(item, dict) else {key: item} for key, item in value.items()]
        return {key: item for part in inner for key, item in part.items()}

    one, other = (
        flat(every[name].described["objective"]["contrastive"]) for name in (f"pcl:{backbone}_{ablation}", row)
    )
    assert {key: one[key] for key in one if one[key] != other[key]} == pytest.approx(changed)


def batch(patch: int) -> Batch:
    coarse = torch.rand(2, 3, patch // 4, patch // 4)
    hr = (F.interpolate(coarse, scale_factor=4, mode="bicubic") + 0.1 * torch.rand(2, 3, patch, patch)).clamp(0, 1)
    return Batch(F.avg_pool2d(hr, 4), hr)


@pytest.mark.parametrize("name", TRAINED)
def test_recipe_trains(name: str, narrow: Build) -> None:
    experiment = narrow(name, steps=2, batch=2)
    experiment = replace(experiment, warmup=None)
    before = {key: parameter.clone() for key, parameter in experiment.network.named_parameters()}
    trainer = Trainer(experiment, Fabric(accelerator="cpu", devices=1), measure_every=1)
    for done in range(2):
        losses = trainer.step(batch(experiment.patch), Clock(2, done))
        assert all(loss.isfinite() for loss in losses.values())
    assert trainer.network.skipped == 0
    parameters = dict(experiment.network.named_parameters())
    still = [key for key, p in parameters.items() if p.requires_grad and torch.equal(p, before[key])]
    assert still == []
    reached = {name for name in experiment.objective if name != "branch"}
    assert all(trainer.balance.norms[name] > 0 for name in reached)
