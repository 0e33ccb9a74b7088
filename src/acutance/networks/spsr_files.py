"""Files of SPSR's generator as released: told from old ESRGAN's, whose trunk it shares, and its size by the shapes."""

import re

import torch

from acutance.networks.keys import Recognised, count, enlargement
from acutance.networks.spsr import TAPS, SPSRConfig, evenly
from acutance.tensors import Weights

MARKS = ("b_fea_conv.", "f_block.", "f_concat.", "f_HR_conv1.")
"""Beginnings of keys that no RRDBNet has."""
ALIAS = "HR_conv0_new.0"
KERNELS = "get_g_nopadding"
RELEASED_TAPS = (5, 10, 15, 20)


def is_spsr(weights: Weights) -> bool:
    """Return whether these are weights of SPSR's generator, whole or not."""
    return all(any(key.startswith(start) for key in weights) for start in ("model.", MARKS))


def own_tensors(weights: Weights) -> Weights:
    """Return weights without what a released file of SPSR holds besides; any others as they are.

    That is the second name of the first convolution at HR, and the fixed kernels of the gradient map.
    """
    if not is_spsr(weights):
        return weights
    return {key: tensor for key, tensor in weights.items() if not key.startswith((f"{ALIAS}.", f"{KERNELS}."))}


def released_tensors(weights: Weights) -> Weights:
    """Return weights of our network as the released code keeps them, in its order: undoes `own_tensors`."""
    last = max(int(match[1]) for key in weights if (match := re.fullmatch(r"model\.(\d+)\.weight", key)))
    alias = {f"{ALIAS}.{kind}": weights[f"model.{last}.{kind}"] for kind in ("weight", "bias")}
    branch = {key: tensor for key, tensor in weights.items() if key.startswith(("b_", "conv_w", "f_"))}
    trunk = {key: tensor for key, tensor in weights.items() if key not in branch}
    return {**alias, **trunk, **_kernels(), **branch}


def recognise_spsr(weights: Weights, scale: int | None) -> Recognised | None:
    """SPSR, with the size by the shapes; one enlargement is x3 where `scale` says so, else x2.

    Taps leave no trace but their number: four of at least 20 blocks are those of the released code, others even.
    """
    first, growing = "model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight"
    if not is_spsr(weights) or not {first, growing} <= weights.keys():
        return None
    channels, growth = weights[first].shape[0], weights[growing].shape[0]
    blocks = count(r"model\.1\.sub\.\d+\.RDB1\.conv1\.0\.weight", weights)
    config = SPSRConfig(
        scale=enlargement(count(r"model\.\d+\.weight", weights) - 2, scale),
        channels=channels,
        growth=growth,
        blocks=blocks,
        taps=_taps(blocks, count(r"b_block_\d+\.RDB1\.conv1\.0\.weight", weights)),
    )
    return Recognised("spsr-light" if (channels, growth, blocks) == (32, 16, 4) else "spsr", config)


def _taps(blocks: int, taps: int) -> tuple[int, ...] | None:
    """Return None where the network finds them by itself."""
    found = RELEASED_TAPS if taps == TAPS and blocks >= RELEASED_TAPS[-1] else evenly(blocks, taps)
    return None if found == evenly(blocks, min(TAPS, blocks)) else found


def _kernels() -> Weights:
    across = torch.zeros(1, 1, 3, 3)
    across[..., 1, 0], across[..., 1, 2] = -1, 1
    return {f"{KERNELS}.weight_h": across, f"{KERNELS}.weight_v": across.mT.contiguous()}
