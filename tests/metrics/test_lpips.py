"""LPIPS against released numbers, and the files its weights come from."""

from pathlib import Path

import numpy as np
import pytest

from acutance.errors import RequestError
from acutance.metrics import lpips


@pytest.fixture
def weights(shared_data: Path) -> Path:
    folder = shared_data / "weights"
    if not (folder / "lpips_v0.1_squeeze.safetensors").is_file():
        pytest.skip(f"there are no weights of LPIPS in {folder}")
    return folder


@pytest.mark.parametrize("name", ["sr", "noisy"])
def test_squeezenet_equals_the_reference(golden: Path, weights: Path, name: str) -> None:
    stored = np.load(golden / "lpips/lpips_squeeze.npz")
    distance = lpips(stored[name], stored["hr"], weights=weights)
    assert distance == pytest.approx(float(stored[f"lpips_{name}"]), abs=1e-5)
    assert lpips(stored["hr"], stored["hr"], weights=weights) == 0


def test_without_the_files_one_sentence_says_how_they_are_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    black = np.zeros((32, 32, 3), np.uint8)
    with pytest.raises(RequestError, match=rf"features of SqueezeNet; `acutance data fetch lpips .* {tmp_path}` puts"):
        lpips(black, black, weights=tmp_path)
    monkeypatch.delenv("ACUTANCE_WEIGHTS", raising=False)
    with pytest.raises(RequestError, match="by --weights DIR or ACUTANCE_WEIGHTS"):
        lpips(black, black)
