"""The classical degradation: blur, bicubic reduction, noise, compression; at scale 1, what restoring is to undo.

LR = JPEG((HR * k) reduced + n)
"""

from dataclasses import dataclass

import numpy as np
import torch

from acutance.degrade.low_resolution import LowResolution
from acutance.degrade.step import Picture, Step
from acutance.ops import bicubic


@dataclass(frozen=True)
class Classical(LowResolution):
    """Blur, reduce as MATLAB's imresize does, add noise, compress; each may be left out.

    Example:
        >>> from acutance.degrade import JPEG, GaussianNoise
        >>> denoising = Classical(1, noise=GaussianNoise((25, 25), grey=0))
        >>> bicubic_then_jpeg = Classical(4, compression=JPEG((40, 90)))
    """

    scale: int = 4
    blur: Step | None = None
    noise: Step | None = None
    compression: Step | None = None

    def degraded(self, hr: Picture, size: tuple[int, int], random: np.random.Generator) -> Picture:
        """Return LR of the given height and width."""
        picture = self.blur(hr, random) if self.blur else hr
        if self.scale > 1:
            image = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
            picture = bicubic(image, 1 / self.scale)[0].permute(1, 2, 0).clamp(0, 1).numpy()
        for step in (self.noise, self.compression):
            picture = step(picture, random) if step else picture
        return picture
