"""The two tasks by which a structure extractor learns, by name, and an extractor at work on one of them."""

from torch import nn

from acutance.errors import unknown
from acutance.extractors.structure import StructureExtractor
from acutance.pretext.choice import Choice
from acutance.pretext.contrastive import Contrastive
from acutance.pretext.jigsaw import Jigsaw
from acutance.types import HighRes

TASKS = ("contrastive", "jigsaw")
SCALE = 4
"""Of the store of pictures, so that it is the one that networks x4 are trained from."""
Head = Contrastive | Jigsaw


class Pretext(nn.Module):
    """An extractor and the head that learns with it; the head is not needed afterwards.

    Args:
        extractor: whose features the questions are about.
        task: "contrastive" or "jigsaw".
        sampling: of the contrastive task: "h", "v" or "c".
        anchors: questions asked about each image.

    Raises:
        RequestError: there is no such task or sampling.
    """

    def __init__(self, extractor: StructureExtractor, task: str, *, sampling: str = "h", anchors: int = 32) -> None:
        super().__init__()
        self.extractor = extractor
        self.head = make_head(extractor, task, sampling=sampling, anchors=anchors)

    def forward(self, image: HighRes) -> Choice:
        """Ask `anchors` questions about each image; only cells that see no padding take part."""
        return self.head(self.extractor.interior(image))


def make_head(extractor: StructureExtractor, task: str, *, sampling: str = "h", anchors: int = 32) -> Head:
    """Return an untrained head for the features of `extractor`; arguments and errors are those of `Pretext`."""
    if task == "contrastive":
        return Contrastive(extractor.offset, sampling, anchors)
    if task == "jigsaw":
        return Jigsaw(extractor.offset, anchors)
    raise unknown("pretext task", task, TASKS)
