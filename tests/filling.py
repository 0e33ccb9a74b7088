"""The weights of the reference networks, made again from their key names (tests/golden/pcl/fill.py)."""

import importlib.util
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
_spec = importlib.util.spec_from_file_location("fill", GOLDEN / "pcl" / "fill.py")
assert _spec is not None
assert _spec.loader is not None
fill = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fill)
