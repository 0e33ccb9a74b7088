"""Fields of a config as a file or a caller gives them, held against the types that they must have."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from math import isfinite
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from acutance.errors import RequestError, unknown
from acutance.networks.base import Config

KINDS = {int: "a whole number", float: "a finite number", bool: "true or false", str: "a text", NoneType: "nothing"}


def demand_fields(name: str, config: Config, values: Mapping[str, Any]) -> None:
    """Raise RequestError where a value is of no field of a network's config, or not of its type.

    Args:
        name: what the network is called.
        config: any config of its class.
        values: what is to be put into it.
    """
    hints = get_type_hints(type(config))
    known = {field.name: hints[field.name] for field in fields(config)}
    for key, value in values.items():
        if key not in known:
            raise unknown(f"field of {name}", str(key)[:80], known)
        if not _fits(value, known[key]):
            raise RequestError(f"{name} takes {_kind(known[key])} as {key}, not {str(value)[:80]!r}.")


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    if get_origin(hint) is Sequence:
        return isinstance(value, list | tuple) and all(_fits(each, get_args(hint)[0]) for each in value)
    if isinstance(value, bool) or hint in (bool, str, NoneType):
        return hint is type(value)
    return isinstance(value, Integral) if hint is int else isinstance(value, Real) and isfinite(value)


def _kind(hint: Any) -> str:
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_kind(each) for each in get_args(hint))
    return "whole numbers" if get_origin(hint) is Sequence else KINDS[hint]
