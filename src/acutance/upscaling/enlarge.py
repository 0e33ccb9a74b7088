"""Through the networks, one after the other, a window at a time: what is between a picture and its result."""

from collections.abc import Callable, Iterator
from math import prod

import numpy as np
from jaxtyping import Float

from acutance.ops import tiles
from acutance.ops.pixels import as_type
from acutance.ops.tiles import Window, paste, windows
from acutance.upscaling.border import Bordered, Pixels
from acutance.upscaling.canvas import Canvas, Room
from acutance.upscaling.channels import BICUBIC_REACH, through
from acutance.upscaling.engine import Engine
from acutance.upscaling.enlarger import Enlarger

Note = Callable[[int, int], None]
"""Called with the tiles done and their number."""


def run(pixels: Pixels, enlarger: Enlarger, scales: tuple[int, ...], room: Room, note: Note | None = None) -> Canvas:
    """Return the canvas of a picture that has gone through the networks of `scales`.

    Its channels are those of the picture and, behind them, those of what the network makes beside SR, without alpha.
    """
    done: Canvas | None = None
    for scale in scales:
        engine = enlarger.engine(scale, pixels.height * pixels.width)
        shape = pixels.height * scale, pixels.width * scale, channels_of(pixels, engine)
        canvas = room.canvas(shape, pixels.dtype)
        fill(canvas, pixels, engine, note)
        if done is not None:
            room.free(done)
        pixels = done = canvas
    assert done is not None, "there is no way without a network"
    return done


def channels_of(pixels: Pixels, engine: Engine) -> int:
    """Return how many channels `fill` makes."""
    colours = pixels.channels - (pixels.channels in (2, 4))
    return pixels.channels + colours * (engine.pictures - 1)


def needed(pixels: Pixels, scales: tuple[int, ...], pictures: int) -> int:
    """Return the bytes that `run` needs at most at one time."""
    made = [prod(scales[: count + 1]) ** 2 for count in range(len(scales))]
    return pixels.height * pixels.width * pixels.channels * pixels.dtype.itemsize * sum(made[-2:]) * pictures


def fill(canvas: Canvas, pixels: Pixels, engine: Engine, note: Note | None = None) -> None:
    """Fill a canvas with what an engine makes of a picture.

    Only windows are ever floating-point tensors. Values are clamped to the range of the type, floats to [0, 1], and
    rounded to the nearest integer where the type is one.
    """
    overlap = max(engine.overlap, BICUBIC_REACH) if pixels.channels in (2, 4) else engine.overlap
    every = windows(pixels.height, pixels.width, tile=engine.tile_for(pixels.height, pixels.width), overlap=overlap)
    parts = _parts(Bordered(pixels, engine.border), every, engine, note)
    if engine.blend:
        tiles.blend(canvas, parts, engine.scale)
        return
    for window, part in parts:
        paste(canvas, window, as_type(part, canvas.dtype), engine.scale)


def _parts(
    view: Bordered, every: list[Window], engine: Engine, note: Note | None
) -> Iterator[tuple[Window, Float[np.ndarray, "c h w"]]]:
    for done, window in enumerate(every, 1):
        made = through(view.seen(window), engine).clamp(0, 1).numpy()
        yield window, made[(..., *view.inner(window, engine.scale))]
        if note:
            note(done, len(every))
