"""PCL-SR in somebody else's training loop, in six lines.

    pcl = acutance.losses.PCL()
    for lr, hr in loader:
        sr = network(lr)
        pcl.learn(sr, hr)                             # Eq. 7: one step of the embedding network
        loss = l1(sr, hr) + 0.1 / 255 * pcl(sr, hr)   # Eq. 12
        loss.backward(); optimizer.step(); optimizer.zero_grad()

It goes with any network and optimizer. Under torch.autocast, `learn` and the loss are called inside it, `backward`
after it as usual; with a GradScaler, scale the whole loss. With DistributedDataParallel around the network and PCL
beside it, nothing else is to be done: `learn` keeps the embedding network the same in all processes, so every process
has to call it equally often. For gradients accumulated over n batches, see `accumulate`.

Alpha of Eq. 12 is 0.1 in the paper, whose networks work on images in 0..255. The gradient of L_CL does not scale with
the range and that of L_1 does, so on images in [0, 1] the same balance is 0.1 / 255.
"""

from torch import nn

from acutance.critics import EmbeddingNetwork
from acutance.errors import RequestError
from acutance.losses.contrastive import Contrastive, Embedding
from acutance.losses.samples import Samples
from acutance.losses.teacher import Teacher
from acutance.types import Batch, HighRes, LowRes, Prediction, Scalar


class PCL(nn.Module):
    """The contrastive loss, its embedding network and the optimizer of that network, in one module.

    Its `state_dict` holds everything needed to resume. It follows the images to their device.

    Args:
        critic: the embedding network; fresh by default.
        samples: which positives and negatives are drawn.
        temperature: tau of Eq. 8.
        embedding: where in the critic, and in which mode, images are compared.
        learning_rate: of the embedding network's Adam.
        accumulate: calls of `learn` whose gradients make one step of the embedding network; as many as batches make one
            step of yours.
        seed: of the generator that draws the samples.

    Raises:
        RequestError: `accumulate` is below 1.
    """

    def __init__(
        self,
        critic: EmbeddingNetwork | None = None,
        *,
        samples: Samples | None = None,
        temperature: float = 1.0,
        embedding: Embedding | None = None,
        learning_rate: float = 1e-4,
        accumulate: int = 1,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.contrastive = Contrastive(critic, samples=samples, temperature=temperature, embedding=embedding, seed=seed)
        self.teacher = Teacher(self.contrastive.critic, learning_rate, accumulate)

    def learn(self, sr: HighRes, hr: HighRes) -> Scalar:
        """Lead the embedding network down Eq. 7, and return that loss; nothing reaches the SR network.

        In a process group, gradients and running statistics are averaged over its processes, which start alike.
        """
        return self.teacher.learn(self.contrastive, sr, hr)

    def forward(self, sr: HighRes, hr: HighRes, lr: LowRes | None = None) -> Scalar:
        """Return Eq. 10 with its gradient towards `sr`; `lr` is needed only where the samples contain it."""
        if lr is None and self.contrastive.samples.with_lr:
            raise RequestError("these samples count LR among the negatives; call the loss as pcl(sr, hr, lr).")
        self.contrastive.to(sr.device)
        return self.contrastive(Prediction(sr.to(hr.dtype)), Batch(lr=hr if lr is None else lr, hr=hr))
