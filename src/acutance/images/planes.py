"""What arrays of pixels are: (h, w, c), 8 or 16 bits or floats in [0, 1]."""

import numpy as np
from jaxtyping import Float32, UInt8, UInt16

Planes = UInt8[np.ndarray, "h w c"] | UInt16[np.ndarray, "h w c"] | Float32[np.ndarray, "h w c"]
"""One to four channels: grey, grey and alpha, RGB, RGB and alpha."""
FULL = {"uint8": 255.0, "uint16": 65535.0, "float32": 1.0}
"""White, by type."""
