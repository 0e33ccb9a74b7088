"""What PCL contrasts the SR image with: sharpened HR images to be near, blurred ones to be far from (section III-B).

Images are RGB in [0, 1]. Random numbers come from a CPU generator, so a run repeats on any device. Of several processes
each draws for the whole batch, from a generator in the same state, and takes what is for its own rows: so a run repeats
on any number of them.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from acutance import processes
from acutance.errors import RequestError
from acutance.ops import gaussian_blur, quantise
from acutance.types import Batch

__all__ = ["INPUTS", "PAPER", "RELEASED", "Samples", "blur", "quantise", "sharpen"]


Number = int | float


def sharpen(image: Float[Tensor, "b c h w"], factor: Float[Tensor, "*n b"] | Number) -> Float[Tensor, "*n b c h w"]:
    """Move the image away from its 3x3 average: S + factor (I - S), clamped to [0, 1].

    Factor 1 is the identity, 0 the average S, above 1 sharpens. S weighs the centre 5, its neighbours 1; the outermost
    pixels stay as they are. Several factors for each image give several results.
    """
    smooth = image.clone()
    smooth[..., 1:-1, 1:-1].mul_(4 / 13).add_(avg_pool2d(image, 3, stride=1), alpha=9 / 13)
    factors = torch.as_tensor(factor).to(image)[..., None, None, None]
    return torch.lerp(smooth, image, factors).clamp_(0, 1)


def blur(
    image: Float[Tensor, "b c h w"],
    size: int | tuple[int, int] | Int[Tensor, " b"] | Int[Tensor, "b 2"],
    sigma: Number | tuple[Number, Number] | Float[Tensor, " b"] | Float[Tensor, "b 2"],
) -> Float[Tensor, "b c h w"]:
    """Blur with a Gaussian `size` pixels wide (odd) and of `sigma` pixels, reflecting the image at its edges.

    Both are one number, (vertical, horizontal), or a tensor with either for every image. Raises RequestError for an
    even size, a sigma that is not positive, or an image no larger than the kernel's radius.
    """
    sizes, sigmas = _pairs(size, len(image)), _pairs(sigma, len(image)).float()
    if bool((sizes < 1).any() or (sizes % 2 == 0).any() or (sigmas <= 0).any()):
        raise RequestError(f"cannot blur with size {size} and sigma {sigma}: sizes are odd, sigmas positive")
    return gaussian_blur(image, sizes, sigmas)[0]


def _pairs(value: Number | tuple[Number, Number] | Tensor, batch: int) -> Shaped[Tensor, "1 batch 2"]:
    per_image = isinstance(value, Tensor) and value.dim() == 1
    pairs = torch.as_tensor(value, device="cpu")
    return (pairs[:, None] if per_image else pairs).expand(1, batch, 2)


@dataclass(frozen=True)
class Samples:
    """How many positives and negatives there are, and from which ranges (both ends included) they are drawn.

    `positives` sharpened images by factors from `sharpen`, beside HR itself `with_hr`; `negatives` blurred ones of
    sizes from `blur_sizes` and sigmas from `blur_sigma` in pixels, beside the enlarged LR `with_lr`, and that of
    `others` further pictures of the batch, as far as it has so many. A blur is the same vertically and horizontally if
    `isotropic`, and drawn for every image, not once a batch, if `per_image`. Drawn images are rounded to 8 bits if
    `quantised`. The defaults are the paper's. Raises RequestError for impossible ones.
    """

    sharpen: tuple[float, float] = (1.0, 3.0)
    blur_sizes: tuple[int, ...] = (3, 5, 7, 9, 11)
    blur_sigma: tuple[float, float] = (0.3, 1.5)
    positives: int = 4
    negatives: int = 4
    with_hr: bool = True
    with_lr: bool = False
    isotropic: bool = True
    per_image: bool = True
    quantised: bool = True
    others: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.sharpen[0] <= self.sharpen[1]:
            raise RequestError(f"cannot sharpen by factors from {self.sharpen}: they must rise from 0 or more")
        if not self.blur_sizes or any(size < 1 or size % 2 == 0 for size in self.blur_sizes):
            raise RequestError(f"cannot blur with sizes {self.blur_sizes}: there must be some, and odd")
        if not 0 < self.blur_sigma[0] <= self.blur_sigma[1]:
            raise RequestError(f"cannot blur with sigmas from {self.blur_sigma}: they must rise from above 0")
        if min(self.positives, self.negatives) < 0:
            raise RequestError(f"cannot draw {self.positives} positives and {self.negatives} negatives")
        if self.others is not None and self.others < 1:
            raise RequestError(f"LR of 1 or more other pictures may be contrasted, not of {self.others}")
        if not (self.positives or self.with_hr) or not (self.negatives or self.with_lr or self.others):
            raise RequestError("the contrastive loss needs at least one positive and one negative")

    def draw(
        self, batch: Batch, generator: torch.Generator
    ) -> tuple[Float[Tensor, "p b c h w"], Float[Tensor, "n b c h w"]]:
        """Return positives and negatives.

        Raises:
            RequestError: LR is to be among the negatives, and the batch has none but HR itself.
        """
        if (self.with_lr or self.others) and batch.lr is batch.hr:
            raise RequestError("these samples count LR among the negatives; call the loss as pcl(sr, hr, lr).")
        if self.others and len(batch.lr) == 1:
            raise RequestError("these samples count other pictures among the negatives; take batches of 2 or more.")
        return self.draw_positives(batch, generator), self.draw_negatives(batch, generator)

    def draw_positives(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "p b c h w"]:
        """Return what SR shall be near: HR if asked for, then sharpened HR images."""
        low, high = self.sharpen
        whole, own = processes.rows(len(batch.hr))
        factors = low + (high - low) * torch.rand(self.positives, whole, generator=generator)[:, own]
        drawn = self._rounded(sharpen(batch.hr, factors))
        return torch.cat([batch.hr[None], drawn]) if self.with_hr else drawn

    def draw_negatives(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n b c h w"]:
        """Return what SR shall be far from: LR enlarged to HR's size if asked for, that of others, blurred HR."""
        images = [enlarge(batch.lr, batch.hr)[None]] if self.with_lr else []
        others = min(self.others or 0, len(batch.lr) - 1)
        images += [enlarge(batch.lr.roll(-step, 0), batch.hr)[None] for step in range(1, others + 1)]
        if self.negatives:
            images.append(self._rounded(gaussian_blur(batch.hr, *self._draw_blurs(len(batch.hr), generator))))
        return torch.cat(images)

    def _draw_blurs(
        self, batch: int, generator: torch.Generator
    ) -> tuple[Int[Tensor, "n b 2"], Float[Tensor, "n b 2"]]:
        whole, own = processes.rows(batch)
        drawn = (self.negatives, whole if self.per_image else 1, 1 if self.isotropic else 2)
        choice = torch.randint(len(self.blur_sizes), drawn, generator=generator)
        low, high = self.blur_sigma
        sigmas = low + (high - low) * torch.rand(drawn, generator=generator)
        shape = (self.negatives, whole, 2)
        return torch.tensor(self.blur_sizes)[choice].expand(shape)[:, own], sigmas.expand(shape)[:, own]

    def _rounded(self, image: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return quantise(image) if self.quantised else image


def enlarge(lr: Float[Tensor, "b c h w"], hr: Float[Tensor, "b c H W"]) -> Float[Tensor, "b c H W"]:
    """Return LR at HR's size as the released code enlarges it: bicubic with aligned corners, which shifts the image."""
    return interpolate(lr, size=hr.shape[-2:], mode="bicubic", align_corners=True).clamp(0, 1)


PAPER = Samples()
"""HR and four sharpened images against four blurred ones, drawn as the paper says."""

RELEASED = Samples(
    sharpen=(0.5, 3.0),
    blur_sigma=(0.1, 2.0),
    positives=3,
    negatives=3,
    with_lr=True,
    isotropic=False,
    per_image=False,
)
"""HR and three sharpened images against LR and three blurred ones, drawn as in the released scripts.

A fifth of its sharpening factors are below 1, which blurs.
"""

INPUTS = Samples(negatives=0, with_lr=True)
"""HR and four sharpened images against LR alone: for tasks whose inputs are degraded rather than small."""
