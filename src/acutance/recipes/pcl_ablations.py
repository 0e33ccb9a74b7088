"""The ablations of PCL-SR, Tables IV to VII, each a change of one thing in L1 + PCL.

The paper runs them on RCAN (Table V on EDSR-S); `control` is any other recipe without PCL, such as a light one.
Published scores are PSNR on Y at x4. Each costs about what L1 + PCL costs with its control: 3.8 TFLOP a step with RCAN.
"""

from collections.abc import Callable
from pathlib import Path

from acutance.critics import EmbeddingNetwork, FixedEmbedding, load
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.extractors import VGG19, SqueezeNet
from acutance.losses import Contrastive, FixedContrastive
from acutance.losses.samples import Samples
from acutance.recipes import pixel
from acutance.recipes.pcl import with_pcl

Control = Callable[[int], Experiment]


def vgg(scale: int = 4, vgg: Path | None = None, *, control: Control = pixel.rcan) -> Experiment:
    """Table IV, Config 1: features of VGG-19 (`--vgg FILE`). Published: Set5 32.62, Set14 28.84, B100 27.73."""
    return with_pcl(control(scale), contrastive=FixedContrastive(VGG19.from_file(vgg)))


def squeezenet(scale: int = 4, squeezenet: Path | None = None, *, control: Control = pixel.rcan) -> Experiment:
    """No row of a table: Table IV, Config 1 with SqueezeNet (`--squeezenet FILE`) for VGG-19, whose file is larger.

    All seven layers that LPIPS uses: a patch of 64 pixels has 3x3 positions left in the deepest.
    """
    return with_pcl(control(scale), contrastive=FixedContrastive(SqueezeNet.from_file(squeezenet)))


def plain(scale: int = 4, *, control: Control = pixel.rcan) -> Experiment:
    """Table IV, Config 2: the embedding network sees RGB. Published: Set5 32.64, Set14 28.86, B100 27.76."""
    return with_pcl(control(scale), contrastive=Contrastive(EmbeddingNetwork("plain")))


def fourier(scale: int = 4, *, control: Control = pixel.rcan) -> Experiment:
    """Table IV, Config 5: the embedding network sees the spectrum. Published: Set5 32.66, Set14 28.90, B100 27.77."""
    return with_pcl(control(scale), contrastive=Contrastive(EmbeddingNetwork("fourier")))


def hr_against_lr(scale: int = 4, *, control: Control = pixel.rcan) -> Experiment:
    """Table IV, Config 4; Table VI, no and no: HR against LR. Published: Set5 32.67, Set14 28.87, B100 27.76."""
    return _with_samples(scale, control, positives=0, negatives=0, with_lr=True)


def sharpened_only(scale: int = 4, *, control: Control = pixel.rcan) -> Experiment:
    """Table VI, yes and no: HR and sharpened images against LR. Published: B100 27.74."""
    return _with_samples(scale, control, negatives=0, with_lr=True)


def blurred_only(scale: int = 4, *, control: Control = pixel.rcan) -> Experiment:
    """Table VI, no and yes: HR against blurred images. Published: B100 27.79."""
    return _with_samples(scale, control, positives=0)


def fixed_embedding(scale: int = 4, embedding: Path | None = None, *, control: Control = pixel.edsr_s) -> Experiment:
    """Table V, PCL-F: an embedding network trained elsewhere (`--embedding FILE`). Published, EDSR-S: Set5 32.19."""
    if embedding is None:
        raise RequestError("PCL-F needs an embedding network that another run trained: name it by --embedding RUN.")
    return with_pcl(control(scale), contrastive=FixedContrastive(FixedEmbedding(load(embedding))))


def alpha(scale: int = 4, *, value: float, control: Control = pixel.rcan) -> Experiment:
    """Table VII: alpha for images in 0..255. Published, Set14: 28.88 (0.01), 28.89, 28.84, 28.77, 28.4, 28.1 (5)."""
    return with_pcl(control(scale), alpha=value / 255)


def _with_samples(
    scale: int, control: Control, *, positives: int = 4, negatives: int = 4, with_lr: bool = False
) -> Experiment:
    samples = Samples(positives=positives, negatives=negatives, with_lr=with_lr)
    return with_pcl(control(scale), contrastive=Contrastive(samples=samples))
