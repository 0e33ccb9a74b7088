"""What `import acutance` offers, and what it costs."""

import subprocess
import sys
from importlib import metadata

import pytest
import typer

import acutance
from acutance.cli.main import app


@pytest.mark.parametrize("name", acutance.__all__)
def test_every_name_of_the_public_face_is_there(name: str) -> None:
    thing = getattr(acutance, name)
    assert (thing.__doc__ or "").strip(), f"acutance.{name} says nothing of itself"
    assert callable(thing) == (name in acutance.FUNCTIONS)


def test_the_version_is_that_of_the_package() -> None:
    assert acutance.__version__ == metadata.version("acutance")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="upscal"):
        _ = acutance.upscal


COMMANDS = ["", *typer.main.get_command(app).commands]  # pyright: ignore[reportAttributeAccessIssue]
HEAVY = {"torch", "numpy", "cv2", "PIL", "pyvips", "lightning_fabric", "matplotlib", "jinja2", "openvino"}


def test_help_loads_nothing_that_computes() -> None:
    code = f"""
import sys
from acutance.cli.main import main
for command in {COMMANDS}:
    assert main([*command.split(), "--help"]) == 0
print(*{{name.partition(".")[0] for name in sys.modules}})
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.count("Usage:") == len(COMMANDS) > 10
    assert not HEAVY & set(told.splitlines()[-1].split())


def test_a_small_picture_starts_no_engine_but_pytorch() -> None:
    code = """
import sys, numpy as np, acutance
acutance.upscale(np.zeros((16, 16, 3), np.uint8))
print(*{name.partition(".")[0] for name in sys.modules})
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "torch" in told
    assert not {"openvino", "onnxruntime", "onnx", "lightning_fabric", "matplotlib", "jinja2", "spandrel"} & set(told)


def test_importing_the_public_face_loads_no_torch() -> None:
    code = "import sys, acutance; dir(acutance); acutance.__version__; print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
