import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acutance.ops import gaussian_blur, gaussian_kernel


@settings(deadline=None)
@given(size=st.sampled_from([1, 3, 5, 7, 9, 11]), sigma=st.floats(0.1, 10), support=st.sampled_from([11, 13, 21]))
def test_a_kernel_is_a_symmetric_distribution_of_its_size(size: int, sigma: float, support: int) -> None:
    kernel = gaussian_kernel(torch.tensor(size), torch.tensor(sigma), support)
    torch.testing.assert_close(kernel.sum(), torch.tensor(1.0))
    assert torch.equal(kernel, kernel.flip(0))
    assert not kernel[: (support - size) // 2].any()
    assert kernel.argmax() == support // 2


def test_a_point_becomes_the_kernel() -> None:
    point = torch.zeros(1, 1, 21, 21)
    point[..., 10, 10] = 1
    size, sigma = torch.tensor([[[5, 9]], [[3, 3]]]), torch.tensor([[[1.0, 2.0]], [[0.5, 0.7]]])
    for blurred, sizes, sigmas in zip(gaussian_blur(point, size, sigma), size[:, 0], sigma[:, 0], strict=True):
        down, across = (gaussian_kernel(sizes[axis], sigmas[axis], 21) for axis in range(2))
        torch.testing.assert_close(blurred[0, 0], torch.outer(down, across))


def test_a_wide_gaussian_is_an_average_and_a_narrow_one_a_point() -> None:
    size = torch.tensor([3, 3])
    kernels = gaussian_kernel(size, torch.tensor([1e4, 1e-2]), 3)
    torch.testing.assert_close(kernels, torch.tensor([[1 / 3] * 3, [0.0, 1.0, 0.0]]))
