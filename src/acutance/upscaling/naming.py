"""What a result is called: a pattern such as "{stem}_x{scale}", filled in for every picture."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from acutance import images
from acutance.errors import RequestError, unknown
from acutance.images import Source
from acutance.images.formats import GIF, by_suffix, named
from acutance.upscaling.enlarger import DEFAULT, Enlarger
from acutance.upscaling.gathering import Given
from acutance.upscaling.rules import Rules
from acutance.upscaling.size import Size

FIELDS = ("stem", "scale", "width", "height", "network", "suffix", "parent")
"""Of the input its name without suffix, its suffix without dot, its folder's name; of the result the rest."""
WITHIN = "{stem}"
"""The pattern in a folder of results, unless another is asked for."""
STANDARD_STEM = "stdin"
"""What a result is called that came through standard input or a pipe."""
TELLING_APART = frozenset({"stem", "width", "height", "suffix", "parent"})
_LAST_SUFFIX = re.compile(r"(\.|(?<=[a-zA-Z0-9}]))\{suffix\}$")
"""Where it can only be meant as that of the result, which is added anyway: after a dot, or with nothing between."""


@dataclass(frozen=True)
class Pattern:
    """How results are called.

    Attributes:
        text: words and fields in braces; a slash makes folders.
        suffix: the suffix that it ends with, and with it the format; None where the input's goes on.
        fields: those that it names.
    """

    text: str
    suffix: str | None
    fields: frozenset[str]

    @staticmethod
    def parse(text: str) -> "Pattern":
        """Return the pattern of a text: a suffix at its end, also as "{suffix}", is that of the result.

        Raises:
            RequestError: a field that there is none of, braces that do not match, a name outside of the folder of
                results, or no name at all.
        """
        fields = frozenset(_fields(text))
        stem = _LAST_SUFFIX.sub("", text)
        suffix = Path(stem).suffix
        suffix = suffix if suffix.lower() in images.WRITTEN else None
        pattern = Pattern(stem.removesuffix(suffix or ""), suffix, fields)
        pattern.filled(dict.fromkeys(FIELDS, "x"))
        return pattern

    def filled(self, values: Mapping[str, object]) -> Path:
        """Return the name without its suffix, relative to where results go.

        Raises:
            RequestError: the name would lie elsewhere, or be none.
        """
        name = self.text.format_map(values)
        path = Path(name)
        if path.anchor or ".." in path.parts or "\0" in name:
            raise RequestError(f"the pattern {self.text!r} names {name!r}, which is not in the folder of results.")
        if name.endswith(("/", os.sep)) or not path.name:
            raise RequestError(f"the pattern {self.text!r} makes no name of a file; {WITHIN!r} is the input's.")
        return path

    @property
    def tells_apart(self) -> bool:
        """Whether two pictures can have two names."""
        return not self.fields.isdisjoint(TELLING_APART)


def _fields(text: str) -> list[str]:
    try:
        parts = [(field, spec, conversion) for _, field, spec, conversion in Formatter().parse(text)]
    except ValueError as error:
        raise RequestError(f"the pattern {text!r} cannot be read: {str(error).lower()}.") from error
    for field, spec, conversion in parts:
        if field is not None and field not in FIELDS:
            raise unknown("field for a name", field, FIELDS)
        if spec or conversion:
            raise RequestError(f"the pattern {text!r} cannot be read: a field is a word in braces, {{{field}}}.")
    return [field for field, _, _ in parts if field is not None]


@dataclass(frozen=True)
class Naming:
    """What the results of many pictures are called.

    Attributes:
        pattern: of the names.
        enlarger: says how large results become.
        rules: what else is asked for.
        network: what its name is to be; None for that of what ships.
    """

    pattern: Pattern
    enlarger: Enlarger
    rules: Rules
    network: str | None = None

    @staticmethod
    def of(rules: Rules, enlarger: Enlarger, network: str | None, *, beside: bool) -> "Naming":
        """Return the naming that is asked for, or the usual one beside inputs, or in a folder of results.

        Raises:
            RequestError: the pattern makes no sense, or not with the format.
        """
        usual = f"{WITHIN}_{enlarger.label}" if beside else WITHIN
        pattern = Pattern.parse(usual if rules.name is None else rules.name)
        if rules.output.format:
            images.check_writable("x", output=rules.output)
        if pattern.suffix and rules.output.format:
            check_agrees(Path(pattern.suffix), rules.output.format)
        return Naming(pattern, enlarger, rules, network)

    def target(self, given: Given, folder: Path) -> tuple[Path, str | None]:
        """Return the file that an input becomes, and a sentence where its suffix cannot go on.

        Raises:
            PictureError: the name depends on what is in the input, which is no picture or too large already.
            RequestError: there is no such result, or its name would lie elsewhere.
        """
        known = given.data is None and by_suffix(given.path) is not None
        source = self._opened(given) if self._depends or not known or by_suffix(given.path) is GIF else None
        name = self.pattern.filled(self._values(given, source, known))
        suffix, note = self._suffix(given, source, known)
        return folder / name.with_name(name.name + suffix), note

    @property
    def _depends(self) -> bool:
        """Whether names depend on the size of the input."""
        needs = self.pattern.fields & {"width", "height", "scale", "network"}
        asked = self.enlarger.size
        fixed = {"scale"} if asked.scale is not None or asked == Size() else set[str]()
        return bool(needs - fixed - ({"network"} if self.network else set()))

    def _opened(self, given: Given) -> Source:
        return given.opened(self.rules.most_pixels, self.rules.first_frame)

    def _values(self, given: Given, source: Source | None, known: bool) -> dict[str, object]:
        stem = STANDARD_STEM if given.data is not None else given.path.stem if known else given.path.name
        values: dict[str, object] = {"stem": stem, "suffix": given.path.suffix.lstrip(".")}
        values |= {"parent": Path(os.path.normpath(given.path.absolute())).parent.name, "network": self.network}
        if source is None:
            return values | {"scale": f"{self.enlarger.size.scale or max(self.enlarger.scales):g}"}
        size = source.frames[0]
        plan = self.enlarger.plan(size.width, size.height)
        values |= {"scale": f"{self.enlarger.size.scale or plan.width / size.width:.4g}"}
        values |= {"network": self.network or f"{DEFAULT}{plan.passes[0]}"}
        return values | {"width": plan.width, "height": plan.height}

    def _suffix(self, given: Given, source: Source | None, known: bool) -> tuple[str, str | None]:
        if self.rules.output.format:
            return named(self.rules.output.format).suffix, None
        if self.pattern.suffix:
            return self.pattern.suffix, None
        frames = len(source.frames) if source else 1
        if known or source is None:
            path, note = images.nearest(Path(f"x{given.path.suffix}"), frames=frames)
            return path.suffix, note
        path, note = images.nearest(Path(f"x{source.format.suffix}"), frames=frames)
        said = None if given.data is not None else f"this is a {source.format.name} file and written as {path.suffix}"
        return path.suffix, note or said


def check_agrees(path: Path, format_name: str) -> None:
    """Raise RequestError where a file's name stands for another format than the one that is asked for."""
    by_name = by_suffix(path.with_name(f"x{path.name}"))
    if by_name is not None and by_name is not named(format_name):
        raise RequestError(f"{path} stands for {by_name.name}, and the format asked for is {named(format_name).name}.")
