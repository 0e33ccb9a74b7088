"""What every metric promises. A new metric is a row of `metrics.METRICS`, and is tested here by being one."""

from pathlib import Path

import cv2
import numpy as np
import pytest

import acutance
from acutance import images
from acutance.errors import RequestError
from acutance.metrics import METRICS, PROTOCOLS, Scorer

PHOTO = Path(acutance.__file__).parent / "photos" / "test" / "chelsea.webp"
OF_ONE_PICTURE = {name for name, metric in METRICS.items() if not metric.reference}
"""Metrics that do not look at the original."""
OF_A_FAULT = {"grid"}
"""Metrics of what blur has less of than the original."""


@pytest.fixture(scope="module")
def hr() -> np.ndarray:
    return np.ascontiguousarray(images.read(PHOTO).pixels[:200, :200])


@pytest.fixture
def scorer(request: pytest.FixtureRequest, shared_data: Path) -> Scorer:
    """The metric alone; skipped where its files are not at hand."""
    try:
        return PROTOCOLS["pcl"].scorer((request.param,), weights=shared_data / "weights")
    except RequestError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("scorer", METRICS, indirect=True)
def test_it_tells_a_little_blur_from_much_and_both_from_the_original(scorer: Scorer, hr: np.ndarray) -> None:
    (metric,) = scorer.metrics
    little, much = (cv2.GaussianBlur(hr, (0, 0), sigma) for sigma in (0.8, 3.0))
    values = [scorer(sr, hr, 4)[metric.name] for sr in (much, little, hr)]
    rising = values if metric.higher_is_better else [-value for value in values]
    assert rising[0] < rising[1] or metric.name in OF_ONE_PICTURE | OF_A_FAULT
    assert rising[1] < rising[2] or metric.name in OF_ONE_PICTURE | OF_A_FAULT
    assert all(type(value) is float for value in values)


@pytest.mark.parametrize("name", METRICS)
def test_its_row_says_how_it_is_written(name: str) -> None:
    metric = METRICS[name]
    assert (metric.name, metric.unit in {"", "dB", "levels"}) == (name, True)
    assert metric.title
    assert 1 <= metric.digits <= 6
    assert all(file.url.startswith("https://") for file in metric.released)
    assert all(path.is_file() for path in metric.bundled)
