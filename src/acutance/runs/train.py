"""From a recipe and pictures to a finished run: `acutance.train`, which the command and every comparison call."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING

from acutance.runs.run import Run
from acutance.runs.settings_file import configurable

if TYPE_CHECKING:
    from acutance.experiment import Experiment
    from acutance.recipes import Recipe

Place = str | PathLike[str]


@configurable
def train(
    recipe: "str | Recipe | Callable[[int], Experiment] | None" = None, *,
    data: Place | Sequence[Place] | None = None, out: Place | None = None, config: Place | None = None,
    lr: Place | Sequence[Place] | None = None, white_level: int | None = None, scale: int = 4,
    steps: int | None = None, batch: int | None = None, patch: int | None = None, seed: int = 1,
    learning_rate: float | None = None, optimizer: str | None = None, schedule: str | None = None,
    average: float | None = None, clip: float | None = None, freeze: Sequence[str] = (),
    critic_steps: int | None = None,
    vgg: Place | None = None, squeezenet: Place | None = None, resnet: Place | None = None,
    embedding: Place | None = None, extractor: Place | None = None,
    perceptual: str | None = None, without: Sequence[str] = (), init: Place | None = None, resume: bool = False,
    validate: Place | Sequence[Place] | None = None, every: int = 1000, test: Place | None = None,
    metrics: str | Sequence[str] | None = None, weights: Place | None = None, best_by: str | None = None,
    patience: int | None = None, log: str | Sequence[str] | None = None, cache: Place | None = None,
    device: str = "auto", devices: int = 1, nodes: int = 1, precision: str = "32-true", accumulate: int = 1,
    compile: bool = False, workers: int | None = None, check: bool = False, on_nan: str = "restart",
    trust: bool = False,
) -> Run:  # fmt: skip
    """Train a network by a recipe on folders of pictures.

    >>> import acutance, tempfile
    >>> from pathlib import Path
    >>> photos, out = Path(acutance.__file__).parent / "photos" / "train", Path(tempfile.mkdtemp()) / "x"
    >>> run = acutance.train("pixel:edsr_light", data=photos, out=out, steps=2, batch=1, patch=48)
    >>> run.network.name, [step for step, loss in run.curve["loss/pixel"]], run.report.name
    ('edsr-light', [1, 2], 'report.html')

    Args:
        recipe: PAPER:ROW such as "pcl:edsr_s", "my_recipe.py:name", or a function of the scale (`recipes.find_recipe`).
        data, out: folder or folders of HR pictures to train on; folder of the run. Data sets with LR are recognised.
        config: a TOML file with any of these options, such as a run's run.toml; what is told here goes before it.
        lr: folders of LR, one for each in `data`, where names do not say it; a kind ("unknown"); "here" for LR of HR.
        white_level: the value of white in files of 16 bits that hold fewer, such as 4095 for 12.
        scale, steps, batch, patch: 2, 3, 4 or 8; updates, patches in each and their HR side; None as the recipe says.
        seed: decides the start, the patches and the samples.
        learning_rate, optimizer, schedule, average, clip, freeze: not as the recipe says; see `runs.changes.Changes`.
        critic_steps: updates of the critics on the network as it starts, before that learns.
        vgg, squeezenet, resnet, embedding, extractor: files for the recipes that ask for them.
        perceptual, without: features of the perceptual loss, and terms to leave out of the objective.
        init, resume: weights to start from: file, run or bundled name; go on with the run in `out` where it stopped.
        validate, every, test, metrics, weights, best_by, patience: as `runs.judging.Judging`.
        log, cache: "tensorboard", "wandb", "trackio"; folder of the decoded pictures, beside `out` if None.
        device, devices, nodes, precision: as `training.Machine`. Several devices start the same script once for each.
        accumulate, compile, workers: as `runs.execution.Execution`.
        on_nan: "restart" from the last checkpoint with half the rate where 25 steps in a row are not finite, or "stop".
        trust: run the code of a recipe file that lies in the folder of a run, which may be somebody else's.
        check: rehearse one step, one validation and one checkpoint, leave nothing, and return what that took.

    Raises:
        RequestError: a name, a value or a folder is wrong; nothing was written then.
        AcutanceError: the run failed; its last checkpoint stands.
    """
    asked = dict(locals())
    from acutance.runs.asked import carry_out  # torch is loaded here, and not by --help

    return carry_out(asked)
