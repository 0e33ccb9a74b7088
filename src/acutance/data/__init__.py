"""Files to batches: sets of pictures, a store decoded once, aligned patches, an endless stream that can be resumed."""

from acutance.data.ahead import Ahead
from acutance.data.augment import symmetry
from acutance.data.band_store import BandStore
from acutance.data.declared import HIGH_ALONE, Declared
from acutance.data.decode import decode, degrade
from acutance.data.degradation import Degradation
from acutance.data.depth import Depth
from acutance.data.discovery import discover, find_pictures, looks_low, pair_of
from acutance.data.known_sets import KNOWN, Recognised, find_known, known_set, recognise
from acutance.data.pairs import Pair
from acutance.data.sets import PictureSet, find_set, find_sets
from acutance.data.shrink import Shrunk, factors_of, shrink_folders
from acutance.data.store import Store
from acutance.data.stream import PatchStream
from acutance.data.verify import Verified, verify
from acutance.data.worsened import RandomDegradation, Worsened, degrade_files, lr_of, worsened_set

__all__ = [
    "HIGH_ALONE",
    "KNOWN",
    "Ahead",
    "BandStore",
    "Declared",
    "Degradation",
    "Depth",
    "Pair",
    "PatchStream",
    "PictureSet",
    "RandomDegradation",
    "Recognised",
    "Shrunk",
    "Store",
    "Verified",
    "Worsened",
    "decode",
    "degrade",
    "degrade_files",
    "discover",
    "factors_of",
    "find_known",
    "find_pictures",
    "find_set",
    "find_sets",
    "known_set",
    "looks_low",
    "lr_of",
    "pair_of",
    "recognise",
    "shrink_folders",
    "symmetry",
    "verify",
    "worsened_set",
]
