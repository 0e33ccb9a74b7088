"""An embedding network in a file: safetensors, whose header says what it looks at."""

from collections.abc import Mapping
from pathlib import Path

from acutance import tensors
from acutance.critics.embedding import EmbeddingNetwork
from acutance.critics.views import VIEWS, View
from acutance.errors import RequestError
from acutance.run_folder import RunFolder

FORMAT = 1


def save(path: str | Path, critic: EmbeddingNetwork, card: Mapping[str, object] | None = None) -> None:
    """Write an embedding network, with what rebuilds it and a card of plain values (which run it comes from).

    Raises:
        AcutanceError: the file cannot be written.
    """
    embedding = {"view": critic.view, "logits": critic.logits, "patch": critic.patch}
    header = {"format": FORMAT, "embedding": embedding, "card": dict(card or {})}
    tensors.write_weights(path, critic.state_dict(), header)


def load(path: str | Path, view: View | None = None) -> EmbeddingNetwork:
    """Return the embedding network in a file, or in the folder of a run, in evaluation mode.

    `view` is the function through which it looks, where that is none of `views.VIEWS`: a file keeps its name alone.

    Raises:
        RequestError: there is no such file, it holds something else, or its view has to be given.
    """
    path = RunFolder(path).embedding if Path(path).is_dir() else Path(path)
    weights = tensors.read_weights(path)
    header = tensors.read_header(path) if path.suffix == ".safetensors" else None
    if header is None or "embedding" not in header:
        raise RequestError(
            f"{path} holds no embedding network of Acutance; runs keep theirs as {RunFolder('').embedding}."
        )
    named = header["embedding"].pop("view")
    if view is None and named not in VIEWS:
        raise RequestError(f"{path} looks through {named}: give that function, as load(path, view=...).")
    critic = EmbeddingNetwork(view or named, **header["embedding"])
    tensors.fill(critic, weights, name="the embedding network of its own header", path=path)
    return critic.eval()
