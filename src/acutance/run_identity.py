"""What makes two runs the same: a run is resumed only as what it was, and the first difference is named."""

import json
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any, cast

ADVICE = ("initialised_from", "begins_from")
"""What an experiment says, today and before, of the weights that it is meant to start from."""
DECIDING = ("recipe", "seed", "init", "files", "precision", "experiment")
"""What decides what a run does, beside its pictures."""
LONGEST = 60
"""Characters that are shown of a value."""
UNSAID = {"precision": "32-true"}
"""What holds where a description does not say otherwise: the first ones did not, nor do those of extractors."""

Description = Mapping[str, Any]
"""What was run and on what, as experiment.json has it."""


def other_pictures(then: Description, today: Description) -> str:
    """Return the first picture that is not what it was, and what became of it; empty where all are the same."""
    return _other_pictures(then.get("data", []), today.get("data", []))


def difference(then: Description, today: Description, current_name: Callable[[str], str] = str) -> str:
    """Return the first value that differs, with what it was and is: "seed: 3 then, 4 now"; empty for the same run.

    `current_name` says what a recipe that was written down is called today. One in a file is known by the text of that,
    wherever it lies.
    """
    before, now = _converted(then), UNSAID | json.loads(json.dumps(today))
    before["recipe"] = now["recipe"] if _same_file(before, now) else current_name(before["recipe"])
    found = (_difference(key, before.get(key), now.get(key)) for key in DECIDING)
    return next((each for each in found if each), "")


def is_description(value: object) -> bool:
    """Whether something read from a file has the form of a description."""
    match value:
        case {"recipe": str(), "experiment": {}, "data": [*pictures]}:
            return all(_is_picture(each) for each in pictures)
        case _:
            return False


def _same_file(before: Description, now: Description) -> bool:
    """Whether two recipes are the same row of files with the same text."""
    rows = [str(each["recipe"]).rpartition(".py:")[2] for each in (before, now)]
    texts = [each.get("recipe_sha256") for each in (before, now)]
    return rows[0] == rows[1] and all(texts) and texts[0] == texts[1] and ".py:" in str(before["recipe"])


def _is_picture(value: object) -> bool:
    return isinstance(value, dict) and isinstance(cast(dict[str, Any], value).get("name"), str)


def _converted(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description of an older version as today's would be.

    Weights by gradient ratio were called `Share`.
    """
    return UNSAID | _renamed(description, "Share", "GradientRatio")


def _renamed(value: Any, old: str, new: str) -> Any:
    """Return a description in which whatever was of the kind `old` is of the kind `new`."""
    if not isinstance(value, dict):
        return value
    items = cast(dict[str, Any], value).items()
    return {key: new if (key, item) == ("kind", old) else _renamed(item, old, new) for key, item in items}


def _other_pictures(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> str:
    """Return the first picture that is not what it was, and what became of it; empty where all are the same.

    Of a picture only what was written down then is compared.
    """
    today = {str(each["name"]): each for each in now}
    for each in before:
        name = str(each["name"])
        if name not in today:
            return f"{name} was among them then, and is not now"
        for key, value in each.items():
            if value != today[name].get(key):
                return f"{name} has changed ({_told_apart(key, each, today[name])})"
    known = {str(each["name"]) for each in before}
    added = next((name for name in today if name not in known), None)
    if added is not None:
        return f"{added} was not among them then, and is now"
    return "" if [*today] == [str(each["name"]) for each in before] else "their order is another"


def _told_apart(key: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if key == "bytes":
        return f"{then[key]} bytes then, {now[key]} now"
    what = "LR pixels" if key.startswith("lr") else "pixels"
    return f"{what} of SHA-256 {str(then[key])[:12]} then, {str(now.get(key))[:12]} now"


def _difference(name: str, before: Any, now: Any) -> str:
    """Return what differs with both values, as deep inside as it can be told; empty where two runs are the same.

    Of a loss, and whatever else has a kind, what it says of itself today is compared. What is not said counts as null.
    Files may have moved, and advice on where to start may have other words: their fingerprints tell them apart.
    """
    if isinstance(before, dict) and isinstance(now, dict):
        then, today = cast(dict[str, Any], before), cast(dict[str, Any], now)
        for key in today if "kind" in today else {**then, **today}:
            is_place = key == "source" and "sha256" in today
            if not is_place and key not in ADVICE and (found := _difference(key, then.get(key), today.get(key))):
                return found
        return ""
    if isinstance(before, list) and isinstance(now, list):
        items = zip_longest(cast(list[Any], before), cast(list[Any], now))
        found = next(((number, *pair) for number, pair in enumerate(items) if pair[0] != pair[1]), None)
        return "" if found is None else _difference(f"{name}, item {found[0] + 1}", found[1], found[2])
    return "" if before == now else f"{name}: {_unlike(before, now)} then, {_unlike(now, before)} now"


def _unlike(value: object, other: object) -> str:
    """Return a value as JSON; of a long one the part in which it first differs from the other."""
    text, against = json.dumps(value), json.dumps(other)
    if len(text) <= LONGEST:
        return text
    alike = next((at for at, pair in enumerate(zip(text, against, strict=False)) if pair[0] != pair[1]), len(against))
    start = max(0, alike - LONGEST // 3)
    part = text[start : start + LONGEST - 6]
    return f"{'...' if start else ''}{part}{'...' if start + len(part) < len(text) else ''}"
