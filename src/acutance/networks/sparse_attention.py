"""Non-local sparse attention, by which NLSN looks for what resembles a pixel anywhere in the picture.

"Image Super-Resolution with Non-Local Sparse Attention" (Mei et al., 2021): positions are hashed by the nearest of
randomly rotated axes, sorted by their hash and cut into chunks; each attends to its own and the two neighbouring ones.
Several rounds of hashing are averaged by how much each found.
"""

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.nn import functional

from acutance.errors import RequestError
from acutance.networks.blocks import Features, convolution

MOST_BUCKETS = 128
Rotations = Float[Tensor, "q rounds axes"]
"""Axes that queries are hashed by, two buckets each: one for either direction."""


class SparseAttention(nn.Module):
    """x + residual_scale * attention(x).

    Training draws rotations afresh from torch's generator at every forward, as the released code does always.
    Evaluation uses those that `seed` gives, the same on every device, so that it can be repeated; the rotations of a
    small picture are the first of a large one's. With `seed` None it draws afresh, too.
    """

    fixed: Tensor | None

    def __init__(
        self, channels: int, *, reduction: int, chunk: int, rounds: int, residual_scale: float, seed: int | None
    ) -> None:
        super().__init__()
        self.conv_match = nn.Sequential(convolution(channels, channels // reduction))
        self.conv_assembly = nn.Sequential(convolution(channels, channels, 1))
        self.chunk, self.rounds, self.residual_scale = chunk, rounds, residual_scale
        drawn = None if seed is None else _rotations(channels // reduction, rounds, MOST_BUCKETS // 2, seed)
        self.register_buffer("fixed", drawn, persistent=False)

    def forward(self, x: Features, rotations: Rotations | None = None) -> Features:
        """Return features of the same shape.

        Args:
            x: of at least `chunk` positions.
            rotations: those to hash by, instead of drawn ones.

        Raises:
            RequestError: `x` is smaller than a chunk.
        """
        query, value = (conv(x).flatten(2).transpose(1, 2) for conv in (self.conv_match, self.conv_assembly))
        axes = self.buckets(query.shape[1]) // 2
        rotations = self._drawn(query, axes) if rotations is None else rotations
        codes = hashes(query.detach(), rotations)
        rounds = [self._attend(query, value, code) for code in codes.unbind(1)]
        found, evidence = (torch.stack(parts) for parts in zip(*rounds, strict=True))
        result = (evidence.softmax(dim=0) * found).sum(dim=0)
        return x + self.residual_scale * result.transpose(1, 2).view_as(x)

    def buckets(self, positions: int) -> int:
        """Return how many hashes there are: about one for each chunk, an even number, at most 128."""
        chunks = positions // self.chunk
        if chunks < 1:
            raise RequestError(f"sparse attention needs {self.chunk} positions at least, not {positions}.")
        return min(chunks + chunks % 2, MOST_BUCKETS)

    def _drawn(self, query: Tensor, axes: int) -> Rotations:
        if self.fixed is None or self.training:
            return torch.randn(query.shape[-1], self.rounds, axes, device=query.device, dtype=query.dtype)
        return self.fixed[..., :axes].to(query)

    def _attend(
        self, query: Float[Tensor, "b n q"], value: Float[Tensor, "b n c"], code: Int64[Tensor, "b n"]
    ) -> tuple[Float[Tensor, "b n c"], Float[Tensor, "b n 1"]]:
        """Return what each position finds in one round, and the logarithm of how much of it there was."""
        order = code.argsort(dim=-1, stable=True)
        queries, values = self._chunks(_at(query, order)), self._chunks(_at(value, order))
        score = queries @ _with_neighbours(functional.normalize(queries, dim=-1, eps=5e-5)).mT
        evidence = score.logsumexp(dim=-1, keepdim=True)
        found = (score - evidence).exp() @ _with_neighbours(values)
        back = order.argsort(dim=-1)
        return _at(found.flatten(1, 2), back), _at(evidence.flatten(1, 2), back)

    def _chunks(self, x: Float[Tensor, "b n c"]) -> Float[Tensor, "b chunks chunk c"]:
        missing = -x.shape[1] % self.chunk
        return torch.cat([x, x[:, x.shape[1] - missing :]], dim=1).unflatten(1, (-1, self.chunk))


def hashes(query: Float[Tensor, "b n q"], rotations: Rotations) -> Int64[Tensor, "b rounds n"]:
    """Return for each round of hashing the bucket of each position: the axis that it lies nearest to."""
    along = torch.einsum("bnq,qra->brna", query, rotations)
    return torch.cat([along, -along], dim=-1).argmax(dim=-1)


def _rotations(channels: int, rounds: int, axes: int, seed: int) -> Rotations:
    generator = torch.Generator("cpu").manual_seed(seed)
    # Axes come first, that fewer of them are the first of more.
    return torch.randn(axes, channels, rounds, generator=generator, device="cpu").movedim(0, -1)


def _at(x: Float[Tensor, "b m c"], places: Int64[Tensor, "b n"]) -> Float[Tensor, "b n c"]:
    return x.gather(1, places[..., None].expand(-1, -1, x.shape[-1]))


def _with_neighbours(chunks: Float[Tensor, "b chunks n c"]) -> Float[Tensor, "b chunks 3*n c"]:
    """Return each chunk, followed by the previous and the next; the last and the first are neighbours."""
    return torch.cat([chunks, chunks.roll(1, dims=1), chunks.roll(-1, dims=1)], dim=2)
