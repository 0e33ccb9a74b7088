"""What a file of weights holds, and which of its tensors are the network that upscales."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acutance.checkpoints.bridge import describes_bridged, is_bridged
from acutance.checkpoints.header import demand_network, describes_own, of_header
from acutance.errors import RequestError
from acutance.networks import NETWORKS, Recognised, identified, ours, stranger
from acutance.networks.own import is_own_name
from acutance.networks.strangers import Stranger
from acutance.tensors import Content, View, Weights, demand_sound, short
from acutance.tensors import read as read_content


@dataclass(frozen=True)
class Checkpoint:
    """What is in a file.

    Attributes:
        path: where it lies.
        weights: under our names, found sound.
        network: what they belong to; None where Acutance has no such network.
        strange: what it is then, where that is known.
        header: whether the file says so itself, being ours.
        code: where the program of a network of somebody's own is (`header.CODE`); None where it does not say.
        own: whether it is such a network.
    """

    path: Path
    weights: Weights
    network: Recognised | None
    strange: Stranger | None = None
    header: bool = False
    code: Mapping[str, Any] | None = None
    own: bool = False


@dataclass(frozen=True)
class Hit:
    """A view of a file that is known for something."""

    view: View
    weights: Weights
    network: Recognised | None
    strange: Stranger | None


def read(path: Path, scale: int | None = None, keys: Sequence[str] = ()) -> Checkpoint:
    """Return what is in a file, by its header or by its keys.

    Args:
        path: of the file.
        scale: decides where keys and shapes leave it open.
        keys: that are looked for; of weights that no one knows, those are taken that have most of them.

    Raises:
        RequestError: the file is no checkpoint, holds several networks or none, or tensors that cannot be used.
    """
    content = read_content(path)
    checkpoint = _by_keys(content, scale, keys) if content.header is None else _by_header(content)
    demand_sound(checkpoint.weights, path)
    return checkpoint


def _by_header(content: Content) -> Checkpoint:
    header, path, weights = content.header or {}, content.path, ours(content.views[0].weights)
    demand_network(header, path)
    if is_bridged(header["network"]):
        return Checkpoint(path, weights, describes_bridged(header, path), header=True)
    if "code" in header or is_own_name(header["network"]):
        found, code = describes_own(header, path)
        return Checkpoint(path, content.views[0].weights, found, header=True, code=code, own=True)
    known = header["network"] in NETWORKS
    return Checkpoint(path, weights, of_header(header, path) if known else None, header=True)


def _by_keys(content: Content, scale: int | None, keys: Sequence[str]) -> Checkpoint:
    path = content.path
    hit = _the_network(content, scale)
    if hit is not None:
        return Checkpoint(path, hit.weights, hit.network, hit.strange)
    networks = [view for view in content.views if view.rank < 2]
    if not networks:
        raise RequestError(f"{path} holds {short(content.views[0].name)}, no network that makes pictures.")
    wanted = set(keys)
    best = max(networks, key=lambda view: (len(wanted & view.weights.keys()), view.size))
    return Checkpoint(path, ours(best.weights), None)


def _the_network(content: Content, scale: int | None) -> Hit | None:
    """Return the one view that is known for a network, the average first; None where none is.

    Raises:
        RequestError: there are several.
    """
    for rank in (0, 1):
        views = [view for view in content.views if view.rank == rank]
        hits = [_known(view, content.path, scale) for view in views]
        named = [hit for hit in hits if hit.network or (hit.strange and hit.strange.makes_pictures)]
        found = [hit for hit in named if hit.network] or named
        if found:
            _demand_one(found[0], hits, content.path)
            return found[0]
    return next((hit for view in content.views if (hit := _known(view, content.path, scale)).strange), None)


def _known(view: View, path: Path, scale: int | None) -> Hit:
    try:
        weights = ours(view.weights)
        strange = stranger(weights)
        return Hit(view, weights, None if strange else identified(weights, scale), strange)
    except RequestError as error:
        raise RequestError(f"{path} holds a network that Acutance cannot build: {error}") from error
    except (ValueError, LookupError) as error:
        raise RequestError(f"{path} holds tensors of shapes that no network has: it is damaged.") from error


def _demand_one(hit: Hit, hits: Sequence[Hit], path: Path) -> None:
    """Refuse another network beside the one that was found."""
    other = next((each for each in hits if _rivals(hit, each)), None)
    if other is not None:
        names = " and ".join(short(each.view.name) or "one without a name" for each in (hit, other))
        raise RequestError(f"{path} holds several networks, {names}: keep the one that is meant in a file of its own.")


def _rivals(hit: Hit, other: Hit) -> bool:
    """Tell another network: layers that are no part of the first one's view, and are not known to make no pictures."""
    one, two = hit.view.name, other.view.name
    if not any(tensor.dim() > 1 for tensor in other.weights.values()) or _same(hit, other):
        return False
    if other.strange is not None and not other.strange.makes_pictures:
        return False
    return other.network is not None or not (one.startswith(two) or two.startswith(one))


def _same(hit: Hit, other: Hit) -> bool:
    one, two = hit.weights, other.weights
    return one.keys() == two.keys() and all(one[key] is two[key] for key in one)
