"""Progress as a person sees it on a terminal, and as only one of several processes shows it."""

import os
import pty
import subprocess
import sys
import termios

import pytest

from acutance.progress import Progress, is_first_process, say

WORK = """
from acutance.progress import Progress

with Progress("training", 3, done=1) as progress:
    progress.update(note="pixel 0.5")
    progress.update(note="pixel 0.25")
"""


def test_a_terminal_shows_a_bar_with_the_last_note() -> None:
    reader, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    subprocess.run([sys.executable, "-c", WORK], stderr=terminal, check=True)
    os.close(terminal)
    shown = os.read(reader, 100_000).decode()
    assert "training: 100%" in shown
    assert "3/3" in shown
    assert "pixel 0.25" in shown


def test_only_the_first_of_several_processes_speaks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert is_first_process()
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert not is_first_process()
    with Progress("training", 1) as progress:
        progress.update()
    say("All tensors start the network.")
    assert capsys.readouterr().err == ""
