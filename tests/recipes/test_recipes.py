"""Networks at every scale, the released recipes, and the files that recipes ask for."""

from pathlib import Path

import pytest
import torch

from acutance import critics
from acutance.critics import EmbeddingNetwork
from acutance.errors import RequestError
from acutance.recipes import RECIPES, Request, find_recipe
from acutance.run_folder import RunFolder

NETWORKS = [
    name for name in RECIPES if name.startswith("pixel:") and not name.endswith(("_finetune", "_released", "_quick"))
]
PCL = [name for name in RECIPES if name.startswith(("pcl:", "quickstart:pcl"))]


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("name", [*NETWORKS, "pcl:edsr_light"])
def test_recipe_builds_at_every_scale(name, scale):
    with torch.device("meta"):
        experiment = find_recipe(name).experiment(Request(scale))
    assert experiment.network.scale == scale
    assert experiment.patch % scale == 0


def test_released_recipe_takes_what_the_script_says():
    with torch.device("meta"):
        experiment = find_recipe("pcl:rcan_released").experiment(Request())
    loss = experiment.describe()["objective"]["contrastive"]["loss"]
    assert loss["embedding"]["layers"] == (4,)
    assert loss["teach_samples"] is True
    assert (loss["samples"]["positives"], loss["samples"]["with_lr"]) == (3, True)
    assert experiment.clip_value == 1
    assert experiment.optimizer.learning_rate == experiment.critic_optimizer.learning_rate == 5e-5
    assert experiment.schedule(1.0) * 5e-5 == pytest.approx(1e-8)


def test_fixed_embedding_comes_from_another_run(tmp_path):
    critics.save(RunFolder(tmp_path).embedding, EmbeddingNetwork("plain"))
    experiment = find_recipe("pcl:edsr_light_finetune_fixed_embedding").experiment(
        Request(files={"embedding": tmp_path})
    )
    fixed = experiment.objective["contrastive"].loss
    assert fixed.get_submodule("features.critic").view == "plain"
    assert not any(parameter.requires_grad for parameter in fixed.parameters())


@pytest.mark.parametrize(
    ("name", "files", "words"),
    [
        ("pcl:edsr_s_fixed_embedding", {}, "name it by --embedding RUN"),
        ("pcl:rcan_vgg", {}, "--vgg FILE"),
        ("pcl:edsr_light_finetune_squeezenet", {}, "--squeezenet FILE"),
        ("pcl:edsr_light", {"embedding": Path("x")}, "has no use for --embedding"),
    ],
)
def test_files_are_asked_for_where_they_are_needed(name, files, words):
    with pytest.raises(RequestError, match=words):
        find_recipe(name).experiment(Request(files=files))


@pytest.mark.parametrize("name", PCL)
def test_recipe_tells_which_files_it_needs(name):
    files = set(find_recipe(name).files(Request())) - set(find_recipe(name).takes)
    way = name.removesuffix("_share")
    assert all(way.endswith((file, "_in_features")) for file in files)
    assert bool(files) == way.endswith(("_vgg", "_squeezenet", "fixed_embedding", "_in_features"))
