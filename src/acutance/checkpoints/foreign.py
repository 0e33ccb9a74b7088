"""Reading the weights of others; it lives in `acutance.tensors`, which lower rooms read by too."""

from acutance.tensors import Weights, read_weights

__all__ = ["Weights", "read_weights"]
