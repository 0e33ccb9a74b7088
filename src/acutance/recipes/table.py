"""Every recipe by its name, PAPER:ROW."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from acutance.recipes import (
    controls,
    esrgan,
    pcl,
    pcl_ablations,
    pcl_phase,
    pcl_shares,
    pcl_ways,
    pixel,
    quickstart,
    real,
    restore,
    spsr,
    spsr_ablations,
)
from acutance.recipes.recipe import Recipe

ROWS = {
    **pixel.ROWS,
    **pcl.ROWS,
    **pcl_ablations.ROWS,
    **pcl_phase.ROWS,
    **pcl_shares.ROWS,
    **pcl_ways.ROWS,
    **esrgan.ROWS,
    **spsr.ROWS,
    **spsr_ablations.ROWS,
    **real.ROWS,
    **restore.ROWS,
    **quickstart.ROWS,
    **controls.ROWS,
}
RECIPES: Mapping[str, Recipe] = MappingProxyType({name: replace(row, name=name) for name, row in ROWS.items()})
