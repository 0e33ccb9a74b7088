"""What is done with an upload, in a process of its own: looked at, enlarged, or made by several networks."""

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from math import prod
from operator import mul
from pathlib import Path
from typing import Any

import numpy as np
import torch.onnx

from acutance import images
from acutance.checkpoints import loading
from acutance.engines import Way
from acutance.errors import PictureError
from acutance.images import FORMATS, Metadata, Output, Picture, Raster, Source
from acutance.images.source import reported
from acutance.ops import bicubic, image_of, pixels_of
from acutance.serve.inside import Tell, lies_in
from acutance.serve.offered import BICUBIC
from acutance.serve.task import BEFORE, RESULT, SHOWN, THUMBNAIL, UPLOAD, Task
from acutance.serve.wish import Trial, Wish
from acutance.upscaling.enlarged import enlarged, enlarged_planes
from acutance.upscaling.enlarger import Enlarger
from acutance.upscaling.size import Plan, Size

AT_HAND = (torch.onnx, loading)
"""What is needed by most tasks and loaded late elsewhere: the process that is forked has it already."""
THUMB = 192
"""Pixels of the longer side of what stands for a picture in the queue."""
LONGEST_SHOWN = 4096
"""Pixels of the longer side of what a browser is shown of a result."""
SHOWS_ITSELF = {"PNG", "JPEG", "WebP"}
"""Formats that every browser shows."""
TIMES = 4
"""How large networks that are compared make a crop."""
TELLS_EVERY = 0.1


def look(task: Task, tell: Tell) -> dict[str, object]:
    """Decode an upload, write a small picture of it, and return what it is and what it would become."""
    source = _source(task)
    first = source.frames[0]
    told: dict[str, object] = {"format": source.format.name, "width": first.width, "height": first.height}
    if task.scales:
        plan = _size(Wish(**task.wish)).of(first.width, first.height, task.scales)
        _demand(plan, len(source.frames), task.result_pixels)
        told |= {"result_width": plan.width, "result_height": plan.height}
    _write_small(source, lies_in(task.folder, THUMBNAIL), THUMB, whole=True)
    return {**told, "frames": len(source.frames), "notes": list(source.notes)}


def enlarge(task: Task, tell: Tell) -> dict[str, object]:
    """Upscale an upload as it is wished, and write the result and what a browser shows of both."""
    wish = Wish(**task.wish)
    enlarger = Enlarger(task.sources[wish.network], _size(wish), device="auto", way=Way(wish.engine))
    source = _source(task)
    first = source.frames[0]
    plan = enlarger.plan(first.width, first.height)
    _demand(plan, len(source.frames), task.result_pixels)
    output = Output(wish.format, wish.quality)
    target = _target(task, source, output)
    images.check_writable(target, plan.height, plan.width, output, frames=len(source.frames))
    note = _note(tell, plan, len(source.frames))
    with enlarged(source, enlarger, beside=target, name="picture", note=note) as made:
        tell({"writing": True})
        metadata = source.metadata.resized(made.width, made.height)
        lost = images.encode(target, made.frames, metadata, output, like=source)
    told: dict[str, object] = {"result": target.name, "result_width": plan.width, "result_height": plan.height}
    told["shown"] = _shown(task, target, output.format_of(target).name, len(source.frames), plan)
    told["before"] = _write_small(_source(task), lies_in(task.folder, BEFORE), LONGEST_SHOWN // 2).name
    return {**told, "notes": [*source.notes, *lost], "bytes": target.stat().st_size}


def compare(task: Task, tell: Tell) -> dict[str, object]:
    """Write a crop of an upload as several networks make it, and return the files by their names."""
    wish = task.wish
    trial = Trial(wish["x"], wish["y"], wish["side"], tuple(wish["networks"]))
    source = _source(task)
    crop = _crop(source.frames[0].in_depth(8).over_white(), trial)
    made: list[dict[str, object]] = []
    for number, name in enumerate(trial.networks):
        began = time.perf_counter()
        planes = _bicubic(crop) if name == BICUBIC else _by_network(crop, task.sources[name])
        file = lies_in(task.folder, f"made-{number}.png")
        images.write(file, Picture.of(planes))
        made.append({"network": name, "file": file.name, "seconds": round(time.perf_counter() - began, 2)})
        tell({"done": number + 1, "of": len(trial.networks), "share": (number + 1) / len(trial.networks)})
    side = {"result_width": crop.shape[1] * TIMES, "result_height": crop.shape[0] * TIMES}
    return {"made": made, **side, "notes": []}


DEEDS: Mapping[str, Callable[[Task, Tell], dict[str, object]]] = {"look": look, "enlarge": enlarge, "compare": compare}


def _source(task: Task) -> Source:
    return Source.open(lies_in(task.folder, UPLOAD), most_pixels=task.pixels)


def _size(wish: Wish) -> Size:
    return Size(scale=wish.scale, fit=None if wish.fit is None else (wish.fit[0], wish.fit[1]))


def _demand(plan: Plan, frames: int, most: int) -> None:
    pixels = plan.width * plan.height * frames
    if pixels > most:
        claimed = f"{plan.width}x{plan.height} pixels" + (f" in {frames} frames" if frames > 1 else "")
        raise PictureError("", f"the result would have {claimed}, and {most / 1e6:,.0f} million are the limit.")


def _target(task: Task, source: Source, output: Output) -> Path:
    if output.format is not None:
        suffix = next(each.suffix for each in FORMATS if each == output.format_of(Path("x")))
    else:
        suffix = images.nearest(Path(f"x{source.format.suffix}"), frames=len(source.frames))[0].suffix
    return lies_in(task.folder, f"{RESULT}{suffix}")


def _note(tell: Tell, plan: Plan, frames: int) -> Callable[[int, int], None]:
    """Return what is told of the tiles: a later pass is over a larger picture, and its share of the work larger."""
    scales = list(accumulate(plan.passes[:-1], mul, initial=1))
    shares = [scale**2 / sum(each**2 for each in scales) / frames for scale in scales] * frames
    gone = 0
    told = 0.0

    def note(done: int, tiles: int) -> None:
        nonlocal gone, told
        share = sum(shares[:gone]) + shares[gone] * done / tiles
        gone += done == tiles
        if done == tiles or time.monotonic() - told > TELLS_EVERY:
            told = time.monotonic()
            tell({"done": done, "of": tiles, "share": min(1.0, share)})

    return note


def _shown(task: Task, target: Path, known: str, frames: int, plan: Plan) -> str:
    """Return the file of which a browser shows what a result is: itself, where browsers can and it is not huge."""
    if known in SHOWS_ITSELF and frames == 1 and prod((plan.width, plan.height)) <= LONGEST_SHOWN**2:
        return target.name
    result = Source.open(target, most_pixels=task.result_pixels)
    return _write_small(result, lies_in(task.folder, SHOWN), LONGEST_SHOWN).name


def _write_small(source: Source, path: Path, longest: int, *, whole: bool = False) -> Path:
    """Write the first frame, its longer side no longer than that; without loss where that takes little room.

    With `whole`, what follows the first frame is decoded too, so that a file that is broken there is known to be.
    """
    frame = source.frames[0].in_depth(8)
    times = min(1.0, longest / max(frame.width, frame.height))
    with reported("picture"):
        # Decoded here, where what is broken is known to be the upload.
        small = frame.resized(max(1, round(frame.width * times)), max(1, round(frame.height * times)))
        small = Raster.of(small.planes())
        if whole:
            _decode(source.frames[1:])
    if not path.suffix:
        path = path.with_suffix(".png" if small.width * small.height <= 4_000_000 or small.transparent else ".jpg")
    images.encode(path, [small], Metadata(icc=source.metadata.icc))
    return path


def _decode(frames: Sequence[Raster]) -> None:
    for frame in frames:
        for start in range(0, frame.height, 256):
            frame.rows(start, min(frame.height, start + 256))


def _crop(raster: Raster, trial: Trial) -> np.ndarray:
    """Return the crop as RGB, moved to where it lies inside the picture."""
    side_x, side_y = min(trial.side, raster.width), min(trial.side, raster.height)
    x, y = min(trial.x, raster.width - side_x), min(trial.y, raster.height - side_y)
    planes = np.concatenate([raster.rows(start, start + 1)[:, x : x + side_x] for start in range(y + side_y)][y:])
    return np.ascontiguousarray(np.repeat(planes, 3, axis=2) if planes.shape[2] == 1 else planes)


def _by_network(crop: np.ndarray, source: str | None) -> np.ndarray:
    return enlarged_planes(crop, Enlarger(source, Size(scale=TIMES), device="auto", way=Way("torch")))[0]


def _bicubic(crop: np.ndarray) -> np.ndarray:
    made: Any = pixels_of(bicubic(image_of(crop), TIMES))
    return np.asarray(made)
