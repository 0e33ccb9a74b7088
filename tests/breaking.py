"""Breaks runs for real, and lets them go on: python tests/breaking.py kills|disk|damage FOLDER [--every N].

kills   a SIGKILL before every N-th step of the writing of a whole run, which then goes on by --resume
disk    a full disk, or one that fails, at every N-th such step; then the disk is well again
damage  every file of a run, stopped and finished, with every N-th kind of damage; then it goes on

A line of JSON a case: what was done, the exit status of the run that went on, what differs from a run that nothing
happened to (files by name), and what was said. The status is 1 where anything differs.

Every run is made by a fork of this process, which itself trains nothing: torch cannot be forked once it has.
"""

import argparse
import errno
import itertools
import json
import random
import shutil
import signal
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jinja2  # noqa: F401  so that no fork has to
import lightning_fabric  # noqa: F401
import numpy as np
import torch
from PIL import Image

import acutance
import acutance.runs.job
import acutance.runs.rehearsal
from acutance.experiment import Experiment, Term
from acutance.files import PASSING
from acutance.losses import Pixel
from acutance.networks import create
from killing import fail_at, in_child, kill_at
from mutations import edited, mutated

Damage = Callable[[bytes, random.Random], bytes] | None
KINDS: dict[str, Damage] = {
    "gone": None,
    "empty": lambda content, chance: b"",
    "cut": lambda content, chance: content[: len(content) // 2],
    "noise": lambda content, chance: chance.randbytes(max(1, len(content))),
    "a list": lambda content, chance: b"[1, 2]\n",
    "a number": lambda content, chance: b"7\n",
    "null": lambda content, chance: b"null\n",
    "deep": lambda content, chance: b"[" * 100_000,
    **{f"a bit, {number}": lambda content, chance: _flipped(content, chance) for number in range(3)},
    **{f"mutated {number}": lambda content, chance: mutated(content, chance.randrange(10**9)) for number in range(3)},
    **{f"edited {number}": edited for number in range(2)},
}
UNLIKE = ("seconds", "commit")
"""What differs between two equal runs."""
LAST, PREVIOUS = "checkpoints/last.pt", "checkpoints/previous.pt"


def tiny(scale: int) -> Experiment:
    """A run of six steps, with a validation, an average and a checkpoint after each."""
    network = create("edsr", scale=scale, blocks=1, channels=4)
    return Experiment(network, {"pixel": Term(1.0, Pixel())}, steps=6, batch=1, patch=32, average=0.9)


class Ground:
    """A folder with pictures, and the run that nothing happened to."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.told = folder, folder / "told.txt"
        self.photos, self.straight, self.case = (folder / name for name in ("photos", "straight", "case"))
        draw = np.random.default_rng(0)
        self.photos.mkdir(parents=True, exist_ok=True)
        for number in range(2):
            Image.fromarray(draw.integers(0, 256, (64, 72, 3), np.uint8)).save(self.photos / f"{number}.png")
        if not self.straight.exists() and in_child(lambda: self.train(self.straight), self.told):
            raise SystemExit(self.told.read_text())
        self.wanted = content(self.straight)

    def train(self, out: Path) -> None:
        """Begin a run, or go on with it."""
        options: dict[str, Any] = {"scale": 2, "seed": 3, "device": "cpu", "validate": self.photos, "every": 3}
        acutance.train(tiny, data=self.photos, out=out, cache=self.folder / "store", resume=True, **options)

    def go_on(self, what: str) -> dict[str, Any]:
        """Let the run in `case` go on, and return the case."""
        status = in_child(lambda: self.train(self.case), self.told)
        said = [line for line in self.told.read_text().splitlines() if not line.startswith(("training", "decoding"))]
        found = content(self.case) if status == 0 else {}
        lost = sorted(name for name in self.wanted.keys() | found.keys() if self.wanted.get(name) != found.get(name))
        return {"what": what, "status": status, "lost": lost, "said": said}

    def fresh(self, source: Path | None = None) -> None:
        """Empty `case`, or make it a copy of a run."""
        shutil.rmtree(self.case, ignore_errors=True)
        if source is not None:
            shutil.copytree(source, self.case)


def content(run: Path) -> dict[str, object]:
    """Return what is in the files of a run that has to be equal to another's, by their names."""
    files = [path for path in sorted(run.rglob("*")) if path.is_file() and path.name != ".lock"]
    return {path.relative_to(run).as_posix(): _content(path) for path in files}


def _content(path: Path) -> object:
    try:
        return _told(path)
    except Exception:  # what is damaged in any way is itself
        return path.read_bytes()


def _told(path: Path) -> object:
    if path.name == "run.toml":  # its first lines say where the run lies
        return [line for line in path.read_text().splitlines() if not line.startswith("#")]
    if path.name == "metrics.jsonl":
        lines: list[dict[str, Any]] = [json.loads(line) for line in path.read_text().splitlines()]
        return [{name: value for name, value in line.items() if name not in UNLIKE} for line in lines]
    if path.suffix == ".json":
        told: dict[str, Any] = json.loads(path.read_text())
        return {name: value for name, value in told.items() if "sha256" not in name and name not in UNLIKE}
    if path.suffix == ".html":
        return path.read_text().endswith("</html>")
    if path.suffix == ".pt":
        state = torch.load(path, weights_only=True)
        return _numbers({name: value for name, value in state.items() if name not in ("curve", "files")})
    return path.read_bytes()


def _numbers(value: Any) -> object:
    if isinstance(value, dict):
        return {str(key): _numbers(item) for key, item in value.items()}
    return value.tolist() if isinstance(value, torch.Tensor) else value


def kills(ground: Ground, every: int, start: int) -> Iterator[dict[str, Any]]:
    """Kill a run before every so many steps of its writing."""
    number = start
    while True:
        ground.fresh()
        ended = in_child(lambda: ground.train(ground.case), ground.told, before=kill_at(number))
        if ended == 0:
            return
        if ended != -signal.SIGKILL:
            raise SystemExit(ground.told.read_text())
        yield ground.go_on(f"killed before step {number} of its writing")
        number += every


def disk(ground: Ground, every: int, start: int) -> Iterator[dict[str, Any]]:
    """Let every so many steps of a run's writing fail: the run ends with a sentence, or does without."""
    number = start
    while True:
        ground.fresh()
        code = (errno.ENOSPC, errno.EIO)[number % 2]
        reached = ground.folder / "reached"
        reached.unlink(missing_ok=True)
        ended = in_child(lambda: ground.train(ground.case), ground.told, before=fail_at(number, code, reached))
        if not reached.exists():
            return
        last = ground.told.read_text().splitlines()[-1:]
        case = ground.go_on(f"step {number} of its writing failed with {errno.errorcode[code]}")
        worded = ended == 0 or (last and last[0].startswith("acutance.errors.AcutanceError: cannot "))
        yield case if worded else {**case, "lost": ["a sentence", *case["lost"]], "said": last}
        number += every


def damage(ground: Ground, every: int, start: int) -> Iterator[dict[str, Any]]:
    """Damage each file of a stopped run, of which there are two checkpoints, and of a finished one."""
    stopped, number = _stopped(ground), start
    for run in (stopped, ground.straight):
        for name in (each for each in content(run) if not Path(each).name.startswith(PASSING)):
            for kind, act in list(KINDS.items())[number % every :: every]:
                ground.fresh(run)
                _damage(ground.case / name, act, random.Random(zlib.crc32(f"{name} {kind}".encode())))
                case = ground.go_on(f"{run.name}: {name}, {kind}")
                # Pictures that a run made on its way are not made again, nor is the one checkpoint of a finished run.
                gone = ("samples/", LAST) if (run, name) == (ground.straight, LAST) else ("samples/",)
                yield {**case, "lost": [each for each in case["lost"] if not each.startswith(gone)]}
            number += 1


def _stopped(ground: Ground) -> Path:
    """Return a run killed at about its fourth step; between two of its renames there is one checkpoint alone."""
    stopped = ground.folder / "stopped"
    for number in itertools.count(90):
        shutil.rmtree(stopped, ignore_errors=True)
        in_child(lambda: ground.train(stopped), ground.told, before=kill_at(number))
        if all((stopped / each).exists() for each in (LAST, PREVIOUS)):
            return stopped
    raise AssertionError


def _damage(path: Path, act: Damage, chance: random.Random) -> None:
    whole = path.read_bytes()
    path.unlink()
    if act is not None:
        path.write_bytes(act(whole, chance))


def _flipped(whole: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(whole)
    damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def main() -> int:
    """Do as the command line says."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("how", choices=("kills", "disk", "damage"))
    words.add_argument("folder", type=Path)
    words.add_argument("--every", type=int, default=1)
    words.add_argument("--start", type=int, default=0)
    asked = words.parse_args()
    torch.set_num_threads(1)
    ground, lost = Ground(asked.folder), 0
    for case in {"kills": kills, "disk": disk, "damage": damage}[asked.how](ground, asked.every, asked.start):
        print(json.dumps(case), flush=True)
        lost += bool(case["lost"]) or case["status"] != 0
    return min(1, lost)


if __name__ == "__main__":
    sys.exit(main())
