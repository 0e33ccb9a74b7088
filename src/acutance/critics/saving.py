"""An embedding network in a file: safetensors, whose header says what it looks at."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from acutance import tensors
from acutance.critics.embedding import EmbeddingNetwork
from acutance.critics.views import VIEWS, View
from acutance.errors import RequestError
from acutance.run_folder import RunFolder

FORMAT = 1
LARGEST_PATCH, LARGEST_BANDS = 2048, 512
"""Pixels a side, and bands, that a file may ask for."""


def save(path: str | Path, critic: EmbeddingNetwork, card: Mapping[str, object] | None = None) -> None:
    """Write an embedding network, with what rebuilds it and a card of plain values (which run it comes from).

    Raises:
        AcutanceError: the file cannot be written.
    """
    embedding = dict(critic.settings())
    header = {"format": FORMAT, "embedding": embedding, "card": dict(card or {})}
    tensors.write_weights(path, critic.state_dict(), header)


def load(path: str | Path, view: View | None = None) -> EmbeddingNetwork:
    """Return the embedding network in a file, or in the folder of a run, in evaluation mode.

    `view` is the function through which it looks, where that is none of `views.VIEWS`: a file keeps its name alone.

    Raises:
        RequestError: there is no such file, it holds something else, or its view has to be given.
    """
    path = RunFolder(path).embedding if Path(path).is_dir() else Path(path)
    content = tensors.read(path)
    header = content.header
    if header is None or "embedding" not in header:
        raise RequestError(
            f"{path} holds no embedding network of Acutance; runs keep theirs as {RunFolder('').embedding}."
        )
    named, logits, patch, bands = _settings(header["embedding"], path)
    if view is None and named not in VIEWS:
        raise RequestError(f"{path} looks through {named}: give that function, as load(path, view=...).")
    critic = tensors.filled(
        lambda: EmbeddingNetwork(view or named, logits, patch, bands),
        content.weights(),
        name="the embedding network of its own header",
        path=path,
    )
    return critic.eval()


def _settings(embedding: object, path: Path) -> tuple[str, str, int, int]:
    """Return the view, the kind of logits and the patch of a header.

    Raises:
        RequestError: it says something else.
    """
    match embedding:
        case {"view": str(view), "logits": str(logits), "patch": int(patch)} if 0 < patch <= LARGEST_PATCH:
            bands = cast(Mapping[str, object], embedding).get("bands", 3)
            if isinstance(bands, int) and 0 < bands <= LARGEST_BANDS:
                return view, logits, patch, bands
        case _:
            pass
    raise RequestError(f"{path} has a header that describes no embedding network: it is damaged.")
