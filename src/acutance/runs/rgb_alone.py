"""What a run on pictures of other bands than RGB cannot be asked for."""

from acutance.data import Declared
from acutance.errors import RequestError
from acutance.experiment import Experiment
from acutance.extractors import VGG19, ResNet18, SqueezeNet, StructureExtractor

RGB_ALONE = (VGG19, ResNet18, SqueezeNet, StructureExtractor)
"""What was trained on RGB, and looks at nothing else."""


def demand_bare(experiment: Experiment, declared: Declared, validate: object) -> None:
    """Raise RequestError where something is asked for that knows RGB alone."""
    bands = experiment.network.bands
    for name, term in experiment.objective.items():
        found = next((each for each in term.loss.modules() if isinstance(each, RGB_ALONE)), None)
        if found is not None:
            raise RequestError(f"{name} looks through {type(found).__name__}, which knows RGB, not {bands} bands.")
    if experiment.degradation is not None:
        raise RequestError(f"degradations are of RGB pictures; LR of {bands} bands is made by bicubic reduction alone.")
    if experiment.network.scale == 1:
        raise RequestError(f"at scale 1 LR of {bands} bands would be HR: there is nothing to restore.")
    if declared.lr:
        raise RequestError(f"--lr is of RGB pictures; LR of {bands} bands is made by bicubic reduction alone.")
    if validate is not None:
        raise RequestError(f"--validate scores RGB; score {bands} bands by acutance evaluate RUN --bands DIR.")
