"""A model of colours in 0 to 1 as one of levels in 0 to 255: in bf16 the levels of 8 bits are exact, 255ths are not.

Where a network multiplies by 255 itself, OpenVINO puts that into the first kernels, and rounds the 255ths to bf16
before it: up to half a level each.
"""

import importlib
from typing import Any

WHITE = 255
MOVING = frozenset({"Gather", "Reshape", "Slice", "Squeeze", "StridedSlice", "Transpose", "Unsqueeze"})
"""Operations that leave values as they are: the division goes behind them, next to a multiplication by 255 that may
stand there, and both become one."""


def take_levels(model: Any) -> None:
    """Change an `openvino.Model` so that it takes levels where it took 255ths."""
    operations: Any = importlib.import_module("openvino.opset13")
    outputs = [model.input(0).get_node().output(0)]
    while outputs:
        output = outputs.pop()
        users = [user for user in output.get_target_inputs() if user.get_node().get_type_name() != "ShapeOf"]
        moved = [user for user in users if user.get_node().get_type_name() in MOVING and user.get_index() == 0]
        outputs += [user.get_node().output(0) for user in moved]
        others = [user for user in users if user not in moved]
        if others:
            divided = operations.multiply(output, operations.constant(1 / WHITE, output.get_element_type()))
            for user in others:
                user.replace_source_output(divided.output(0))
    model.validate_nodes_and_infer_types()
