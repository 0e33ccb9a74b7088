"""A model of OpenVINO or ONNX Runtime as a network: its scale, its range, and whatever size it takes."""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from acutance.engines.ranges import probed_range, said_range
from acutance.engines.session import Session, Unfit
from acutance.ops.tiles import fixed_windows, paste

PROBE = 32
"""Side of the picture by which the scale of a model for all sizes is found; SwinIR's windows divide it."""
OVERLAP = 16
"""LR pixels, a quarter of a window at most, that neighbouring windows share on each side."""
PREFIX = "acutance."
"""Of what our own files say of themselves."""

Image = Float[np.ndarray, "b 3 h w"]
Enlarged = Float[np.ndarray, "b 3 H W"]


class ModelRunner:
    """Makes SR of LR by a model whose input is NCHW, RGB, of any size or of one; so is its output.

    Where it takes one size, larger pictures are cut into windows that overlap and smaller ones get mirrored borders.

    Args:
        session: the model in its runtime.
        name: of the network, for sentences.

    Attributes:
        scale: found by trying.
        range: the value of white, 1 or 255: what the file says, or found by trying.

    Raises:
        Unfit: it makes no enlargement of RGB.
    """

    def __init__(self, session: Session, name: str, device: torch.device) -> None:
        self._session = session
        self.name, self.device = said(session.words, "network") or name, device
        self.scale = self._probed_scale()
        self.receptive_radius = _radius(session.words)
        self.range = said_range(said(session.words, "range")) or probed_range(
            self._called, self._probe_sides, self.scale
        )

    @torch.inference_mode()
    def __call__(self, lr: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 H W"]:
        """Return SR, picture by picture."""
        return torch.cat([torch.from_numpy(self._one(each[None].numpy())) for each in lr])

    def _one(self, image: Image) -> Enlarged:
        height, width = image.shape[2:]
        missing = [
            max(0, (side or 0) - length) for side, length in zip(self._session.sides, (height, width), strict=True)
        ]
        image = np.pad(image, [(0, 0), (0, 0), (0, missing[0]), (0, missing[1])], mode="symmetric")
        sr = self._called(image * np.float32(self.range)) / np.float32(self.range)
        return sr[..., : height * self.scale, : width * self.scale]

    def _called(self, image: Image) -> Enlarged:
        """Return what the model makes, in its own range, of a picture that is as large as it needs at least."""
        height, width = image.shape[2:]
        sides = tuple(side or length for side, length in zip(self._session.sides, (height, width), strict=True))
        if sides == (height, width):
            return self._session(image)
        sr = np.empty((1, 3, self.scale * height, self.scale * width), np.float32)
        for window in fixed_windows(height, width, sides=(sides[0], sides[1]), overlap=OVERLAP):
            paste(sr, window, self._session(image[(..., *window.seen)]), self.scale)
        return sr

    @property
    def _probe_sides(self) -> tuple[int, int]:
        height, width = (side or PROBE for side in self._session.sides)
        return height, width

    def _probed_scale(self) -> int:
        height, width = self._probe_sides
        shape = self._session(np.full((1, 3, height, width), 0.5, np.float32)).shape
        scale = shape[2] // height if len(shape) == 4 else 0
        if scale < 1 or shape != (1, 3, height * scale, width * scale):
            raise Unfit(f"it makes {'x'.join(map(str, shape))} of 1x3x{height}x{width}, which is no enlargement")
        return scale


def said(words: Mapping[str, str], key: str) -> str:
    """Return what a file of ours says of itself; nothing where it says nothing."""
    return words.get(PREFIX + key, "")


def _radius(words: Mapping[str, str]) -> int | None:
    told = said(words, "receptive_radius")
    return int(told) if told.isdigit() else None
