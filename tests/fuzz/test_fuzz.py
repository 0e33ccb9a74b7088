"""Readers under damaged files, 1,000 a run; and that the hunt finds what it hunts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz import hunt
from fuzz.inputs import kept, made, valid
from fuzz.readers import KINDS, reader


def hunted(kind: str, folder: Path, count: int) -> hunt.Tally:
    kept(folder / "valid", reader(kind).seeds())
    total = hunt.Tally()
    for tally in hunt.hunt(kind, folder / "valid", 0, range(count), jobs=2):
        total.add(tally)
    return total


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_end_in_a_result_or_a_sentence(kind: str, tmp_path: Path) -> None:
    tally = hunted(kind, tmp_path, 1000)
    assert list(hunt.keep(tmp_path / "found", kind, tmp_path / "valid", 0, tally.faults)) == []
    assert set(tally.counts) == {"read", "refused"}
    assert min(tally.counts.values()) > 50, "damage is neither always seen nor never"


@pytest.mark.slow
def test_each_kind_of_fault_is_found_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hunt, "SECONDS", 0.5)
    tally = hunted("pitfalls", tmp_path, 16)
    lines = list(hunt.keep(tmp_path / "found", "pitfalls", tmp_path / "valid", 0, tally.faults))
    told = {re.sub(r".*a(\.\w+): (.*); again: .*", r"\1 \2", line).partition("(")[0].strip() for line in lines}
    assert told == {
        ".hangs a hang", ".crashes a crash", ".raises KeyError: 'no such thing'", ".eats MemoryError:",
    }  # fmt: skip
    assert sum(tally.counts.values()) == 16
    assert tally.counts["read"] >= 1
    assert tally.counts["refused"] >= 1
    assert {path.suffix for path in (tmp_path / "found").iterdir()} == {".hangs", ".crashes", ".raises", ".eats"}


def test_an_input_follows_from_its_number_and_the_seed(tmp_path: Path) -> None:
    kept(tmp_path, reader("pictures").seeds())
    seeds = valid(tmp_path)
    assert [made(seeds, 1, number) for number in range(50)] == [made(seeds, 1, number) for number in range(50)]
    assert len({made(seeds, seed, number).content for seed in (1, 2) for number in range(50)}) > 90


FOUND = sorted((Path(__file__).parent / "found_once").iterdir())
"""What `make fuzz` found: lengths of 4 GB in small files, a sentence of two thousand letters, a mean of no numbers."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does")
def test_what_was_found_once_ends_in_a_result_or_a_sentence() -> None:
    code = """
import sys
from pathlib import Path
from fuzz.worker import limit
from fuzz import checkpoints, pictures
from acutance.errors import AcutanceError
pictures.attempt(Path(sys.argv[1]))
limit()
for path in sys.argv[2:]:
    reader = pictures if "pictures-" in path else checkpoints
    try:
        reader.attempt(Path(path))
        print("read")
    except AcutanceError as error:
        print(len(str(error).removeprefix(path)))
"""
    sound = Path(__file__).parents[2] / "src/acutance/photos/test/coffee.webp"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    words = [sys.executable, "-c", code, str(sound), *map(str, FOUND)]
    told = subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout.split()
    assert len(told) == len(FOUND)
    assert all(said == "read" or int(said) < 400 for said in told)
