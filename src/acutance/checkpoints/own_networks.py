"""Networks that a Python file of somebody's own defines, found again from a run.

A file of weights names the class of such a network, its settings, and the checksum of its program, which lies beside
it: `recipe.py` in the folder of a run, NAME.py beside NAME.safetensors. To load the network is to run that program, so
that it has to be trusted, but where this very text was run already.
"""

import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from torch import nn

from acutance.checkpoints.identity import Checkpoint
from acutance.errors import RequestError, unknown
from acutance.files import text_of
from acutance.networks import Code, Network, Own, OwnConfig, network_of
from acutance.networks.base import Config
from acutance.networks.own import INNER, KNOWN, Known, remember
from acutance.programs import names_in
from acutance.run_folder import RunFolder, run_of
from acutance.tensors import Weights
from acutance.tensors import fill as fill_module


def own(checkpoint: Checkpoint, *, trust: bool) -> Network:
    """Return the network of somebody's own in a file, with its weights.

    Args:
        checkpoint: what is in the file.
        trust: run its program, where that was not run already.

    Raises:
        RequestError: its program is missing, another, not trusted or fails; or the weights do not fit it.
    """
    path, code, found = checkpoint.path, checkpoint.code, checkpoint.network
    assert found is not None, "its header names a network"
    if code is None:
        raise RequestError(
            f"{path} holds {found.name}, a network that Acutance has not, and does not say where its program is."
        )
    known = KNOWN.get((code["sha256"], code["class"])) or _run(path, found.name, code, trust=trust)
    network = _built(path, known, found.config)
    remember(network, known.code)
    fill_module(network, checkpoint.weights, name=f"{found.name} x{network.scale}", path=path)
    return network


def of_own(weights: Weights, network: Own) -> Weights:
    """Return weights as the module's own code names them, under the names that they have in ours."""
    if any(key in network.state_dict() for key in weights):
        return weights
    return {f"{INNER}{key}": tensor for key, tensor in weights.items()}


def own_names(weights: Weights) -> Weights:
    """Return the weights of an `Own` under the names that the module's own code uses."""
    return {key.removeprefix(INNER): tensor for key, tensor in weights.items()}


def _run(path: Path, name: str, code: Mapping[str, str], *, trust: bool) -> Known:
    """Run the program of a network, and return what it has of it."""
    program = _program(path, name, code)
    if not trust:
        raise RequestError(
            f"{path} holds {name}, a network of somebody's own, and to load it {program} would be run: whoever made "
            "the run decided what that does. Read it, and allow it by --trust (trust=True in Python)."
        )
    place = Path(code["file"].rpartition(".py:")[0] or ".").parent
    names = names_in(program, Path(), place)
    if code["class"] not in names and code["module"] in sys.modules:
        names = vars(sys.modules[code["module"]])
    kind, config = names.get(code["class"]), names.get(code["config"], OwnConfig)
    if not isinstance(kind, type) or not issubclass(kind, nn.Module) or not isinstance(config, type):
        raise unknown(f"network in {program}", code["class"], {key for key in names if not key.startswith("_")})
    return Known(kind, config, Code(text_of(program) or "", code["file"]))


def _program(path: Path, name: str, code: Mapping[str, str]) -> Path:
    """Return the program of a network: that of its run, or what lies beside the file under its name."""
    run = run_of(path)
    places = [*([RunFolder(run).recipe] if run else []), path.with_suffix(".py")]
    there = [place for place in places if place.is_file()]
    for place in there:
        if sha256(place.read_bytes()).hexdigest() == code["sha256"]:
            return place
    fault = f"{there[0]} is another" if there else f"it is not at {places[0]}"
    raise RequestError(f"{path} holds {name}, a network of somebody's own, from the program {code['file']}; {fault}.")


def _built(path: Path, known: Known, config: Config) -> Network:
    """Return the network with fresh weights."""
    assert isinstance(config, OwnConfig)
    settings = dict(config.settings)
    try:
        if known.config is OwnConfig:
            return Own(known.kind(**settings))
        network = known.kind(known.config(**settings))
    except Exception as error:  # whatever the constructor of a stranger does
        raise RequestError(
            f"{path} holds a network that its program does not make: {type(error).__name__}: {error}"
        ) from error
    return network_of(network)
