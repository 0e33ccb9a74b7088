"""One file a paper, one row a recipe. A recipe builds an `Experiment` of real objects."""

from acutance.recipes.find import find_recipe
from acutance.recipes.listing import listing, listing_text
from acutance.recipes.recipe import FILES, Recipe, Request
from acutance.recipes.renamed import current_name
from acutance.recipes.table import RECIPES

__all__ = ["FILES", "RECIPES", "Recipe", "Request", "current_name", "find_recipe", "listing", "listing_text"]
