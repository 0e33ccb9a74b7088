"""Whether pictures that train show what test pictures show: found by keypoints, proved by pixels."""

from acutance.overlap.search import Overlap, TestPictures

__all__ = ["Overlap", "TestPictures"]
