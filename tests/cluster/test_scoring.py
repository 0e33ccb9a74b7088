"""`acutance evaluate --cluster`: the scores of one machine, by real workers of Ray."""

import importlib.util
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from acutance.cluster.ledger import ATTEMPTS, Accounted, Ledger
from acutance.cluster.scoring import ScoringWorker
from acutance.data import Pair
from acutance.errors import RequestError
from acutance.evaluation import evaluate
from acutance.metrics import PROTOCOLS
from acutance.scores.pool import Plan
from acutance.scores.scorer import Task
from manifests_made import tiny
from photographs import photograph

ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed (acutance[ray])")


def _sets(folder: Path, count: int) -> Path:
    for number in range(count):
        path = folder / "sets" / ("A" if number % 3 else "B") / f"{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), photograph(number, 40 + number, 53))
    (folder / "sets/A/words.png").write_text("no picture")
    return folder / "sets"


@ray
@pytest.mark.slow
def test_scores_are_those_of_one_machine_and_a_bad_picture_costs_itself(tmp_path: Path) -> None:
    """Paths are relative, as workers of Ray have working folders of their own, and weights are found by a variable."""
    _sets(tmp_path, 20)
    tiny(tmp_path / "tiny.safetensors")
    told: dict[str, dict[str, object]] = {}
    for name, more in {"one": (), "many": ("--cluster", "auto")}.items():
        words = [sys.executable, "-m", "acutance", "evaluate", "tiny.safetensors", "--data", "sets", "--sets", "A,B"]
        words += ["--json", f"{name}.json", "--csv", f"{name}.csv", "--save", name, *more]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 1, done.stderr
        assert "sets/A/words.png: this is not a picture" in done.stderr
        assert "ray" not in done.stderr
        told[name] = json.loads((tmp_path / f"{name}.json").read_text())
    assert told["one"] == told["many"]
    assert (tmp_path / "one.csv").read_text() == (tmp_path / "many.csv").read_text()
    made = [{each.name: each.read_bytes() for each in (tmp_path / name).rglob("*.png")} for name in ("one", "many")]
    assert made[0] == made[1]
    assert len(made[0]) == 20


KILLING = """
import os, signal
from functools import partial
from pathlib import Path
from acutance.cluster.scoring import scored_on_cluster
from acutance.data import find_set
from acutance.metrics import PROTOCOLS
from acutance.scores.benchmark import bicubic_source
from acutance.scores.pool import Plan, ScorerPool

def scorer():
    psnr = PROTOCOLS["pcl"].scorer(["psnr"])
    def score(sr, hr, scale, lr):
        if hr.shape[0] == 46:
            os.kill(os.getpid(), signal.SIGKILL)
        return psnr(sr, hr, scale, lr)
    return score

plan = Plan({"bicubic": partial(bicubic_source, 2)}, scorer, 2)
with ScorerPool(plan, afar=scored_on_cluster(plan)) as pool:
    result = pool.score("bicubic", find_set(Path("sets"), "B", 2))
    print(sorted(result.images), result.failed)
"""


@ray
@pytest.mark.slow
def test_what_kills_workers_costs_itself(tmp_path: Path) -> None:
    _sets(tmp_path, 12)
    done = subprocess.run([sys.executable, "-c", KILLING], cwd=tmp_path, capture_output=True, text=True)
    # Ray tells of each worker that died before.
    told = done.stdout.splitlines()[-1]
    assert told == "['00', '03', '09'] {'06': 'sets/B/06.png: 3 workers died of it.'}", done.stderr


def test_a_worker_of_its_own_gives_up_what_others_died_of(tmp_path: Path) -> None:
    plan = Plan({}, lambda: PROTOCOLS["pcl"].scorer(["psnr"]), 2)
    pair = Pair("a", tmp_path / "a.png", None)
    ledger = Ledger()
    for _ in range(ATTEMPTS):
        ledger.begin(0)
    lost = Accounted(ScoringWorker(plan, tmp_path, {}), ledger)(0, Task("bicubic", "A", pair, None))
    assert lost.failed == f"{tmp_path / 'a.png'}: {ATTEMPTS} workers died of it."


def test_requests_that_make_no_sense(tmp_path: Path) -> None:
    _sets(tmp_path, 2)
    given = partial(evaluate, data=tmp_path / "sets", sets="B", cluster="127.0.0.1:1")
    with pytest.raises(RequestError, match="workers of its own"):
        given("bicubic", workers=2)
    with pytest.raises(RequestError, match="on this machine alone"):
        given("bicubic", degraded="noise:25")
    with pytest.raises(RequestError, match="cluster is for networks that Acutance can load"):
        given(np.flip)
