"""What `import acutance` offers, and what it costs."""

import subprocess
import sys
from importlib import metadata

import pytest

import acutance


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


def test_importing_the_public_face_loads_no_torch() -> None:
    code = "import sys, acutance; dir(acutance); acutance.__version__; print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
