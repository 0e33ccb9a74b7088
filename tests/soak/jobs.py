"""The jobs that are broken off: each a command as a user types it, and what of its results has to be the same."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import torch

import runs_made
from acutance import checkpoints, networks
from acutance.cli.main import main
from acutance.data import Store
from acutance.degrade import Bicubic
from acutance.errors import AcutanceError
from photographs import photograph
from soak import forked

RECIPE = (
    runs_made.RECIPE.replace("steps=12", "steps=8")
    + """

from dataclasses import replace

from acutance.critics import VGGStyleDiscriminator
from acutance.experiment import Warmup
from acutance.losses import Adversarial, Branch, GradientPixel, GradientView


def spsr(scale):
    critic = VGGStyleDiscriminator(width=8, patch=32)
    gradient = {"gradient": Term(0.01, GradientPixel()), "branch": Term(0.5, Branch("replicate"))}
    adversarial = {"gradient_adversarial": Term(0.005, Adversarial(critic, GradientView()))}
    return replace(
        pixel(scale),
        network=create("spsr", scale=scale, blocks=1, channels=8, growth=4, taps=(1,)),
        objective={"pixel": Term(0.01, Pixel()), **gradient, **adversarial},
        warmup=Warmup(until=0.25, trained=("f_",)),
    )
"""
)
VOLATILE = {"seconds", "date", "time", "command", "machine", "files", "sha256", "report_sha256"}
"""What two runs of the same command say differently; a checkpoint keeps the files that tell a run, with their dates."""


@dataclass(frozen=True)
class Job:
    """A job.

    Attributes:
        name: of it.
        work: does it into a folder, or goes on with it there, and returns the exit status.
        same: the files, as patterns, whose content has to be that of a job which nobody broke off.
    """

    name: str
    work: Callable[[Path], int]
    same: tuple[str, ...]

    def result(self, out: Path) -> dict[str, str]:
        """Return what is in a folder: each file's name, with a digest of what has to be the same."""
        files = {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*")) if path.is_file()}
        told = {path.relative_to(out).as_posix() for pattern in self.same for path in out.glob(pattern)}
        return {name: digest(path) if name in told else "" for name, path in files.items()}


def digest(path: Path) -> str:
    """Return a digest of what a file says: of a state its tensors and numbers, of JSON what is not of the moment."""
    if path.suffix == ".pt":
        return digest_of(_lasting(torch.load(path, weights_only=True)))
    if path.suffix == ".jsonl":
        return digest_of([_lasting(json.loads(line)) for line in path.read_text().splitlines()])
    if path.suffix == ".json":
        return digest_of(_lasting(json.loads(path.read_text())))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest_of(value: object) -> str:
    """Return a digest of all tensors, arrays and numbers in a nested value."""
    return hashlib.sha256("".join(f"{name} {leaf}\n" for name, leaf in _leaves(value, "")).encode()).hexdigest()


def jobs(place: Path) -> dict[str, Job]:
    """Return the jobs by their names; `place` is a folder in which their inputs are made."""
    recipe, network = place / "mine.py", place / "network.safetensors"
    photos, sets, small = place / "photos", place / "sets", place / "small"
    if forked.done(lambda: _inputs(place, recipe, network), place.with_suffix(".txt")):
        raise RuntimeError(f"the inputs cannot be made: {place.with_suffix('.txt')}")

    def command(*words: object) -> int:
        return main([str(word) for word in words])

    def train(name: str) -> Callable[[Path], int]:
        return lambda out: command(
            "train", f"{recipe}:{name}", *learning(place), "--scale", 2, "--seed", 3, "--out", out
        )

    def store(out: Path) -> int:
        try:
            return int(not Store.open(photos, cache=out, degradation=Bicubic(2)))
        except AcutanceError as error:
            print(f"acutance: {error}")  # no command makes a store alone
            return error.status

    def compare(out: Path) -> int:
        words = ("compare", f"{recipe}:pixel", f"{recipe}:spsr", "--data", photos, "--test", sets, "--sets", "Pair")
        return command(*words, "--seeds", 1, "--steps", 4, "--scale", 2, "--device", "cpu", "--out", out)

    def evaluate(out: Path) -> int:
        words = ("evaluate", network, "--data", sets, "--sets", "Pair", "--device", "cpu", "--cache", out / "cache")
        return command(*words, "--json", out / "scores.json", "--csv", out / "scores.csv", "--save", out / "pictures")

    def upscale(out: Path) -> int:
        return command("upscale", small, "-o", out, "--network", network, "--device", "cpu", "--skip-existing")

    def extractor(out: Path) -> int:
        words = ("extractor", "train", "--task", "contrastive", *learning(place))
        return command(*words, "--steps", 12, "--batch", 2, "--patch", 64, "--out", out)

    run = ("checkpoints/*", "metrics.jsonl", "finished.json", "recipe.py")
    listed = (
        Job("train PCL", train("pcl"), run),
        Job("train SPSR", train("spsr"), run),
        Job("train pixel", train("pixel"), run),
        Job("store", store, ("**/*.u8",)),
        Job("compare", compare, ("comparison.json", "*/*/checkpoints/*", "*/*/metrics.jsonl")),
        Job("evaluate", evaluate, ("scores.*", "pictures/**/*.png", "cache/**/*.png")),
        Job("upscale", upscale, ("**/*.png",)),
        Job("extractor", extractor, run),
    )
    return {job.name: job for job in listed}


def learning(place: Path) -> tuple[str, ...]:
    """Return what is said to every training on the photographs of a place; it goes on from what is there."""
    return "--data", str(place / "photos"), "--cache", str(place / "store"), "--device", "cpu", "--resume"


def _inputs(place: Path, recipe: Path, network: Path) -> int:
    """Make a recipe, photographs to learn from with their store, a network, a test set, and many small pictures."""
    place.mkdir(parents=True)
    recipe.write_text(RECIPE)
    _photographs(place / "photos", 4, 72, 84)
    _photographs(place / "sets" / "Pair", 3, 48, 60)
    _photographs(place / "small", 30, 24, 30)
    torch.manual_seed(0)
    checkpoints.save(network, networks.create("edsr", scale=2, blocks=1, channels=4))
    Store.open(place / "photos", cache=place / "store", degradation=Bicubic(2))
    return 0


def _photographs(folder: Path, count: int, height: int, width: int) -> None:
    folder.mkdir(parents=True)
    for number in range(count):
        grain = np.random.default_rng(number).integers(0, 24, (height, width, 3), np.uint8)
        cv2.imwrite(str(folder / f"{number:02}.png"), photograph(number, height, width) // 8 * 7 + grain)


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in sorted(cast(Mapping[Any, Any], value).items(), key=lambda pair: str(pair[0])):
            yield from _leaves(item, f"{name}/{key}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{name}/{number}")
    elif isinstance(value, torch.Tensor):
        yield from _leaves(value.detach().cpu().numpy(), name)
    elif isinstance(value, np.ndarray):
        yield name, f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    else:
        yield name, repr(value)


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast(dict[str, Any], value).items()
        return {key: _lasting(item) for key, item in items if key not in VOLATILE}
    return [_lasting(item) for item in value] if isinstance(value, list) else value
