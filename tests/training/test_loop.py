"""The one loop: what is due when, and how it ends early."""

import signal

import pytest
import torch

from acutance.training.clock import Clock
from acutance.training.loop import Loop, Rhythm


class Diary:
    """What a loop asked for, in the order in which it did."""

    def __init__(self, interrupted_at=None, number=signal.SIGINT):
        self.entries, self.interrupted_at, self.number = [], interrupted_at, number

    def step(self, clock):
        if clock.done == self.interrupted_at:
            signal.raise_signal(self.number)
        return {"pixel": torch.tensor(float(clock.done))}

    def log(self, taken, means):
        self.entries.append(("log", taken.next.done, means["loss/pixel"]))

    def save(self, clock):
        self.entries.append(("save", clock.done))

    def validate(self, clock):
        self.entries.append(("validate", clock.done))

    def loop(self, steps, rhythm, done=0):
        return Loop(self.step, self.log, self.save, Clock(steps, done), rhythm, self.validate)


def test_lines_scores_and_checkpoints_come_in_their_rhythm_and_after_the_last_step():
    diary = Diary()
    diary.loop(5, Rhythm(log=2, save=4, validate=4)).run()
    assert diary.entries == [
        ("log", 2, 0.5),
        ("log", 4, 2.5),
        ("validate", 4),
        ("save", 4),
        ("log", 5, 4.0),
        ("validate", 5),
        ("save", 5),
    ]


def test_a_loop_goes_on_where_it_stopped():
    diary = Diary()
    loop = diary.loop(5, Rhythm(log=2, save=100), done=3)
    loop.run()
    assert loop.clock == Clock(5, 5)
    assert diary.entries == [("log", 4, 3.0), ("log", 5, 4.0), ("save", 5)]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interruption_waits_for_the_step_and_saves_it(name):
    number = getattr(signal, name)
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip(f"these tests run with {name} ignored")
    diary = Diary(interrupted_at=3, number=number)
    with pytest.raises(KeyboardInterrupt):
        diary.loop(9, Rhythm(log=100, save=100)).run()
    assert diary.entries == [("save", 4)]


def test_a_short_run_has_lines_and_checkpoints_too():
    assert Rhythm.of(3) == Rhythm(log=1, save=1)
    assert Rhythm.of(200, validate=7) == Rhythm(log=10, save=50, validate=7)
    assert Rhythm.of(100_000) == Rhythm(log=50, save=500)
