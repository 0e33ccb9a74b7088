"""Fixtures that every test may use: golden files, the shared pictures, and a quiet, repeatable torch."""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# What tests compute is small: a second thread costs more in waiting than it does, here and in every process they start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hypothesis
import pytest
import torch

from filling import GOLDEN

# Two shared cores make any deadline a matter of luck.
hypothesis.settings.register_profile("acutance", deadline=None, max_examples=50)
hypothesis.settings.load_profile("acutance")

# A shell that starts the tests in the background has them ignore Ctrl-C, and with them every process that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(os.environ.get("ACUTANCE_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, and skip what needs a GPU where there is none.

    `make test` gives each process a file at a time: a long one that came last would have the others wait for it.
    DEVICE=cpu takes the place of a GPU.
    """
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])
    if not torch.cuda.is_available() and os.environ.get("DEVICE") != "cpu":
        for item in items:
            if item.get_closest_marker("gpu"):
                item.add_marker(pytest.mark.skip(reason="there is no CUDA device here"))


@pytest.fixture
def golden() -> Path:
    """The folder of reference inputs and outputs."""
    return GOLDEN


@pytest.fixture
def shared_data() -> Path:
    """The folder of real benchmark pictures; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the benchmark pictures are not at {SHARED}; set ACUTANCE_TEST_DATA to their folder")
    return SHARED


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium (on Debian the package chromium); the test is skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)
