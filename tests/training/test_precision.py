"""`--precision auto` is what this machine is fast in, and says so."""

import pytest
import torch

from acutance.errors import RequestError
from acutance.training.precision import precision_here


@pytest.mark.parametrize("asked", ["32-true", "bf16-mixed"])
def test_what_is_asked_for_is_taken_in_silence(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert precision_here(asked, "cpu") == asked
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("units", "chosen"), [(True, "bf16-mixed"), (False, "32-true")])
def test_auto_takes_bf16_where_a_cpu_multiplies_matrices_in_it(
    units: bool, chosen: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: units, raising=False)
    assert precision_here("auto", "cpu") == chosen
    assert f"--precision auto takes {chosen}" in "".join(capsys.readouterr())


def test_another_is_refused_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="did you mean 'bf16-mixed'"):
        precision_here("bf16", "cpu")
