"""Networks in the forms that other programs read."""

from acutance.exporting.export import LAYOUTS, export

__all__ = ["LAYOUTS", "export"]
