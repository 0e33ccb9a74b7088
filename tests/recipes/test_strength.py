"""A strength behind a recipe's name, the trivial controls, and the start that recipes of a network have in common."""

import pytest
import torch

from acutance import critics
from acutance.critics import EmbeddingNetwork, FixedEmbedding
from acutance.errors import RequestError
from acutance.experiment import GradientRatio
from acutance.losses import Contrastive, FixedContrastive, Perceptual
from acutance.recipes import RECIPES, Request, find_recipe
from acutance.recipes.strength import Strength, at_strength, parsed, subject
from acutance.run_folder import RunFolder

OF_PCL = [name for name in RECIPES if name.startswith("control:edsr_light_finetune_")]
OURS = [name for name in RECIPES if name.startswith("pcl:edsr_light_finetune_") and find_recipe(name).takes]


@pytest.fixture
def embedding(tmp_path):
    critics.save(RunFolder(tmp_path).embedding, EmbeddingNetwork())
    return tmp_path


def built(name, embedding, scale=4):
    found = find_recipe(name)
    files = {"embedding": embedding} if "embedding" in found.needs else {}
    torch.manual_seed(3)
    return found.experiment(Request(scale, files=files))


def test_share_is_of_the_pixel_loss_and_alpha_counts_in_levels_of_255():
    share = find_recipe("pcl:edsr_light_finetune@share=2").experiment(Request())
    alpha = find_recipe("pcl:edsr_light_finetune@alpha=0.5").experiment(Request())
    assert share.objective["contrastive"].weight == GradientRatio(2.0, of="pixel")
    assert alpha.objective["contrastive"].weight == pytest.approx(0.5 / 255)
    assert share.objective["pixel"].weight == alpha.objective["pixel"].weight == 1.0


def test_share_of_structure_is_of_the_perceptual_loss(shared_data):
    files = {"squeezenet": shared_data / "weights" / "squeezenet1_1_features.safetensors"}
    request = Request(perceptual="squeezenet_all", files=files)
    for name, term in (("spsr:edsr_light_p", "structure"), ("control:edsr_light_block_means", "trivial")):
        weight = find_recipe(f"{name}@share=0.5").experiment(request).objective[term].weight
        assert weight == GradientRatio(0.5, of="perceptual")


def test_name_tells_the_strength_and_finds_the_recipe_again():
    recipe = at_strength(find_recipe("pcl:rlfn_finetune"), Strength("share", 0.25))
    assert recipe.name == "pcl:rlfn_finetune@share=0.25" == find_recipe(recipe.name).name
    assert parsed(recipe.name) == ("pcl:rlfn_finetune", Strength("share", 0.25))
    assert "def rlfn_finetune" in recipe.source


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pcl:rlfn@share=", "share=0.3 behind the name"),
        ("pcl:rlfn@0.3", "share=0.3 behind the name"),
        ("pcl:rlfn@shore=1", "did you mean 'share'"),
        ("pcl:rlfn@share=0", "above 0"),
        ("pcl:rlfn@share=nan", "above 0"),
        ("pixel:rlfn@share=1", "this recipe has pixel"),
        ("pcl:rlfm@share=1", "pcl:rlfn"),
        ("pcl:rlfn@share=0.3@alpha=1", "says share=0.3 already"),
        ("pcl:rlfn@learning_rate=0.1@share=1@learning_rate=0.2", "says learning_rate=0.1 already"),
        ("control:rlfn_finetune_gradient_pixel@alpha=1", "trivial takes a share"),
    ],
)
def test_what_is_no_strength_is_refused_in_a_sentence(name, words):
    with pytest.raises(RequestError, match=words):
        find_recipe(name).experiment(Request())


def test_share_needs_a_loss_that_it_is_of():
    def alone(scale):
        experiment = find_recipe("pcl:edsr_light").experiment(Request(scale))
        return experiment.without("pixel")

    with pytest.raises(RequestError, match="share of contrastive is that of the gradient of perceptual or pixel"):
        at_strength(find_recipe(alone), Strength("share", 1.0)).experiment(Request())


@pytest.mark.parametrize("name", [*OF_PCL, *OURS])
def test_every_recipe_of_a_network_starts_from_the_weights_of_its_control(name, embedding):
    ours, control = (built(each, embedding).network.state_dict() for each in (name, find_recipe(name).control))
    assert ours.keys() == control.keys()
    assert all(torch.equal(ours[key], control[key]) for key in ours)


@pytest.mark.parametrize("name", [*OF_PCL, *OURS])
def test_every_control_adds_one_term_at_a_share_of_l1(name, embedding):
    experiment = built(name, embedding)
    term = experiment.objective[subject(experiment)]
    assert isinstance(term.weight, GradientRatio)
    assert experiment.objective.keys() - {subject(experiment)} == {"pixel"}
    assert find_recipe(name).trivial == name.startswith("control:")


def test_embedding_that_goes_on_begins_as_that_of_the_other_run(embedding):
    wanted = critics.load(embedding).state_dict()
    experiment = find_recipe("pcl:edsr_light_finetune_phase").experiment(Request(files={"embedding": embedding}))
    critic = experiment.objective["contrastive"].loss.get_submodule("critic")
    assert all(torch.equal(wanted[name], value) for name, value in critic.state_dict().items())
    assert all(parameter.requires_grad for parameter in critic.parameters())
    assert critic.training


def test_first_blocks_alone_are_taken_where_nothing_learns_and_refused_elsewhere(tmp_path):
    file = tmp_path / "four.safetensors"
    critics.save(file, EmbeddingNetwork(blocks=4))
    asked = Request(files={"embedding": file})
    with pytest.raises(RequestError, match="first 4 blocks of an embedding network, which learns no more"):
        find_recipe("pcl:edsr_light_finetune_phase").experiment(asked)
    assert find_recipe("control:edsr_light_finetune_frozen_embedding_phase").experiment(asked).steps > 0
    with pytest.raises(RequestError, match=r"first 4 blocks .* \(0 to 3\); this control looks at block 5 too"):
        find_recipe("control:edsr_light_finetune_frozen_embedding_whole_blocks_2_to_5").experiment(asked)


def test_controls_of_deeper_blocks_look_where_their_method_does(embedding):
    asked = Request(files={"embedding": embedding})
    base = "edsr_light_finetune"
    method = find_recipe(f"pcl:{base}_whole_blocks_2_to_5").experiment(asked).objective["contrastive"].loss
    frozen = find_recipe(f"control:{base}_frozen_embedding_whole_blocks_2_to_5").experiment(asked)
    distance = find_recipe(f"control:{base}_embedding_distance_whole_blocks_2_to_5").experiment(asked)
    contrast, plain = frozen.objective["contrastive"].loss, distance.objective["trivial"].loss
    assert isinstance(method, Contrastive)
    assert isinstance(contrast, FixedContrastive)
    assert isinstance(plain, Perceptual)
    looks = [each for loss in (contrast, plain) for each in loss.modules() if isinstance(each, FixedEmbedding)]
    assert [each.layers for each in looks] == [method.embedding.layers] * 2
    assert (contrast.phase, plain.period) == ("whole", 16)
