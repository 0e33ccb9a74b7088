"""Whether pictures that train show what test pictures show: found by keypoints, proved by pixels."""

from acutance.overlap.leaks import Leaks, find_leaks
from acutance.overlap.search import Overlap, TestPictures

__all__ = ["Leaks", "Overlap", "TestPictures", "find_leaks"]
