"""A structure extractor learns from pictures alone, by a pretext task, and is measured by a probe."""

from acutance.pretext.learning import PretextConfig, TrainedExtractor, train
from acutance.pretext.probe import Accuracy, ProbeConfig, ProbeResults, probe

__all__ = ["Accuracy", "PretextConfig", "ProbeConfig", "ProbeResults", "TrainedExtractor", "probe", "train"]
