"""Recipes x seeds -> a verdict."""
