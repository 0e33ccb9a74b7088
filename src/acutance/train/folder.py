"""The folder of a run: what was run, its curve, its checkpoints. Whoever reads it can tell the run again."""

import io
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from acutance import critics
from acutance.checkpoints import save
from acutance.critics import EmbeddingNetwork
from acutance.data.lock import locked
from acutance.errors import AcutanceError, RequestError
from acutance.files import atomic, write_json, write_text
from acutance.networks import Network


class RunFolder:
    """`experiment.json`, `recipe.py`, `metrics.jsonl`, `checkpoints/` and `samples/` of one run."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.state = self.path / "checkpoints" / "last.pt"
        self.metrics = self.path / "metrics.jsonl"
        self.description = self.path / "experiment.json"

    def claimed(self) -> AbstractContextManager[None]:
        """Return a claim to the folder, for as long as it is written to; it ends with the process, however that ends.

        Raises:
            RequestError: on entering, another process has claimed it.
        """
        return locked(self.path / ".lock", wait=False)

    def begin(self, description: Mapping[str, object], recipe: str, *, resume: bool) -> None:
        """Write down what is run, or make sure that a run that is resumed was the same.

        Raises:
            RequestError: the folder holds a run and `resume` is off, or that run was another one.
        """
        if not self.description.exists():
            write_json(self.description, description)
            write_text(self.path / "recipe.py", recipe)
            return
        if not resume:
            raise RequestError(f"{self.path} already holds a run; go on with it by --resume, or name another --out.")
        # Runs from before precision was written down computed in 32 bits.
        then = {"precision": "32-true", **json.loads(self.description.read_text(encoding="utf-8"))}
        before, now = _contents(then), _contents(_read({"precision": "32-true", **description}))
        for key in ("recipe", "seed", "data", "init", "files", "precision", "experiment"):
            if before.get(key) != now.get(key):
                raise RequestError(f"{self.path} holds a run with another {_difference(key, before, now)}.")

    def append(self, values: Mapping[str, object]) -> None:
        """Add a line to the curve."""
        try:
            with self.metrics.open("a", encoding="utf-8") as file:
                file.write(json.dumps(values) + "\n")
        except OSError as error:
            raise AcutanceError(f"cannot write {self.metrics}: {error.strerror}.") from error

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Write everything needed to go on."""
        content = io.BytesIO()  # torch.save to a path words a full disk as an internal error
        torch.save(dict(state), content)
        with atomic(self.state) as temporary:
            temporary.write_bytes(content.getbuffer())

    def load_state(self) -> dict[str, Any] | None:
        """Return the saved state, None where there is none yet, and cut the curve back to it."""
        if not self.state.exists():
            self.metrics.unlink(missing_ok=True)
            return None
        state: dict[str, Any] = torch.load(self.state, map_location="cpu", weights_only=True)
        kept = [line for line in self._lines() if line["step"] <= state["step"]]
        write_text(self.metrics, "".join(json.dumps(line) + "\n" for line in kept))
        return state

    def save_network(self, which: str, network: Network, card: Mapping[str, object]) -> Path:
        """Write the weights as checkpoints/`which`.safetensors."""
        path = self.path / "checkpoints" / f"{which}.safetensors"
        save(path, network, card)
        return path

    def save_critic(self, critic: nn.Module, card: Mapping[str, object]) -> None:
        """Write an embedding network, so that another run may use it frozen (Table V); other critics only resume."""
        if isinstance(critic, EmbeddingNetwork):
            critics.save(self.path / critics.IN_RUN, critic, card)

    def finished(self) -> bool:
        """Whether the run got to its last step."""
        card = self.path / "finished.json"
        return card.exists()

    def finish(self, summary: Mapping[str, object]) -> None:
        """Mark the run as finished."""
        write_json(self.path / "finished.json", summary)

    def _lines(self) -> list[dict[str, Any]]:
        if not self.metrics.exists():
            return []
        lines = self.metrics.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]


def _read(description: Mapping[str, object]) -> dict[str, Any]:
    """Return a description as it will be read back from its file."""
    return json.loads(json.dumps(description))


def _contents(value: Any) -> Any:
    """Return a description without the places of files, which may have moved: their fingerprints tell them apart."""
    if not isinstance(value, dict):
        return value
    items = cast(dict[str, Any], value).items()
    return {key: _contents(item) for key, item in items if not (key == "source" and "sha256" in value)}


def _difference(key: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return the name of what differs with both values, as deep inside as it can be told."""
    old, new = before.get(key), now.get(key)
    if isinstance(old, dict) and isinstance(new, Mapping):
        inner = next(name for name in {**old, **new} if old.get(name) != new.get(name))
        return _difference(inner, old, new)
    return f"{key}: {_short(old)} then, {_short(new)} now"


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."
