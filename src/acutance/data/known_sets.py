"""The test sets of the papers: how many pictures each has, which they are, where it is to be had and on what terms.

A picture is known by a fingerprint of its pixels, so that its format and its name do not matter: the first letters of a
SHA-256 of what is left of it at a multiple of 12, as the packs of others crop their sets at the bottom and right, and
the mean brightness of 4x4 fields, which tells the same picture with other pixels from another picture.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8

from acutance.data.depth import read
from acutance.data.sets import PictureSet, find_set
from acutance.errors import PictureError, RequestError

MULTIPLE, FIELDS, NEAR = 12, 4, 3
"""Sides are cropped to a multiple; brightness is taken in so many fields a side, and is the same within 3 levels."""
SHOWN = 3
"""Names of pictures in a sentence."""
PACK = "with Set5, Set14, B100 and Urban100 in EDSR's benchmark.tar, https://cv.snu.ac.kr/research/EDSR/benchmark.tar"


@dataclass(frozen=True)
class KnownSet:
    """A test set as it was published.

    Attributes:
        name: how tables call it.
        count: how many pictures it has.
        source: whose it is.
        place: where it is to be had.
        terms: on which terms, as far as its makers state them.
        aliases: other names of its folder.
    """

    name: str
    count: int
    source: str
    place: str
    terms: str
    aliases: tuple[str, ...] = ()

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """The fingerprint of each picture by its name; none of a set of which no picture was at hand."""
        return _fingerprints().get(self.name, {})


KNOWN = {
    each.name: each
    for each in (
        KnownSet("Set5", 5, "Bevilacqua et al., 2012", PACK, "none stated"),
        KnownSet("Set14", 14, "Zeyde et al., 2010", PACK, "none stated"),
        KnownSet(
            "B100",
            100,
            "Martin et al., 2001: the 100 test pictures of BSDS300",
            f"https://www2.eecs.berkeley.edu/Research/Projects/CS/vision/bsds/, or {PACK}",
            "non-commercial research and education",
            ("BSD100", "BSDS100"),
        ),
        KnownSet(
            "Urban100",
            100,
            "Huang et al., 2015",
            f"https://github.com/jbhuang0604/SelfExSR, or {PACK}",
            "pictures of Flickr under Creative Commons licences of their own",
        ),
        KnownSet(
            "Manga109",
            109,
            "Matsui et al., 2017",
            "http://www.manga109.org, by application",
            "academic use; other use only of Manga109-s",
        ),
        KnownSet(
            "General100",
            100,
            "Dong et al., 2016",
            "http://mmlab.ie.cuhk.edu.hk/projects/FSRCNN.html",
            "none stated",
            ("General-100",),
        ),
        KnownSet(
            "DIV2K validation",
            100,
            "Agustsson and Timofte, 2017",
            "https://data.vision.ee.ethz.ch/cvl/DIV2K/ (DIV2K_valid_HR.zip)",
            "academic research only",
            ("DIV2K_valid_HR", "DIV2K_valid", "DIV2K100"),
        ),
    )
}
"""The test sets of both papers, and what DIV2K is validated on."""


@dataclass(frozen=True)
class Recognised:
    """What of a known set is there.

    Attributes:
        known: the set.
        found: how many pictures are there, whatever they show.
        right: those that have the pixels of the set's.
        changed: those that show a picture of the set with other pixels.
        strange: those that the set has not; of a set without fingerprints nobody can tell.
        missing: pictures of the set that are not there.
    """

    known: KnownSet
    found: int
    right: Sequence[str]
    changed: Sequence[str]
    strange: Sequence[str]
    missing: Sequence[str]

    @property
    def as_published(self) -> bool:
        """Whether all pictures are there, with their pixels, and nothing else."""
        return len(self.right) == self.known.count == self.found

    @property
    def sentence(self) -> str:
        """What a table says of it: "Set14, 14 of 14, as published." or what differs."""
        counted = f"{self.known.name}, {self.found} of {self.known.count}"
        if not self.known.fingerprints:
            return f"{counted}; which pictures they are was not checked, as none of them was at hand."
        if self.as_published:
            return f"{counted}, as published."
        parts = (
            ("as published", [str(len(self.right))] if self.right else []),
            ("with other pixels", self.changed),
            ("not of the set", self.strange),
            ("missing", self.missing),
        )
        return f"{counted}: {'; '.join(f'{_listed(names)} {what}' for what, names in parts if names)}."


def known_set(name: str) -> KnownSet | None:
    """Return the set that a name or an alias stands for, whatever its case; None where there is none.

    >>> known_set("bsd100").count
    100
    """
    wanted = name.casefold()
    return next((each for each in KNOWN.values() if wanted in map(str.casefold, (each.name, *each.aliases))), None)


def find_known(known: KnownSet, root: Path | None) -> Recognised | None:
    """Return what of a set is in the folder of the sets, that of ACUTANCE_DATA by default; None where nothing is."""
    for name in (known.name, *known.aliases):
        try:
            return recognise(find_set(root, name, 1, strict=False))
        except RequestError:
            continue
    return None


def recognise(pictures: PictureSet) -> Recognised | None:
    """Return what is there of the set that a folder is called after; None where it is called otherwise.

    A picture that cannot be read is one that the set has not.
    """
    known = known_set(pictures.name)
    if known is None:
        return None
    prints = dict(_prints(pictures)) if known.fingerprints else {}
    wanted = dict(known.fingerprints)
    names = {fingerprint: name for name, fingerprint in wanted.items()}
    right = {name: names[each] for name, each in prints.items() if each in names}
    left = {name: each for name, each in wanted.items() if name not in right.values()}
    changed = {
        name: alike
        for name, each in prints.items()
        if name not in right and (alike := next((n for n, other in left.items() if near(each, other)), None))
    }
    strange = [name for name in prints if name not in right and name not in changed]
    missing = [name for name in left if name not in changed.values()]
    return Recognised(known, len(pictures.pairs), [*right], [*changed], strange, missing)


def fingerprint(pixels: UInt8[np.ndarray, "_h _w 3"]) -> str:
    """Return what a picture is known by: 16 letters of its hash, a point, and two for the brightness of each field."""
    height, width = (side // MULTIPLE * MULTIPLE or side for side in pixels.shape[:2])
    kept = np.ascontiguousarray(pixels[:height, :width])
    digest = hashlib.sha256(f"{width}x{height}".encode() + kept.tobytes()).hexdigest()[:16]
    brightness = cv2.resize(kept.mean(axis=2, dtype=np.float32), (FIELDS, FIELDS), interpolation=cv2.INTER_AREA)
    return f"{digest}.{brightness.round().astype(np.uint8).tobytes().hex()}"


def near(one: str, other: str) -> bool:
    """Tell whether two fingerprints may be those of the same picture with other pixels."""
    fields = [np.frombuffer(bytes.fromhex(each.partition(".")[2]), np.uint8).astype(int) for each in (one, other)]
    return fields[0].shape == fields[1].shape and bool((abs(fields[0] - fields[1]) <= NEAR).all())


def _prints(pictures: PictureSet) -> Iterator[tuple[str, str]]:
    for pair in pictures.pairs:
        try:
            yield pair.name, fingerprint(read(pair.hr, pair.white_level))
        except PictureError:
            yield pair.name, ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


@cache
def _fingerprints() -> Mapping[str, Mapping[str, str]]:
    text = resources.files("acutance.data").joinpath("fingerprints.json").read_text(encoding="utf-8")
    return json.loads(text)
