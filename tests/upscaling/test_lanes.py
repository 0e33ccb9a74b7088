"""Several pictures on their way at once: the same files, the same order, the same faults as one after the other."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from acutance import images
from acutance.errors import RequestError
from acutance.files import PASSING, write_text
from acutance.networks import EDSR, EDSRConfig, Network
from acutance.upscaling import upscale_files
from acutance.upscaling.collection import upscale_each
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.lanes import Lanes, Turns
from acutance.upscaling.outcome import Report
from acutance.upscaling.picture_work import PictureWork
from acutance.upscaling.rules import Rules
from acutance.upscaling.watching import Watch


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(3)
    return EDSR(EDSRConfig(scale=2, blocks=1, channels=4))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight pictures of several kinds, of which the third is broken and the sixth is cut off."""
    (tmp_path / "in").mkdir()
    for number in range(8):
        side = (9, 90, 30, 300, 17, 64, 33, 120)[number]
        channels = (3, 1, 3, 4, 3, 3, 2, 3)[number]
        pixels = np.random.default_rng(number).integers(0, 256, (side, side + 5, channels), np.uint8)
        images.write(tmp_path / "in" / f"{number}.png", pixels)
    (tmp_path / "in/2.png").write_bytes(b"no picture at all")
    whole = (tmp_path / "in/5.png").read_bytes()
    (tmp_path / "in/5.png").write_bytes(whole[: len(whole) // 2])
    return tmp_path / "in"


@pytest.mark.parametrize("at_once", [1, 3])
def test_files_order_and_faults_are_those_of_one_after_the_other(
    tmp_path: Path, folder: Path, network: Network, at_once: int, capfd: pytest.CaptureFixture[str]
) -> None:
    alone = [
        upscale_files([path], tmp_path / "alone" / path.name, network, engine="torch")
        for path in sorted(folder.iterdir())
    ]
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("acutance: ")]
    together = upscale_files([folder], tmp_path / "together", network, engine="torch", at_once=at_once)
    again = [line for line in capfd.readouterr().err.splitlines() if line.startswith("acutance: ")]
    assert [each.source for each in together] == sorted(folder.iterdir())
    assert [each.error for each in together] == [each.error for [each] in alone]
    assert [bool(each.error) for each in together] == [number in (2, 5) for number in range(8)]
    assert again == said
    for path in (tmp_path / "together").iterdir():
        assert path.read_bytes() == (tmp_path / "alone" / path.name).read_bytes()
    assert len(list((tmp_path / "together").iterdir())) == 6


def test_one_is_read_and_another_written_while_a_third_is_at_the_network(
    tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writing of the first waits until the second has been at the network: one after the other never would."""
    for number in range(2):
        images.write(tmp_path / "in" / f"{number}.png", np.full((20, 20, 3), 90, np.uint8))
    second, whole = threading.Event(), images.encode

    def noted(self: Watch, name: str, frames: int, passes: int):
        return lambda done, tiles: second.set() if name == "1.png" else None

    def waiting(path: Path, *rest: object, **more: object) -> object:
        assert path.name != "0.png" or second.wait(20)
        return whole(path, *rest, **more)  # pyright: ignore

    monkeypatch.setattr(Watch, "note", noted)
    monkeypatch.setattr(images, "encode", waiting)
    outcomes = upscale_files([tmp_path / "in"], tmp_path / "out", network)
    assert [each.status for each in outcomes] == ["written", "written"]


def test_no_more_than_asked_for_are_at_work(tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        images.write(tmp_path / "in" / f"{number:02}.png", np.full((20, 20, 3), 90, np.uint8))
    begun: list[int] = []
    work = PictureWork.told_later

    def counted(self: PictureWork, numbered: object) -> object:
        begun.append(1)
        return work(self, numbered)  # pyright: ignore

    monkeypatch.setattr(PictureWork, "told_later", counted)
    outcomes = upscale_each([tmp_path / "in"], tmp_path / "out", Enlarger(network), Rules(), Report(), at_once=2)
    next(outcomes)
    time.sleep(0.3)
    assert len(begun) <= 4  # three at work, and one in place of the one that is out
    outcomes.close()
    assert len(list((tmp_path / "out").iterdir())) <= 4
    with pytest.raises(RequestError, match="at least 1 picture"):
        upscale_files([tmp_path / "in"], tmp_path / "out", network, at_once=0)


def test_a_stop_ends_what_is_at_work_and_keeps_what_is_done() -> None:
    entered = threading.Event()

    def work(item: int) -> int:
        if item:
            entered.set()
            while True:
                time.sleep(0.01)
        return 7

    with Lanes(work, 2, lambda: None) as lanes:
        for item in (0, 1, 2, 3):
            lanes.put(item)
        assert entered.wait(10)
        began = time.monotonic()
        assert lanes.stop() == [7]
    assert time.monotonic() - began < 5


def test_what_work_raises_is_raised_where_it_is_taken() -> None:
    def work(item: int) -> int:
        if item == 1:
            raise BrokenPipeError("gone")
        return item

    with Lanes(work, 2, lambda: None) as lanes:
        for item in range(3):
            lanes.put(item)
        assert lanes.take() == 0
        with pytest.raises(BrokenPipeError, match="gone"):
            lanes.take()
        assert lanes.take() == 2


def test_turns_come_in_their_order_and_pass_those_that_have_none() -> None:
    turns, order = Turns(1), list[int]()

    def go(number: int) -> None:
        with turns.at(number):
            order.append(number)
        turns.pass_by(number)

    threads = [threading.Thread(target=go, args=(number,)) for number in (3, 2, 0)]
    for thread in threads:
        thread.start()
    threads[2].join(10)
    assert order == [0]
    turns.pass_by(1)
    for thread in threads:
        thread.join(10)
    assert order == [0, 2, 3]


def test_a_stop_while_files_begin_and_end_hardly_ever_leaves_one(tmp_path: Path) -> None:
    """An interrupt may come between any two lines: of 200 stops one or two leave a file in passing, not 50."""

    def work(item: int) -> None:
        while True:
            write_text(tmp_path / f"{item}.txt", "text")

    for number in range(200):
        with Lanes(work, 2, lambda: None) as lanes:
            lanes.put(0)
            lanes.put(1)
            time.sleep(number % 20 / 5000)
            lanes.stop()
    assert len(list(tmp_path.glob(f"{PASSING}*"))) <= 10
