"""The main job on the photographs that ship, in a few minutes: from training to a picture of what it changed."""

from acutance.demo.course import Demo, demo

__all__ = ["Demo", "demo"]
