"""An embedding network in a file: safetensors, whose header says what it looks at.

Kernels may be whole numbers of 8 bits, as in the file that ships: batch normalisation divides by whatever scale they
have.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from acutance import tensors
from acutance.critics.embedding import CHANNELS, EmbeddingNetwork
from acutance.critics.views import VIEWS, View
from acutance.errors import RequestError
from acutance.run_folder import RunFolder

FORMAT = 1
LARGEST_PATCH, LARGEST_BANDS = 2048, 512
"""Pixels a side, and bands, that a file may ask for."""
BUNDLED = Path(__file__).parent / "weights"
LARGEST = 63
"""Of the whole numbers that stand for kernels: half of what 8 bits hold, as the package is compressed, to an eighth
less; features move by 1 to 2 %."""


class ViewError(RequestError):
    """A file looks through a function that is none of `views.VIEWS`, and that nobody gave."""


def save(
    path: str | Path, critic: EmbeddingNetwork, card: Mapping[str, object] | None = None, *, eight_bits: bool = False
) -> None:
    """Write an embedding network, with what rebuilds it and a card of plain values (which run it comes from).

    With `eight_bits` its kernels are rounded, and the file is a quarter as large: for one that learns no more, as it
    evaluates alike but for the rounding.

    Raises:
        AcutanceError: the file cannot be written.
    """
    embedding = dict(critic.settings())
    header = {"format": FORMAT, "embedding": embedding, "card": dict(card or {})}
    tensors.write_weights(path, _whole(critic) if eight_bits else critic.state_dict(), header)


def load(path: str | Path, view: View | None = None) -> EmbeddingNetwork:
    """Return the embedding network in a file, in the folder of a run, or of a name in `bundled()`, to evaluate.

    `view` is the function through which it looks, where that is none of `views.VIEWS`: a file keeps its name alone.

    Raises:
        RequestError: there is no such file, or it holds something else.
        ViewError: its view has to be given.
    """
    path = bundled().get(str(path)) or (RunFolder(path).embedding if Path(path).is_dir() else Path(path))
    content = tensors.read(path)
    header = content.header
    if header is None or "embedding" not in header:
        raise RequestError(
            f"{path} holds no embedding network of Acutance; runs keep theirs as {RunFolder('').embedding}."
        )
    settings = _settings(header["embedding"], path)
    if view is None and settings["view"] not in VIEWS:
        raise ViewError(f"{path} looks through {settings['view']}: give that function, as load(path, view=...).")
    settings |= {} if view is None else {"view": view}
    weights = {name: each.float() if each.dtype == torch.int8 else each for name, each in content.weights().items()}
    critic = tensors.filled(
        lambda: EmbeddingNetwork(**settings), weights, name="the embedding network of its own header", path=path
    )
    return critic.eval()


def bundled() -> dict[str, Path]:
    """Return the embedding networks that ship, name -> file: the blocks that are compared, which learn no more."""
    return {file.stem: file for file in sorted(BUNDLED.glob("*.safetensors"))}


@torch.no_grad()
def _whole(critic: EmbeddingNetwork) -> dict[str, Tensor]:
    """Return the weights of an embedding network with its kernels as whole numbers of 8 bits.

    The kernel of each channel is divided by its largest value / 63 and rounded; the running statistics of the batch
    normalisation after it are divided likewise, so that it does what it did but for the rounding.
    """
    weights = dict(critic.state_dict())
    for place, block in enumerate(cast("list[nn.Sequential]", list(critic.features)[::2])):
        convolution, norm = cast("tuple[nn.Conv2d, nn.BatchNorm2d]", tuple(block))
        mean, variance = cast("tuple[Tensor, Tensor]", (norm.running_mean, norm.running_var))
        scale = convolution.weight.abs().amax(dim=(1, 2, 3)).clamp(min=1e-12) / LARGEST
        name = f"features.{2 * place}"
        weights[f"{name}.0.weight"] = (convolution.weight / scale[:, None, None, None]).round().to(torch.int8)
        weights[f"{name}.1.running_mean"] = mean / scale
        weights[f"{name}.1.running_var"] = (variance + norm.eps) / scale.square() - norm.eps
    return weights


def _settings(embedding: object, path: Path) -> dict[str, Any]:
    """Return the arguments of an embedding network that a header tells.

    Raises:
        RequestError: it says something else.
    """
    match embedding:
        case {"view": str(view), "logits": str(logits), "patch": int(patch)} if 0 < patch <= LARGEST_PATCH:
            others = cast(Mapping[str, object], embedding)
            bands, blocks = others.get("bands", 3), others.get("blocks", len(CHANNELS))
            if isinstance(bands, int) and 0 < bands <= LARGEST_BANDS and isinstance(blocks, int):
                return {"view": view, "logits": logits, "patch": patch, "bands": bands, "blocks": blocks}
        case _:
            pass
    raise RequestError(f"{path} has a header that describes no embedding network: it is damaged.")
