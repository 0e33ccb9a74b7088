"""Gaussian blur, several different ones of every image at once."""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import conv2d, pad

from acutance.errors import RequestError


def gaussian_kernel(
    size: Int[Tensor, "*many"], sigma: Float[Tensor, "*many"], support: int
) -> Float[Tensor, "*many {support}"]:
    """Return sampled Gaussians `size` pixels long (odd), of sum 1, each centred in `support` taps and zero beyond."""
    offset = torch.arange(support, device=sigma.device) - support // 2
    bell = torch.exp(-offset.square() / (2 * sigma[..., None].square()))
    bell = bell * (offset.abs() <= size[..., None] // 2)
    return bell / bell.sum(-1, keepdim=True)


def gaussian_blur(
    image: Float[Tensor, "b c h w"], size: Int[Tensor, "n b 2"], sigma: Float[Tensor, "n b 2"]
) -> Float[Tensor, "n b c h w"]:
    """Return `n` blurs of every image, with kernels as high and wide as `size` says and sigmas in pixels likewise.

    The images are reflected at their edges. `size` and `sigma` (vertical, horizontal) are best left on the CPU; the
    result is on the image's device. Raises RequestError if an image is no larger than the radius of a kernel.
    """
    count, batch = size.shape[:2]
    support = int(size.max())
    radius = support // 2
    if radius >= min(image.shape[-2:]):
        raise RequestError(f"a blur {support} pixels wide needs images of at least {radius + 1} pixels a side")
    # Images stand in for channels and channels for images, so that all channels of an image share its kernels.
    kernels = gaussian_kernel(size, sigma, support).transpose(0, 1).to(image).reshape(batch * count, 1, 2, support)
    bordered = pad(image, (radius,) * 4, mode="reflect").transpose(0, 1)
    with torch.autocast(image.device.type, enabled=False):
        columns = conv2d(bordered, kernels[:, :, 0, :, None], groups=batch)
        blurred = conv2d(columns, kernels[:, :, 1, None, :], groups=batch * count)
    return blurred.unflatten(1, (batch, count)).permute(2, 1, 0, 3, 4)
