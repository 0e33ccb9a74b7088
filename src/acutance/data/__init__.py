"""Files to batches: sets of pictures, a store decoded once, aligned patches, an endless stream that can be resumed."""

from acutance.data.augment import symmetry
from acutance.data.decode import decode, degrade
from acutance.data.degradation import Degradation
from acutance.data.pairs import Pair, find_pictures, paired
from acutance.data.sets import PictureSet, find_set, find_sets
from acutance.data.shrink import Shrunk, factors_of, shrink_folders
from acutance.data.store import Store
from acutance.data.stream import PatchStream
from acutance.data.verify import Verified, verify

__all__ = [
    "Degradation",
    "Pair",
    "PatchStream",
    "PictureSet",
    "Shrunk",
    "Store",
    "Verified",
    "decode",
    "degrade",
    "factors_of",
    "find_pictures",
    "find_set",
    "find_sets",
    "paired",
    "shrink_folders",
    "symmetry",
    "verify",
]
