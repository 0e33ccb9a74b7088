"""A network at work: PyTorch, OpenVINO or ONNX Runtime behind one call, `runner.Runner`.

`ways.Way` is what is asked for, and chooses; `running.run_network` and `running.run_file` start what was chosen.
"""

from acutance.engines.runner import Runner
from acutance.engines.running import run_file, run_network
from acutance.engines.ways import ENGINES, PRECISIONS, Way, is_file

__all__ = ["ENGINES", "PRECISIONS", "Runner", "Way", "is_file", "run_file", "run_network"]
