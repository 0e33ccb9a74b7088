"""docs/models.md is what the headers of the networks that ship say, and they score what their cards say."""

from importlib import import_module
from pathlib import Path

import pytest

import acutance
from acutance import catalogue
from acutance.engines.openvino_session import has_bf16

ROOT = Path(__file__).parents[2]


def test_the_page_is_made_from_the_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "studies"))
    page = import_module("model_page").page()
    assert page == (ROOT / "docs" / "models.md").read_text(encoding="utf-8"), "run `make results`"


@pytest.mark.parametrize("network", [each.names[0] for each in catalogue.trained()])
def test_what_ships_scores_what_its_card_says(network: str, shared_data: Path) -> None:
    results = acutance.evaluate(network, data=shared_data, sets="Set5", device="cpu")
    assert results["Set5"]["psnr"] == pytest.approx(catalogue.scores(network)["Set5"], abs=0.01)


@pytest.mark.skipif(not has_bf16(), reason="this machine has no units for bf16: minutes a network")
@pytest.mark.parametrize("network", [each.names[0] for each in catalogue.trained()])
def test_what_ships_loses_little_in_16_bits(network: str, shared_data: Path) -> None:
    in_16 = acutance.evaluate(network, data=shared_data, sets="Set5", device="cpu", engine="torch", precision="16")
    assert in_16["Set5"]["psnr"] == pytest.approx(catalogue.scores(network)["Set5"], abs=0.005)


def test_the_table_beside_the_weights_has_the_scores_of_their_cards() -> None:
    table = (catalogue.WEIGHTS / "README.md").read_text(encoding="utf-8")
    for each in catalogue.trained():
        row = next(line for line in table.splitlines() if line.startswith(f"| `{each.names[0]}.safetensors`"))
        assert " / ".join(f"{value:.2f}" for value in catalogue.scores(each.names[0]).values()) in row


def test_every_card_says_what_a_user_asks() -> None:
    for each in catalogue.trained():
        card = catalogue.card(each.names[0])
        assert all(card.get(key) for key in ("recipe", "use", "stages", "data", "terms", "licence", "weaknesses"))
        assert card["scores"].keys() == {"pcl", "spsr"}
        assert all(len(scores) == 4 for scores in card["scores"].values())
