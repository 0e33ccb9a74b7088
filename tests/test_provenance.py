"""What is said of the machine that a run computes on."""

import pytest
import torch

from acutance.provenance import say_untested


def test_a_device_that_nobody_tried_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("cpu", "mps", "mps"):
        say_untested(torch.device(name))
    said = capsys.readouterr().err
    assert said.count("untested on Apple's GPU (mps)") == said.count("\n") == 1
