"""Every recipe by its name, PAPER:ROW."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from acutance.recipes import esrgan, pcl, pcl_ablations, pixel, quickstart, spsr, spsr_ablations
from acutance.recipes.recipe import Recipe

ROWS = {
    **pixel.ROWS,
    **pcl.ROWS,
    **pcl_ablations.ROWS,
    **esrgan.ROWS,
    **spsr.ROWS,
    **spsr_ablations.ROWS,
    **quickstart.ROWS,
}
RECIPES: Mapping[str, Recipe] = MappingProxyType({name: replace(row, name=name) for name, row in ROWS.items()})
