"""How far a network looks, measured by gradients."""

import torch


def reached(network):
    """Return how many LR pixels from its own position the farthest is that a pixel of SR depends on, along a row."""
    width = 2 * network.receptive_radius + 5
    lr = torch.rand(1, 3, 2, width, dtype=torch.float64, requires_grad=True)
    sr, own = network(lr), width // 2
    # Of the pixels of SR at one place in LR the outermost look farthest, each to its side.
    outermost = sr[..., own * network.scale] + sr[..., (own + 1) * network.scale - 1]
    (gradient,) = torch.autograd.grad(outermost.sum(), lr)
    columns = gradient.abs().sum((0, 1, 2)).nonzero().flatten() - own
    return int(columns.abs().max())
