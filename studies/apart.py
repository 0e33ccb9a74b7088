"""PCL whose embedding network sees the sixteen phases of the pixel shuffle apart, each as channels of its own.

    view(I) = the detail bands of the Haar wavelet, those of 2 x 2 neighbours stacked

What a network at x4 draws is in step with its pixel shuffle, and no motion of the images hides that; here the phase
stays fixed, so that the embedding network can tell SR by it. It was tried, and draws as much of a grid
(docs/log.md). Its embedding network is taught by `taught.py --apart`.
"""

from torch import Tensor
from torch.nn.functional import pixel_unshuffle

from acutance.critics import EmbeddingNetwork, load
from acutance.experiment import Experiment, GradientRatio
from acutance.losses import Contrastive, Embedding
from acutance.ops import haar_details
from acutance.recipes import pixel
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, Request


def haar_apart(image: Tensor) -> Tensor:
    """Return the details of all phases, (b, 36, h / 4, w / 4)."""
    return pixel_unshuffle(haar_details(image), 2)


def _pcl(request: Request) -> Experiment:
    critic, begun = EmbeddingNetwork(haar_apart), request.files.get("embedding")
    if begun is not None:
        critic.load_state_dict(load(begun, haar_apart).state_dict())
    contrast = Contrastive(critic.train(), embedding=Embedding((0, 1, 2, 3)))
    return with_pcl(pixel.rlfn_finetune(request.scale), alpha=GradientRatio(1.0), contrastive=contrast)


pcl = Recipe(_pcl, "PCL that sees the phases apart", control="pixel:rlfn_finetune", takes=("embedding",))
