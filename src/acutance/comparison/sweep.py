"""Every method of a comparison over its strength, `--sweep share=0.3,1,3 --sweep factor=1.1,1.3`; and over its rate.

`--sweep learning_rate=1e-4,3e-4` makes every recipe, the control too, at each rate: one table, seeds paired, and no
frontier. The control of the table is the control at the first rate.
"""

import re
from collections.abc import Mapping, Sequence

from acutance.comparison.entries import Given
from acutance.comparison.untrained import UNTRAINED, untrained_of
from acutance.errors import RequestError, unknown
from acutance.recipes import find_recipe
from acutance.recipes.strength import RATE, Strength, at_strength

KINDS = ("share", "alpha", *(each.strength for each in UNTRAINED.values()), RATE)
WRITTEN = re.compile(rf"@(?:{'|'.join(KINDS[:-1])})=([0-9.eE+-]*[0-9])")


def method_of(recipe: str) -> str:
    """Return the name of a recipe of a comparison without its strength.

    >>> method_of("pcl:rlfn@share=0.3+squeezenet"), method_of("pixel:rlfn")
    ('pcl:rlfn+squeezenet', 'pixel:rlfn')
    """
    return WRITTEN.sub("", recipe)


def strength_of(recipe: str) -> float | None:
    """Return the strength in the name of a recipe, or None."""
    found = WRITTEN.search(recipe)
    return float(found[1]) if found else None


def swept(recipes: Sequence[Given], sweep: Sequence[str], trust: bool = False) -> list[Given]:
    """Return the recipes with each but the first, which is the control, at every strength that is asked for.

    A share or an alpha is that of a recipe, a factor that of the filter and levels that of noise, which are added where
    none is among them.
    Recipes whose names say a strength stay as they are. A learning rate is that of every recipe, the control too.

    Args:
        recipes: as of `acutance.compare`.
        sweep: strengths as "share=0.3,1,3", rates as "learning_rate=1e-4,3e-4".
        trust: as of `acutance.compare`.

    Raises:
        RequestError: there is no such strength, a value is no number, or no recipe takes the strength.
    """
    asked = _asked(sweep)
    rates = [Strength(RATE, value) for value in asked.pop(RATE, [])]
    if rates:
        stronger = swept(recipes, [each for each in sweep if not each.startswith(RATE)], trust)
        return [made for each in stronger for made in ([each] if untrained_of(each) else _each_at(each, rates, trust))]
    if not asked or not recipes:
        return list(recipes)
    untrained = {
        name: [f"{name}@{kind.strength}={value:g}" for value in asked.pop(kind.strength, [])]
        for name, kind in UNTRAINED.items()
    }
    added = [each for names in untrained.values() for each in names]
    for name in added:
        untrained_of(name)
    strengths = [Strength(kind, value) for kind, values in asked.items() for value in values]
    others = [recipe for recipe in recipes[1:] if not (isinstance(recipe, str) and untrained.get(recipe))]
    made = [each for recipe in others for each in _at_each(recipe, strengths, trust)]
    if strengths and made == others:
        raise RequestError(f"--sweep {strengths[0].kind} finds no recipe, besides the control, without a strength.")
    return [recipes[0], *made, *added]


def _at_each(recipe: Given, strengths: Sequence[Strength], trust: bool) -> list[Given]:
    name = recipe if isinstance(recipe, str) else find_recipe(recipe, trust=trust).name
    if not strengths or untrained_of(name) or strength_of(name) is not None:
        return [recipe]
    return _each_at(recipe, strengths, trust)


def _each_at(recipe: Given, strengths: Sequence[Strength], trust: bool) -> list[Given]:
    if isinstance(recipe, str):
        return [f"{recipe}@{strength}" for strength in strengths]
    return [at_strength(find_recipe(recipe, trust=trust), strength) for strength in strengths]


def _asked(sweep: Sequence[str]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for each in sweep:
        kind, _, values = each.partition("=")
        if kind not in KINDS:
            raise unknown("strength to sweep", kind, KINDS)
        try:
            found.setdefault(kind, []).extend(float(value) for value in values.split(","))
        except ValueError:
            raise RequestError(f"--sweep is written as {kind}=0.3,1,3; not {each!r}.") from None
    return found


def families(recipes: Sequence[str]) -> Mapping[str, list[str]]:
    """Return the recipes by method, each in the order of its strengths; the control, the first of all, is in none."""
    found: dict[str, list[str]] = {}
    for recipe in recipes[1:]:
        found.setdefault(method_of(recipe), []).append(recipe)
    return {method: sorted(members, key=lambda each: strength_of(each) or 0.0) for method, members in found.items()}
