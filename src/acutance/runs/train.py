"""From a recipe and pictures to a finished run: `acutance.train`, which the command and every comparison call."""

from collections.abc import Callable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from acutance.runs.run import Run

if TYPE_CHECKING:
    from acutance.experiment import Experiment
    from acutance.recipes import Recipe

Place = str | PathLike[str]


def train(
    recipe: "str | Recipe | Callable[[int], Experiment]", *, data: Place | Sequence[Place], out: Place,
    scale: int = 4, steps: int | None = None, batch: int | None = None, patch: int | None = None, seed: int = 1,
    vgg: Place | None = None, squeezenet: Place | None = None, resnet: Place | None = None,
    embedding: Place | None = None, extractor: Place | None = None,
    perceptual: str | None = None, without: Sequence[str] = (),
    init: Place | None = None, resume: bool = False, validate: Place | None = None, every: int = 1000,
    test: Place | None = None, cache: Place | None = None, device: str = "auto", devices: int = 1,
    nodes: int = 1, precision: str = "32-true", check: bool = False,
) -> Run:  # fmt: skip
    """Train a network by a recipe on folders of pictures.

    >>> import acutance, tempfile
    >>> photos, out = Path(acutance.__file__).parent / "photos" / "train", Path(tempfile.mkdtemp()) / "x"
    >>> run = acutance.train("pixel:edsr_light", data=photos, out=out, steps=2, batch=1, patch=48)
    >>> run.network.name, [step for step, loss in run.curve["loss/pixel"]], run.report.name
    ('edsr-light', [1, 2], 'report.html')

    Args:
        recipe: PAPER:ROW such as "pcl:edsr_s", "my_recipe.py:name", or a function of the scale (`recipes.find_recipe`).
        data, out: folder or folders of HR pictures to train on; folder of the run.
        scale, steps, batch, patch: 2, 3, 4 or 8; updates, patches in each and their HR side; None as the recipe says.
        seed: decides the start, the patches and the samples.
        vgg, squeezenet, resnet, embedding, extractor: files for the recipes that ask for them.
        perceptual, without: features of the perceptual loss, and terms to leave out of the objective.
        init, resume: weights to start from: file, run or bundled name; go on with the run in `out` where it stopped.
        validate, every, test: set to score while training, steps between two scores, folder of the test sets.
        cache: folder for the decoded pictures; beside `out` by default.
        device, devices, nodes, precision: as `training.Machine`. Several devices start the same script once for each.
        check: rehearse one step, one validation and one checkpoint, leave nothing, and return what that took.

    Raises:
        RequestError: a name, a value or a folder is wrong; nothing was written then.
        AcutanceError: the run failed; its last checkpoint stands.
    """
    from acutance.recipes.find import find_recipe
    from acutance.recipes.recipe import Request
    from acutance.runs.job import Job
    from acutance.runs.rehearsal import rehearse
    from acutance.training import Machine

    files = {"vgg": vgg, "squeezenet": squeezenet, "resnet": resnet, "embedding": embedding, "extractor": extractor}
    request = Request(scale, patch, steps, batch, located(files), perceptual, without)
    folders = [Path(data)] if isinstance(data, str | PathLike) else [Path(each) for each in data]
    job = Job(find_recipe(recipe), request, folders, Path(out), seed, None if init is None else fspath(init), precision)
    experiment = job.experiment()
    validation = job.validation(validate, test, every)
    store = job.store(Path(cache or Path(out).parent / "store"), experiment.patch)
    fabric = Machine(device, devices, nodes, precision).launch()
    if check:
        return Run(job.out, rehearse(experiment, store, validation, fabric, job.out, seed))
    job.run(experiment, store, validation, fabric, resume=resume)
    return Run(job.out)


def located(files: Mapping[str, Place | None]) -> dict[str, Path | None]:
    """Return the files that were given, a structure extractor by its file too where its name was."""
    from acutance.extractors.structure import locate

    given = {name: Path(file) for name, file in files.items() if file is not None}
    return {name: locate(path) if name == "extractor" else path for name, path in given.items()}
