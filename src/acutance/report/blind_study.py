"""A blind study, as SPSR's Fig. 9: pictures of several methods in random order, ranked by people in a browser.

The page holds the pictures and nothing of the methods: a key beside it says which picture is whose. A browser keeps the
votes and gives them as a file; keys and votes together give the chart.
"""

import json
import random
from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib import resources
from io import BytesIO
from os import PathLike, fspath
from pathlib import Path
from secrets import token_hex
from typing import Any

from PIL import Image

from acutance import images
from acutance.errors import RequestError
from acutance.files import write_json, write_text
from acutance.report.panels import Pixels

MOST = 16
"""Methods that a person can rank beside each other."""
KEY = ".key.json"
"""What stands in place of the page's suffix in the name of its key."""


def write_study(
    methods: Sequence[str | PathLike[str]] | Mapping[str, str | PathLike[str]],
    out: str | PathLike[str] = "study.html",
    *,
    reference: str | PathLike[str] | None = None,
    pictures: int = 20,
    crop: int = 480,
    seed: int | None = None,
) -> Path:
    """Write a page on which the pictures of several methods are ranked without knowing whose they are, and its key.

    Args:
        methods: folders of pictures that share their names; labelled in a mapping, or as LABEL=DIR.
        out: the page; the key is NAME.key.json beside it, and is not for those who rank.
        reference: folder of originals of the same names, shown above the candidates.
        pictures: how many are asked about, drawn at random where there are more.
        crop: pixels a side that are shown of each picture, its middle; 0 for the whole.
        seed: of the order; a new one each time by default.

    Raises:
        RequestError: there are less than two methods, or no picture that all of them have, in one size.
    """
    out, folders = Path(out), _labelled(methods)
    if out.suffix.lower() not in (".html", ".htm"):
        raise RequestError(f"{out}: a study is a page, named FILE.html.")
    if not 2 <= len(folders) <= MOST or pictures < 1 or crop < 0:
        raise RequestError(f"a study takes 2 to {MOST} folders and 1 or more pictures, not {len(folders)}, {pictures}.")
    found = {label: _by_name(folder) for label, folder in folders.items()}
    originals = {} if reference is None else _by_name(Path(reference))
    names = sorted(set.intersection(*map(set, found.values()), *([set(originals)] if reference is not None else [])))
    if not names:
        raise RequestError(f"no picture has the same name in all of {', '.join(map(str, folders.values()))}.")
    order = random.Random(seed)
    questions: list[dict[str, Any]] = []
    key: dict[str, dict[str, str]] = {}
    for name in order.sample(names, min(pictures, len(names))):
        shown = {label: _part(files[name], crop) for label, files in found.items()}
        if len({each.shape for each in shown.values()}) > 1:
            raise RequestError(f"the pictures {name} are not of one size in all of the folders.")
        labels = order.sample(list(shown), len(shown))
        codes = {token_hex(4) if seed is None else f"{order.getrandbits(32):08x}": label for label in labels}
        key[name] = codes
        candidates = [{"code": code, "picture": _uri(shown[label])} for code, label in codes.items()]
        original = _uri(_part(originals[name], crop)) if reference is not None else ""
        questions.append({"name": f"question {len(questions) + 1}", "original": original, "candidates": candidates})
    study = f"{order.getrandbits(64):016x}"
    write_text(out, _page(study, questions))
    write_json(out.with_suffix(KEY), {"study": study, "methods": list(folders), "key": key})
    return out


def _labelled(methods: Sequence[str | PathLike[str]] | Mapping[str, str | PathLike[str]]) -> dict[str, Path]:
    if isinstance(methods, Mapping):
        return {label: Path(folder) for label, folder in methods.items()}
    given = [(fspath(each).rpartition("=") if not Path(each).exists() else ("", "", fspath(each))) for each in methods]
    folders = [(label or Path(folder).name, Path(folder)) for label, _, folder in given]
    if len(dict(folders)) < len(folders):
        raise RequestError("two folders have the same label: give one of them as LABEL=DIR.")
    return dict(folders)


def _by_name(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise RequestError(f"there is no folder {folder}.")
    return {path.stem: path for path in images.find(folder)}


def _part(path: Path, side: int) -> Pixels:
    """Return the middle of a picture, or all of it where `side` is 0."""
    from acutance.data.depth import read

    pixels = read(path, None)
    if not side:
        return pixels
    top, left = (max(0, (length - side) // 2) for length in pixels.shape[:2])
    return pixels[top : top + side, left : left + side]


def _uri(pixels: Pixels) -> str:
    file = BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", optimize=True)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def _page(study: str, questions: Sequence[Mapping[str, Any]]) -> str:
    source = resources.files("acutance.report").joinpath("study.html").read_text(encoding="utf-8")
    told = json.dumps({"study": study, "questions": questions}).replace("<", "\\u003c")
    return source.replace("/*STUDY*/null", told)
