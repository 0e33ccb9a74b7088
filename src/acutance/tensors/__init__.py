"""Tensors in and out of files: safetensors with a JSON header of ours, and the files of others. No code runs."""

from acutance.tensors.content import Content, Weights, read, read_weights, write_weights
from acutance.tensors.filling import at_most, fill, filled
from acutance.tensors.key_text import short, some
from acutance.tensors.soundness import demand_sound
from acutance.tensors.wrappers import View

__all__ = [
    "Content",
    "View",
    "Weights",
    "at_most",
    "demand_sound",
    "fill",
    "filled",
    "read",
    "read_weights",
    "short",
    "some",
    "write_weights",
]
