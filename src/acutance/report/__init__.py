"""Scores, curves and pictures as tables, figures and one page."""
