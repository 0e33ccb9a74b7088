"""One file a paper, one function a row of its tables. A recipe returns an `Experiment` of real objects."""

from acutance.recipes.find import RECIPES, Recipe, find_recipe

__all__ = ["RECIPES", "Recipe", "find_recipe"]
