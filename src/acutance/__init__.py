"""Acutance."""
