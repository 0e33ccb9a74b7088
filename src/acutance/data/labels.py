"""What the names of folders and files say of the pictures in them: HR or LR, for which scale, made how.

No data set is known by name here. `DIV2K_train_LR_bicubic`, `LRbicx4`, `LQ`, `X4` and `0001x4` are words that stand for
a role, a scale and a way of making LR; what is left of a name, `DIV2K_train` or `0001`, is what HR and LR share.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Role = Literal["hr", "lr", ""]
KINDS = {"bic": "bicubic", "bi": "bicubic"}
"""Short words for a way of making LR."""
_KIND = "bicubic|bic|bi|bd|dn|unknown|mild|wild|difficult|blur|noise|jpeg|real"
_ROLE = re.compile(rf"(?P<role>hr|hq|gt|lr|lq)(?P<kind>{_KIND})?(?:mod\d+)?(?:x?(?P<scale>[12348]))?", re.IGNORECASE)
_SCALE = re.compile(r"(?:x(?P<scale>[12348])|(?P<before>[2348])x)(?P<variant>w\d*|[md])?", re.IGNORECASE)
_KIND_AND_SCALE = re.compile(r"(?P<kind>bicubic|bic|bi|bd)x(?P<scale>[2348])", re.IGNORECASE)
_ENDING = re.compile(r"(?<=.)x(?P<scale>[2348])(?P<variant>w\d*|[md])?$", re.IGNORECASE)
_PHRASES = (
    (re.compile(r"(?:high|hi)[ _-]?res(?:olution)?(?![a-z])", re.IGNORECASE), "HR"),
    (re.compile(r"(?:low|lo)[ _-]?res(?:olution)?(?![a-z])", re.IGNORECASE), "LR"),
    (re.compile(r"ground[ _-]?truths?", re.IGNORECASE), "GT"),
    (re.compile(r"SRF[ _-]?(?=[2348](?!\d))", re.IGNORECASE), "x"),
)
"""Words that are written as two, and the SRF_4 of SelfExSR."""
_MAYBE: dict[str, Role] = {
    "input": "lr", "inputs": "lr", "low": "lr", "target": "hr", "targets": "hr", "high": "hr", "original": "hr",
    "originals": "hr", "label": "hr", "labels": "hr", "clean": "hr", "reference": "hr", "references": "hr",
    "degraded": "lr", "distorted": "lr",
}  # fmt: skip
_IDLE = frozenset({"sub", "images", "image", "img", "patches"})
"""Words that mean nothing beside a role: DIV2K_train_HR_sub and X4_sub."""


@dataclass(frozen=True)
class Label:
    """What a name says.

    Attributes:
        role: of its pictures, "" where nothing is said.
        sure: whether the role is a word of the field, such as LR, rather than one that photographs bear too.
        scale: of LR, or that HR was cropped for; None where nothing is said.
        kind: how LR was made, such as "bicubic" or "unknown"; "" where nothing is said.
        variant: which of several LR of one HR, such as the w2 of 0001x4w2.
        rest: the name without all that.
    """

    role: Role = ""
    sure: bool = False
    scale: int | None = None
    kind: str = ""
    variant: str = ""
    rest: str = ""

    @property
    def says(self) -> bool:
        """Whether the name says anything."""
        return bool(self.role or self.scale)


@lru_cache(maxsize=4096)
def of_folder(name: str, *, within_lr: bool = False) -> Label:
    """Return what the name of a folder says; `within_lr` as it stands in a folder of LR, where a way is a way.

    >>> of_folder("DIV2K_train_LR_bicubic").kind, of_folder("X4").scale, of_folder("GTmod12").role
    ('bicubic', 4, 'hr')
    """
    words = [word for word in re.split(r"[_\-. ()\[\]]+|(?<=[a-z])(?=[A-Z])", _plain(name)) if word]
    other = [at for at, word in enumerate(words) if not _of_word(word, True) and word.lower() not in _IDLE]
    last = max(other, default=-1)
    label, rest = Label(), list[str]()
    for at, word in enumerate(words):
        found = _of_word(word, label.role == "lr" or within_lr)
        if found is None or (found.role == "hr" and 0 < at < last):  # my_hr_photos is no folder of a data set
            rest.append(word)
        else:
            label = _both(label, found)
    if label.kind == "bicubic" and not label.role and not within_lr:  # train_sharp_bicubic beside train_sharp
        label = replace(label, role="lr")
    if label.says:
        rest = [word for word in rest if word.lower() not in _IDLE]
    return replace(label, rest="_".join(rest) if label.says or label.kind else name)


@lru_cache(maxsize=4096)
def of_stem(stem: str) -> Label:
    """Return what the name of a file says, without its suffix: roles at its ends, scales anywhere between dashes.

    >>> of_stem("img_001_SRF_4_HR").rest, of_stem("0001x4w2").variant, of_stem("Canon_001_LR4").scale
    ('img_001', 'w2', 4)
    """
    parts = re.split(r"([_\-. ()\[\]]+)", _plain(stem))
    words, seps = parts[::2], ["", *parts[1::2]]
    found = [_of_word(word, True) for word in words]
    last = max((at for at, each in enumerate(found) if each is None), default=-1)
    label, rest = Label(), ""
    for at, (word, sep, each) in enumerate(zip(words, seps, found, strict=True)):
        if each is not None and (at > last or (at == 0 and each.sure) or (each.scale and not each.sure)):
            label = _both(label, each)
        else:
            rest += (sep if rest else "") + word
    if not label.scale and (ending := _ENDING.search(rest)):
        label = _both(label, Label(scale=int(ending["scale"]), variant=ending["variant"] or ""))
        rest = rest[: ending.start()].rstrip("_-. ")
    if not label.says and label.kind == "bicubic":  # 0001_bicubic
        label = replace(label, role="lr")
    return replace(label, rest=rest) if label.says else Label(rest=stem)


def _plain(name: str) -> str:
    for phrase, word in _PHRASES:
        name = phrase.sub(word, name)
    return name


def _of_word(word: str, within_lr: bool) -> Label | None:
    if found := _ROLE.fullmatch(word):
        role: Role = "lr" if found["role"].lower().startswith("l") else "hr"
        scale = int(found["scale"]) if found["scale"] else None
        return Label(role, True, scale, _kind(found["kind"]))
    if found := _SCALE.fullmatch(word):
        scale = int(found["scale"] or found["before"])
        return Label("hr" if scale == 1 else "", False, scale, variant=found["variant"] or "")
    if found := _KIND_AND_SCALE.fullmatch(word):
        return Label("lr", False, int(found["scale"]), _kind(found["kind"]))
    if word.lower() in _MAYBE:
        return Label(_MAYBE[word.lower()])
    if re.fullmatch("bicubic|bic", word, re.IGNORECASE) or (within_lr and re.fullmatch(_KIND, word, re.IGNORECASE)):
        return Label(kind=_kind(word))
    return None


def _kind(word: str | None) -> str:
    return "" if word is None else KINDS.get(word.lower(), word.lower())


def _both(one: Label, other: Label) -> Label:
    """Return what two words of one name say together: a sure role goes before one that is not."""
    takes = other.role and (other.sure or not one.sure)
    return Label(
        other.role if takes else one.role,
        one.sure or other.sure,
        other.scale or one.scale,
        other.kind or one.kind,
        other.variant or one.variant,
    )
