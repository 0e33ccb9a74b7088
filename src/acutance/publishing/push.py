"""`acutance.push`: the weights of a run and their card, in one commit on the Hub."""

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from acutance.checkpoints import load, locate, save
from acutance.errors import RequestError
from acutance.files import text_of
from acutance.hub import FILE, HubFile, library, on_hub, reported
from acutance.hub.client import TOKEN
from acutance.publishing.card import Card
from acutance.publishing.without_folders import plain
from acutance.run_folder import RunFolder, run_of
from acutance.scores.results import Results
from acutance.tensors import read

CARD = "README.md"
MESSAGE = "Weights and card by acutance push"


@dataclass(frozen=True)
class Pushed:
    """What lies on the Hub: the address that `acutance.load` takes, the page, the commit, and who may see it."""

    address: str
    page: str
    commit: str
    private: bool


def push(
    run: str | PathLike[str],
    repository: str,
    *,
    licence: str | None = None,
    public: bool = False,
    scores: str | PathLike[str] | None = None,
) -> Pushed:
    """Push the weights of a run to the Hugging Face Hub, with a card made from the run (`card_of`).

    The repository is made where there is none, private unless `public` says otherwise; one that is there stays as it
    is, and has to be named as public where it is. Weights and card that were there are replaced, and stay in its
    history.

    Args:
        run: its folder, or a .safetensors file of ours.
        repository: owner/name.
        licence: under which others may use the weights; the card says where none was given.
        public: everybody may see it.
        scores: a file that `acutance evaluate --json` wrote, for the card.

    Raises:
        RequestError: the run has no weights or such of a program of one's own, `repository` is no owner/name, or is
            public and that was not said; there is no token, it is not taken, or huggingface_hub is not installed.
        AcutanceError: the Hub does not answer, or says no.
    """
    asked, weights = _place(repository), _weights(run)
    card = card_of(run, repository, licence=licence, scores=scores).text()
    hub = library()
    if hub.get_token() is None:
        raise RequestError(f"pushing to {repository} needs a token of the Hub that may write there ({TOKEN}).")
    if not sys.stderr.isatty():
        hub.utils.disable_progress_bars()
    with reported(hub, asked), tempfile.TemporaryDirectory(prefix="acutance-") as folder:
        private = _made(hub, asked, public)
        parts = {CARD: card.encode(), FILE: str(_without_folders(weights, Path(folder) / FILE))}
        operations = [hub.CommitOperationAdd(path_in_repo=name, path_or_fileobj=each) for name, each in parts.items()]
        made = hub.HfApi().create_commit(asked.repository, operations, commit_message=MESSAGE)
    return Pushed(f"{asked}@{made.oid}", f"{hub.constants.ENDPOINT}/{asked.repository}", made.oid, private)


def card_of(
    run: str | PathLike[str],
    repository: str,
    *,
    licence: str | None = None,
    scores: str | PathLike[str] | None = None,
) -> Card:
    """Return the card of a run, as `push` would write it; raises as that does."""
    _place(repository)
    weights = _weights(run)
    header, network = _header(weights), load(weights)
    place = run_of(weights)
    folder = RunFolder(place) if place is not None else None
    return Card(
        repository,
        network.name,
        network.scale,
        network.size(),
        header,
        (folder.told() or {}) if folder else {},
        (text_of(folder.config) or "") if folder else "",
        licence,
        None if scores is None else _scores(Path(scores)),
    )


def _made(hub: Any, asked: HubFile, public: bool) -> bool:
    """Make the repository where there is none, and tell whether it is private."""
    api = hub.HfApi()
    try:
        private = bool(api.model_info(asked.repository).private)
    except hub.errors.RepositoryNotFoundError:
        api.create_repo(asked.repository, private=not public)
        return not public
    if not private and not public:
        raise RequestError(f"{asked.repository} is there already, and public: say --public to push to it.")
    return private


def _place(repository: str) -> HubFile:
    asked = HubFile.of(repository)
    if asked.file or asked.revision:
        raise RequestError(f"{repository} is more than a repository: name it as owner/name.")
    return asked


def _weights(run: str | PathLike[str]) -> Path:
    """Return the file of weights that is to be pushed, once it is known to be one of ours that others can load."""
    if on_hub(run):
        raise RequestError(f"{run} is on the Hub already.")
    path = locate(Path(run))
    header: Mapping[str, Any] | None = read(path).header
    if header is None:
        raise RequestError(
            f"{path} is no file of ours, which says what network it holds: "
            "`acutance export` makes one of it, with --out NAME.safetensors."
        )
    if header.get("code"):
        raise RequestError(
            f"{path} holds a network of a program of one's own, which nobody could load from the Hub: "
            "what is fetched from there is weights and no code."
        )
    return path


def _header(weights: Path) -> dict[str, Any]:
    """Return the card in the header of a file of weights."""
    return plain((read(weights).header or {}).get("card") or {})


def _without_folders(weights: Path, target: Path) -> Path:
    """Write the same network with a header in which no folder of this machine stands."""
    save(target, load(weights), _header(weights))
    return target


def _scores(path: Path) -> Results:
    try:
        return Results.from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise RequestError(f"cannot read the scores in {path}: {error.strerror}.") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise RequestError(f"{path} holds no scores, such as `acutance evaluate --json` writes.") from error
