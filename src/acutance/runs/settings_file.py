"""The settings of a run in a file, run.toml: every option of `acutance.train`, and no other name."""

import inspect
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from os import PathLike, fspath
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from acutance.errors import RequestError, unknown

HEAD = """\
# What this run was asked for: the options of `acutance train` by their names. To make it once more, elsewhere:
#     acutance train --config {path} --out ANOTHER
"""
NOT_IN_A_FILE = ("config", "resume", "check", "trust")
"""Options that are said each time."""
PLACES = ("data", "init", "test", "cache", "vgg", "squeezenet", "resnet", "embedding", "extractor", "weights", "config")
"""Options that name files and folders; `lr`, `validate` and `recipe` may."""
KINDS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("scale", "steps", "batch", "patch", "seed", "every", "devices", "nodes", "white_level"), (int,)),
    **dict.fromkeys(("accumulate", "workers", "patience", "critic_steps"), (int,)),
    **dict.fromkeys(("learning_rate", "average", "clip"), (int, float)),
    "compile": (bool,),
}
"""What the value of an option is, where it is not text; texts of these may be several in a list:"""
LISTS = ("data", "lr", "without", "freeze", "validate", "metrics", "log")

P = ParamSpec("P")
R = TypeVar("R")


def read_settings(path: str | Path, names: Sequence[str]) -> dict[str, Any]:
    """Return what a settings file says, by the names of options.

    Args:
        path: of a TOML file whose keys are options; "learning-rate" and "learning_rate" are one.
        names: of the options that there are.

    Raises:
        RequestError: there is no such file, it is no TOML, or a key or a value is none of an option.
    """
    path = Path(path)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RequestError(f"cannot read the settings in {path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestError(f"{path} is no TOML: {str(error).rstrip('.')}.") from error
    found = {key.replace("-", "_"): value for key, value in told.items()}
    for name, value in found.items():
        if name in NOT_IN_A_FILE:
            raise RequestError(f"{path}: {name} is said on the command line, not in a file.")
        if name not in names:
            raise unknown(f"setting in {path}", name, [each for each in names if each not in NOT_IN_A_FILE])
        _demand_kind(path, name, value)
    return found


def settings_text(asked: Mapping[str, object], path: Path) -> str:
    """Return the options of a run as the text of a settings file, places in full so that it holds anywhere.

    What is None is left out, and so is `out`, which is another each time.
    """
    lines = [
        f"{name} = {_toml(value)}"
        for name, each in asked.items()
        if name not in (*NOT_IN_A_FILE, "out") and (value := _plain(name, each)) is not None
    ]
    return HEAD.format(path=json.dumps(str(path)) if " " in str(path) else path) + "\n".join(lines) + "\n"


def configurable(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function take from the settings file `config` whatever else it is not told."""
    names = list(inspect.signature(function).parameters)

    @wraps(function)
    def with_settings(*arguments: P.args, **named: P.kwargs) -> R:
        told = dict(zip(names, arguments, strict=False)) | named
        config = told.get("config")
        if config is not None:
            told = read_settings(cast(Path, config), names) | told
        return cast(Callable[..., R], function)(**told)

    return with_settings


def _demand_kind(path: Path, name: str, value: object) -> None:
    kinds = KINDS.get(name, (str,))
    items = cast(list[object], value) if name in LISTS and isinstance(value, list) else [value]
    for item in items:
        if not isinstance(item, kinds) or (isinstance(item, bool) and bool not in kinds):
            wanted = {str: "a text", bool: "true or false", int: "a whole number"}[kinds[0]]
            wanted = "a number" if float in kinds else wanted
            raise RequestError(f"{path}: {name} is {json.dumps(item, default=str)}; it must be {wanted}.")


def _plain(name: str, value: object) -> object:
    """Return a value as a file may hold it; None for one that says nothing, or that no file can hold."""
    if value is None or value == () or value == []:
        return None
    if name == "recipe":
        return _recipe(value)
    if isinstance(value, str | PathLike):
        return _in_full(name, fspath(value))
    if isinstance(value, Sequence | set | frozenset):
        return [_in_full(name, fspath(each)) for each in cast(Sequence[str], value)]
    return value


def _recipe(value: object) -> str | None:
    name = value if isinstance(value, str) else str(getattr(value, "name", ""))
    place, _, row = name.rpartition(":")
    return f"{Path(place).resolve()}:{row}" if place.endswith(".py") else name or None


def _in_full(name: str, text: str) -> str:
    may_be_one = name in ("lr", "validate") and Path(text).exists()
    bundled = name in ("init", "extractor", "embedding") and not Path(text).exists()
    return str(Path(text).resolve()) if (name in PLACES and not bundled) or may_be_one else text


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in cast(list[object], value))}]"
    if isinstance(value, str):
        return json.dumps(value.encode("utf-8", "backslashreplace").decode(), ensure_ascii=False).replace(
            "\x7f", "\\u007f"
        )
    return repr(value).lower() if isinstance(value, bool) else repr(value)
