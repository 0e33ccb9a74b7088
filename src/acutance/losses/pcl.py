"""PCL-SR in somebody else's training loop, in six lines.

    pcl = acutance.losses.PCL()
    for lr, hr in loader:
        sr = network(lr)
        pcl.learn(sr, hr)                             # Eq. 7: one step of the embedding network
        loss = l1(sr, hr) + 0.1 / 255 * pcl(sr, hr)   # Eq. 12
        loss.backward(); optimizer.step(); optimizer.zero_grad()

Mixed precision, accumulated gradients and several processes are as for any loss that teaches itself
(losses/self_taught.py).

Alpha of Eq. 12 is 0.1 in the paper, whose networks work on images in 0..255. The gradient of L_CL does not scale with
the range and that of L_1 does, so on images in [0, 1] the same balance is 0.1 / 255.
"""

from acutance.critics import EmbeddingNetwork
from acutance.losses.contrastive import Contrastive, Embedding
from acutance.losses.samples import Samples
from acutance.losses.self_taught import OptimizerOf, SelfTaught, adam


class PCL(SelfTaught[Contrastive]):
    """The contrastive loss, its embedding network and the optimizer of that network, in one module.

    `learn(sr, hr)` takes a step down Eq. 7, `pcl(sr, hr)` returns Eq. 10; `pcl(sr, hr, lr)` where the samples contain
    LR. Its `state_dict` holds everything needed to resume. With a view, layers and an optimizer of one's own:

        PCL(
            EmbeddingNetwork(view=acutance.ops.gradient_map),
            embedding=Embedding(layers=(2, 4)),
            optimizer=functools.partial(torch.optim.SGD, lr=0.01),
        )

    Args:
        critic: the embedding network; fresh by default.
        samples: which positives and negatives are drawn.
        temperature: tau of Eq. 8.
        embedding: where in the critic, and in which mode, images are compared.
        learning_rate: of the embedding network's Adam.
        optimizer: called with the parameters of the embedding network; that Adam by default.
        accumulate: calls of `learn` whose gradients make one step of the embedding network; as many as batches make one
            step of yours.
        seed: of the generator that draws the samples.
        phase: as of `Contrastive`: "random" keeps a strong contrast from drawing a grid.

    Raises:
        RequestError: `accumulate` is below 1, or there is no such phase.
    """

    def __init__(
        self,
        critic: EmbeddingNetwork | None = None,
        *,
        samples: Samples | None = None,
        temperature: float = 1.0,
        embedding: Embedding | None = None,
        learning_rate: float = 1e-4,
        optimizer: OptimizerOf | None = None,
        accumulate: int = 1,
        seed: int = 0,
        phase: str = "fixed",
    ) -> None:
        contrastive = Contrastive(
            critic, samples=samples, temperature=temperature, embedding=embedding, seed=seed, phase=phase
        )
        super().__init__(contrastive, optimizer=optimizer or adam(learning_rate), accumulate=accumulate)

    @property
    def contrastive(self) -> Contrastive:
        """The loss, by its older name."""
        return self.loss
