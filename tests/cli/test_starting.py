"""What commands load before they work, counted in modules: seconds depend on the machine."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from acutance import images

HEAVY = {"torch", "numpy", "cv2", "PIL", "pyvips", "matplotlib", "lightning_fabric", "jinja2", "jaxtyping", "ray", "av"}
HELP = """
import contextlib, io, sys
from acutance.cli.main import app, main
import typer.main
def every(group, words):
    for name, command in getattr(group, "commands", {}).items():
        yield [*words, name]
        yield from every(command, [*words, name])
for words in [[], *every(typer.main.get_command(app), [])]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main([*words, "--help"]) == 0, words
    assert "Usage" in out.getvalue(), words
print(len(sys.modules), *sorted({name.partition(".")[0] for name in sys.modules}))
"""
UPSCALE = """
import sys, torch
before = set(sys.modules)
from acutance.cli.main import main
assert main(["upscale", sys.argv[1], "-o", sys.argv[2]]) == 0
print("MODULES", *sorted(set(sys.modules) - before))
"""


def _said(code: str, *arguments: Path) -> list[str]:
    words = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()


def test_no_help_loads_what_computes() -> None:
    """0.22 to 0.28 s of processor time each, 29 November 2026; torch alone takes 1.8."""
    count, *names = _said(HELP)
    assert not HEAVY & set(names)
    assert int(count) < 650


def test_a_small_picture_loads_little_beside_torch(tmp_path: Path) -> None:
    """0.17 s of processor time above loading torch, 29 November 2026; 0.7 before."""
    images.write(tmp_path / "a.png", np.full((20, 20, 3), 90, np.uint8))
    loaded = set(_said(UPSCALE, tmp_path / "a.png", tmp_path / "b.png"))
    assert not {"cv2", "matplotlib", "lightning_fabric", "torch.onnx.ops", "onnx", "ray", "av"} & loaded
    assert not {"acutance.degrade", "acutance.training", "acutance.losses"} & loaded
    assert len(loaded) < 450
