"""An embedding network that was trained in another run, frozen: PCL-F of the paper (Table V)."""

from collections.abc import Mapping, Sequence

from torch import nn

from acutance.critics.embedding import EmbeddingNetwork, Features
from acutance.critics.freeze import frozen
from acutance.types import Image


class FixedEmbedding(nn.Module):
    """The features of an embedding network that does not learn any more.

    Its weights get no gradient, and batch normalisation stays at its running statistics in training mode too. (In the
    released code they go on drifting: docs/papers/pcl.md.)

    Args:
        critic: the embedding network, with its view; frozen from now on.
        layers: blocks whose features `forward` returns, 0 to 7.
        activated: features after the LeakyReLU rather than before it.
    """

    def __init__(
        self, critic: EmbeddingNetwork, layers: Sequence[int] = (0, 1, 2, 3), *, activated: bool = True
    ) -> None:
        super().__init__()
        self.critic = critic.requires_grad_(False)
        self.layers, self.activated = tuple(layers), activated

    @property
    def period(self) -> int:
        """Pixels of the image from one position of its deepest features to the next."""
        return self.critic.stride(max(self.layers))

    def settings(self) -> Mapping[str, object]:
        """Return what is looked at, and through what."""
        return {"layers": self.layers, "activated": self.activated, "critic": self.critic}

    def forward(self, image: Image) -> list[Features]:
        """Return the features of every block in `layers`."""
        with frozen(self.critic):
            return self.critic.measuring(self.layers, activated=self.activated)(image)
