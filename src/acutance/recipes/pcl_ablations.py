"""The ablations of PCL-SR, Tables IV to VII, each a change of one thing in L1 + PCL.

The paper runs them on RCAN (Table V on EDSR-S); `control` is any other recipe without PCL, such as a light one, which
makes no row of the paper. Published scores are PSNR on Y at x4. Each costs about what L1 + PCL costs with its
control: 3.8 TFLOP a step with RCAN.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from acutance.critics import EmbeddingNetwork, FixedEmbedding, load
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.extractors import VGG19, SqueezeNet
from acutance.losses import Contrastive, FixedContrastive
from acutance.losses.samples import Samples
from acutance.recipes import pixel
from acutance.recipes.pcl import with_pcl
from acutance.recipes.recipe import Recipe, Request, psnr

Control = Callable[[int], Experiment]


def vgg(control: Control, request: Request) -> Experiment:
    """Table IV, Config 1: features of VGG-19 (`--vgg FILE`). Published: Set5 32.62, Set14 28.84, B100 27.73."""
    start = control(request.scale)
    return with_pcl(start, contrastive=FixedContrastive(VGG19.from_file(request.files.get("vgg"))))


def squeezenet(control: Control, request: Request) -> Experiment:
    """No row of a table: Table IV, Config 1 with SqueezeNet (`--squeezenet FILE`) for VGG-19, whose file is larger.

    All seven layers that LPIPS uses: a patch of 64 pixels has 3x3 positions left in the deepest.
    """
    start = control(request.scale)
    return with_pcl(start, contrastive=FixedContrastive(SqueezeNet.from_file(request.files.get("squeezenet"))))


def plain(control: Control, request: Request) -> Experiment:
    """Table IV, Config 2: the embedding network sees RGB. Published: Set5 32.64, Set14 28.86, B100 27.76."""
    return with_pcl(control(request.scale), contrastive=Contrastive(EmbeddingNetwork("plain")))


def fourier(control: Control, request: Request) -> Experiment:
    """Table IV, Config 5: the embedding network sees the spectrum. Published: Set5 32.66, Set14 28.90, B100 27.77."""
    return with_pcl(control(request.scale), contrastive=Contrastive(EmbeddingNetwork("fourier")))


def hr_against_lr(control: Control, request: Request) -> Experiment:
    """Table IV, Config 4; Table VI, no and no: HR against LR. Published: Set5 32.67, Set14 28.87, B100 27.76."""
    return _with_samples(control, request, Samples(positives=0, negatives=0, with_lr=True))


def sharpened_only(control: Control, request: Request) -> Experiment:
    """Table VI, yes and no: HR and sharpened images against LR. Published: B100 27.74."""
    return _with_samples(control, request, Samples(negatives=0, with_lr=True))


def blurred_only(control: Control, request: Request) -> Experiment:
    """Table VI, no and yes: HR against blurred images. Published: B100 27.79."""
    return _with_samples(control, request, Samples(positives=0))


def fixed_embedding(control: Control, request: Request) -> Experiment:
    """Table V, PCL-F: an embedding network trained elsewhere (`--embedding RUN`).

    Published, EDSR-S: Set5 32.19, Set14 28.62, B100 27.58.
    """
    start, embedding = control(request.scale), request.files.get("embedding")
    if embedding is None:
        raise RequestError("PCL-F needs an embedding network that another run trained: name it by --embedding RUN.")
    return with_pcl(start, contrastive=FixedContrastive(FixedEmbedding(load(embedding))))


def alpha(value: float, control: Control, request: Request) -> Experiment:
    """Table VII: alpha for images in 0..255. Published, Set14: 28.88 (0.01), 28.84 (0.25), 28.77, 28.4, 28.1 (5)."""
    return with_pcl(control(request.scale), alpha=value / 255)


def _with_samples(control: Control, request: Request, samples: Samples) -> Experiment:
    return with_pcl(control(request.scale), contrastive=Contrastive(samples=samples))


@dataclass(frozen=True)
class Ablation:
    """A change of one thing in L1 + PCL, before it is said on which control; the rest as in `Recipe`."""

    build: Callable[[Control, Request], Experiment]
    summary: str
    table: str = ""
    published: Mapping[str, float] = field(default_factory=dict[str, float])
    needs: tuple[str, ...] = ()

    def of_the_paper(self, control: Control, name: str, cost: str) -> Recipe:
        """Return the row of the paper, on the paper's network."""
        recipe, paper = self.on(control, name), "PCL-SR" if self.table else ""
        return replace(recipe, paper=paper, table=self.table, published=self.published, cost=cost)

    def on(self, control: Control, name: str) -> Recipe:
        """Return the same change of another control, which is no row of the paper."""
        return Recipe(partial(self.build, control), self.summary, control=name, needs=self.needs)


ABLATIONS = {
    "vgg": Ablation(vgg, "Config 1: VGG-19", "IV", psnr(Set5=32.62, Set14=28.84, B100=27.73), ("vgg",)),
    "squeezenet": Ablation(squeezenet, "Config 1 with SqueezeNet for VGG-19", needs=("squeezenet",)),
    "plain": Ablation(plain, "Config 2: E_D sees RGB", "IV", psnr(Set5=32.64, Set14=28.86, B100=27.76)),
    "hr_against_lr": Ablation(
        hr_against_lr, "Config 4: HR against LR; VI, no and no", "IV", psnr(Set5=32.67, Set14=28.87, B100=27.76)
    ),
    "fourier": Ablation(fourier, "Config 5: E_D sees the spectrum", "IV", psnr(Set5=32.66, Set14=28.90, B100=27.77)),
    "sharpened_only": Ablation(sharpened_only, "yes and no: HR, sharpened against LR", "VI", psnr(B100=27.74)),
    "blurred_only": Ablation(blurred_only, "no and yes: HR against blurred", "VI", psnr(B100=27.79)),
    "alpha_0.01": Ablation(partial(alpha, 0.01), "alpha 0.01", "VII", psnr(Set14=28.88)),
    "alpha_0.25": Ablation(partial(alpha, 0.25), "alpha 0.25", "VII", psnr(Set14=28.84)),
    "alpha_0.5": Ablation(partial(alpha, 0.5), "alpha 0.5", "VII", psnr(Set14=28.77)),
    "alpha_1": Ablation(partial(alpha, 1.0), "alpha 1", "VII", psnr(Set14=28.4)),
    "alpha_5": Ablation(partial(alpha, 5.0), "alpha 5", "VII", psnr(Set14=28.1)),
}
"""The changes that the paper makes with RCAN, and one more; alpha 0.1 is that of every other table."""
FIXED = Ablation(
    fixed_embedding, "PCL-F: E_D of another run", "V", psnr(Set5=32.19, Set14=28.62, B100=27.58), ("embedding",)
)

ROWS = {
    **{
        f"pcl:rcan_{name}": each.of_the_paper(pixel.rcan, "pixel:rcan", "3.8 TFLOP a step")
        for name, each in ABLATIONS.items()
    },
    "pcl:edsr_s_fixed_embedding": FIXED.of_the_paper(pixel.edsr_s, "pixel:edsr_s", "0.7 TFLOP a step"),
    **{
        f"pcl:edsr_light_finetune_{name}": each.on(pixel.edsr_light_finetune, "pixel:edsr_light_finetune")
        for name, each in {**ABLATIONS, "fixed_embedding": FIXED}.items()
    },
}
"""The ablations on RCAN, as in the paper, and on the light EDSR, which stands for it where there is no GPU."""
