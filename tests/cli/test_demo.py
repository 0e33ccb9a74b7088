"""The demo and the commands around a run, typed as a user types them."""

import json
import re

import numpy as np
import pytest

from acutance import images
from acutance.cli.main import main
from offline import offline


@pytest.mark.slow
def test_demo_trains_measures_and_draws(tmp_path):
    done = offline(tmp_path / "told", "demo", "--steps", 3, "--device", "cpu", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "told").exists(), "it asked for a network"
    rows = dict(re.findall(r"^(bicubic|default-x4|L1|L1 \+ PCL)\s+([\d.]+) / [\d./ -]+$", done.stdout, re.MULTILINE))
    assert float(rows["L1"]) > float(rows["bicubic"]) + 0.8
    assert float(rows["L1"]) == pytest.approx(float(rows["default-x4"]), abs=0.05)
    assert "L1 + PCL less L1 alone, from the same start" in done.stdout
    assert "minutes of training decide nothing" in done.stdout
    figure = images.read(tmp_path / "demo" / "comparison.png")
    assert figure.width > 1200
    page = (tmp_path / "demo" / "report.html").read_text()
    assert "quickstart:pcl" in page
    assert not re.search(r"""(src|href)=["']?https?://""", page)
    again = offline(tmp_path / "told", "demo", "--steps", 3, "--device", "cpu", cwd=tmp_path)
    assert again.returncode == 0
    assert "training: " not in again.stderr


def typed(line: str) -> int:
    """Carry out a command here, where nothing depends on a process of its own."""
    return main(line.split())


@pytest.mark.slow
def test_train_evaluate_upscale_in_a_row(tmp_path, monkeypatch):
    """What the README shows, at a small size: a run, its scores in JSON, a picture enlarged by it."""
    random = np.random.default_rng(0)
    for folder, count in (("photos", 2), ("held", 2)):
        for number in range(count):
            images.write(tmp_path / folder / f"{number}.png", random.integers(0, 256, (48, 52, 3), np.uint8))
    monkeypatch.chdir(tmp_path)
    learning = "pcl:edsr_light --data photos --scale 4 --steps 2 --batch 2 --patch 32 --device cpu"
    assert typed(f"train {learning} --out runs/x --validate held --every 1") == 0
    assert (tmp_path / "runs" / "x" / "report.html").is_file()
    assert typed("evaluate runs/x --sets held --data . --json s.json") == 0
    scores = json.loads((tmp_path / "s.json").read_text())
    assert (scores["scale"], scores["protocol"]) == (4, "pcl")
    assert set(scores["sets"]["held"]["images"]) == {"0", "1"}
    assert scores["sets"]["held"]["psnr"] == pytest.approx(
        np.mean([image["psnr"] for image in scores["sets"]["held"]["images"].values()])
    )
    assert scores["baseline"]["sets"]["held"]["psnr"] > 0
    assert typed("upscale held -o out --network runs/x --tile 40") == 0
    assert images.read(tmp_path / "out" / "1.png").pixels.shape == (192, 208, 3)
