"""How far the structure features of SR are from those of HR: mean |F(SR) - F(HR)| / s, as in SPSR's Eq. 14.

F is a frozen structure extractor and s its feature scale, without which features of two extractors cannot be compared.
"""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from acutance.extractors.structure import StructureExtractor
from acutance.metrics.luma import demand_equal_sizes
from acutance.ops import image_of


def structure(
    sr: UInt8[np.ndarray, "h w 3"], hr: UInt8[np.ndarray, "H W 3"], *, extractor: StructureExtractor | str | Path
) -> float:
    """Return the distance that `extractor` sees between two RGB pictures, whole, in units of its feature scale.

    `extractor` may be a file or the name of a bundled one. Raises RequestError if there is none, the sizes differ, or
    the pictures are smaller than one of its cells.
    """
    demand_equal_sizes(sr, hr)
    frozen = extractor if isinstance(extractor, StructureExtractor) else StructureExtractor.from_file(extractor)
    with torch.inference_mode():
        first, second = frozen(image_of(sr)), frozen(image_of(hr))
        return float((first - second).abs().mean() / frozen.feature_scale)
