"""Images as frequencies: the detail bands of the Haar wavelet, and the Fourier transform in real numbers."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import pad


def haar_details(image: Float[Tensor, "b c h w"]) -> Float[Tensor, "b bands rows columns"]:
    """Return the three detail bands of one orthonormal Haar level, stacked as LH(RGB), HL(RGB), HH(RGB).

    LH is top minus bottom, HL left minus right, HH the diagonal; PCL's critic sees these (paper, section III-C). The
    result is (b, 3c, ceil(h/2), ceil(w/2)), with values in [-1, 1] for images in [0, 1]; an odd size is first
    extended by one reflected line, for which there must be at least two pixels.
    """
    height, width = image.shape[-2:]
    if height % 2 or width % 2:
        image = pad(image, (0, width % 2, 0, height % 2), mode="reflect")
    top, bottom = image[..., ::2, :] / 2, image[..., 1::2, :] / 2
    low, high = top + bottom, top - bottom
    across = high[..., ::2] + high[..., 1::2]
    down = low[..., ::2] - low[..., 1::2]
    diagonal = high[..., ::2] - high[..., 1::2]
    return torch.cat([across, down, diagonal], dim=1)


def haar_everywhere(image: Float[Tensor, "b c h w"]) -> Float[Tensor, "b bands h w"]:
    """Return the detail bands of `haar_details` at every position rather than at every second: an undecimated wavelet.

    (b, 3c, h, w), the image extended by one reflected line below and at the right. So it has no phase: a grid in step
    with the pairs of `haar_details` looks like one that is not.
    """
    image = pad(image, (0, 1, 0, 1), mode="reflect")
    top, bottom = image[..., :-1, :] / 2, image[..., 1:, :] / 2
    low, high = top + bottom, top - bottom
    across = high[..., :-1] + high[..., 1:]
    down = low[..., :-1] - low[..., 1:]
    diagonal = high[..., :-1] - high[..., 1:]
    return torch.cat([across, down, diagonal], dim=1)


def fourier_map(image: Float[Tensor, "b c h w"]) -> Float[Tensor, "b parts h w"]:
    """Return the orthonormal 2-D Fourier transform, (b, 2c, h, w): the real parts of all channels, then the imaginary.

    The paper names a Fourier view (Table IV, Config 5) without saying how it enters a real network, and the released
    code never applies one: this reading is our own.
    """
    precise = image.to(torch.promote_types(image.dtype, torch.float32))
    spectrum = torch.fft.fft2(precise, norm="ortho")
    return torch.cat([spectrum.real, spectrum.imag], dim=1).to(image.dtype)
