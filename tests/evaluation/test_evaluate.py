"""`acutance.evaluate` in Python: what it takes for a network, and what it returns."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import acutance
from acutance import checkpoints, images, networks
from acutance.data import PictureSet
from acutance.errors import RequestError
from acutance.networks import Network
from acutance.scores import Results
from acutance.scores.benchmark import bicubic_upscaler
from acutance.scores.measuring import EVERY


@pytest.fixture
def root(pictures: PictureSet) -> Path:
    return pictures.pairs[0].hr.parents[1]


@pytest.fixture
def network() -> Network:
    return networks.create("edsr-light", scale=2, blocks=1, channels=4)


def test_a_network_its_file_and_its_run_score_alike(root: Path, network: Network, tmp_path: Path) -> None:
    run = tmp_path / "run"
    checkpoints.save(run / "checkpoints" / "last.safetensors", network, {})
    training = network.training
    scored = [
        acutance.evaluate(each, data=root, sets=["Pair"], device="cpu")
        for each in (network, run, str(run / "checkpoints" / "last.safetensors"))
    ]
    assert network.training == training, "a network that is scored is left as it was"
    assert [each.network for each in scored] == ["edsr-light", str(run), str(run / "checkpoints" / "last.safetensors")]
    assert {each["Pair"]["psnr"] for each in scored} == {scored[0]["Pair"]["psnr"]}
    assert {each.scale for each in scored} == {2}


def test_a_function_of_ones_own_is_scored_beside_bicubic(root: Path, pictures: PictureSet) -> None:
    def repeated(lr: np.ndarray) -> np.ndarray:
        return lr.repeat(2, 0).repeat(2, 1)

    results = acutance.evaluate(repeated, sets=[pictures.pairs[0].hr.parent], scale=2, metrics="psnr, psnr_rgb")
    assert results.network == "repeated"
    assert list(results["Pair"]) == ["psnr", "psnr_rgb"]
    assert results.baseline is not None
    assert results["Pair"]["psnr"] < results.baseline["Pair"]["psnr"]
    twice = acutance.evaluate(bicubic_upscaler(2), data=root, sets="Pair", scale=2)
    assert twice.baseline is not None
    assert twice["Pair"]["psnr"] == results.baseline["Pair"]["psnr"]


def test_every_option_writes_its_file(root: Path, network: Network, tmp_path: Path) -> None:
    files: dict[str, Any] = {
        name: tmp_path / f"s.{suffix}" for name, suffix in (("json", "json"), ("csv", "csv"), ("report", "html"))
    }
    seen: list[Results] = []
    results = acutance.evaluate(
        network,
        data=root,
        sets="Pair",
        **files,
        table=str(tmp_path / "t.tex"),
        save=tmp_path / "sr",
        cache=tmp_path / "cache",
        on_set=seen.append,
    )
    assert Results.from_json(json.loads(files["json"].read_text())) == results
    assert [each.sets for each in seen] == [results.sets]
    assert all(path.stat().st_size for path in (*files.values(), tmp_path / "t.tex"))
    assert images.read(tmp_path / "sr" / "Pair" / "even.png").size == (60, 48)
    network.load_state_dict({name: value + 1 for name, value in network.state_dict().items()})
    other = acutance.evaluate(network, data=root, sets="Pair", cache=tmp_path / "cache")
    assert other["Pair"]["psnr"] != results["Pair"]["psnr"], "the cache asks whether the weights are the same"


def test_results_read_as_a_table_in_a_terminal_and_a_notebook(root: Path) -> None:
    (root / "Pair").rename(root / "Set5")
    results = acutance.evaluate("bicubic", data=root, sets="Set5")
    mean = f"{results['Set5']['psnr']:.2f}"
    assert [row.name for row in results.published] == ["Bicubic"]
    lines = str(results).splitlines()
    assert lines[1].startswith(f"bicubic                  {mean} / ")
    assert lines[2].startswith("Bicubic (PCL, Table II)  28.42 / ")
    page = results._repr_html_()
    assert f"<td>{mean}" in page
    assert "Protocol pcl at x4" in page
    explained = acutance.evaluate("bicubic", data=root, sets="Set5", explain=True)
    assert explained.protocol == EVERY
    assert "PSNR RGB, border 0" in str(explained)
    assert "PSNR RGB, border 0" in explained._repr_html_()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"network": None}, "name a network"),
        ({"results": "sr"}, "name a network"),
        ({"network": "edsr-lite-x4"}, "did you mean 'edsr-light-x4'"),
        ({"sets": ["Pears"]}, "did you mean 'Pair'"),
        ({"sets": []}, "no set is named"),
        ({"metrics": ()}, "name at least one metric"),
        ({"network": np.flip, "tile": 8}, "tile is for networks that Acutance can load"),
        ({"network": np.flip, "workers": 2}, "workers is for networks that Acutance can load"),
        ({"explain": True, "csv": "x.csv"}, "--explain writes nothing but --json"),
        ({"report": "x.pdf"}, "a report is a page"),
    ],
)
def test_a_wrong_request_is_refused(root: Path, options: dict[str, object], words: str) -> None:
    given: dict[str, object] = {"network": "bicubic", "data": root, "sets": "Pair", **options}
    with pytest.raises(RequestError, match=words):
        acutance.evaluate(**given)  # type: ignore[arg-type]


def test_a_network_of_another_scale_is_refused(root: Path, network: Network) -> None:
    with pytest.raises(RequestError, match="scale 2, not 4"):
        acutance.evaluate(network, data=root, sets="Pair", scale=4)


def test_what_was_not_scored_is_said(root: Path) -> None:
    results = acutance.evaluate("bicubic", data=root, sets="Pair")
    with pytest.raises(RequestError, match="did you mean 'psnr'"):
        results["Pair"]["psn"]
    with pytest.raises(RequestError, match="'Pair'"):
        results["Pai"]
    assert list(results) == ["Pair"]
