"""What a run was asked for, as strangers may read it: the names of files and folders, and not where they lie here."""

import json
import re
import shlex
import tomllib
from collections.abc import Mapping
from typing import Any, cast

_FROM = re.compile(r"[/~\\]|[A-Za-z]:[/\\]|\.\.[/\\]")
"""How a path begins that tells of a machine."""


def command(words: object) -> str:
    """Return the command of a run as a shell reads it; nothing where it was a program of somebody's own.

    >>> command(["acutance", "train", "pcl:edsr_s", "--data=/home/me/photos/", "--init", "hf:owner/name"])
    'acutance train pcl:edsr_s --data=photos --init hf:owner/name'
    """
    if not isinstance(words, list) or words[:1] != ["acutance"]:
        return ""
    return shlex.join(_option(str(word)) for word in cast(list[object], words))


def settings(text: str) -> str:
    """Return the settings file of a run as TOML; nothing where it is none.

    >>> print(settings('data = ["/home/me/photos"]'), end="")
    data = ["photos"]
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return ""
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in plain(told).items())


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values, nested ones too, in which a path says no more than its name.

    >>> plain({"recipe": "/home/me/mine.py:sharp", "data": ["C:\\\\me\\\\photos"], "step": 3})
    {'recipe': 'mine.py:sharp', 'data': ['photos'], 'step': 3}
    """
    return {name: _plain(value) for name, value in values.items()}


def _option(word: str) -> str:
    name, equals, value = word.partition("=")
    return f"{name}={_name(value)}" if equals and name.startswith("--") else _name(word)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _name(value)
    if isinstance(value, list):
        return [_plain(each) for each in cast(list[object], value)]
    return plain(cast(Mapping[str, Any], value)) if isinstance(value, Mapping) else value


def _name(text: str) -> str:
    """Return the last part of a path from a root, or of each in a list with commas; any other text as it is."""
    return ",".join(_last(each) if _FROM.match(each) else each for each in text.split(","))


def _last(path: str) -> str:
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]
