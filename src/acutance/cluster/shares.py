"""What is to be done, settled before any work: jobs among paths, pictures at addresses."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from acutance import images
from acutance.cluster.addresses import Remote, found, is_address
from acutance.cluster.manifest import Entry, Manifest
from acutance.cluster.request import Request
from acutance.cluster.worker import Task
from acutance.errors import RequestError
from acutance.images.formats import named
from acutance.upscaling.gathering import STANDARD
from acutance.upscaling.jobs import plan
from acutance.upscaling.rules import Rules


@dataclass
class Tasks:
    """All tasks of a request.

    Attributes:
        tasks: one for each picture.
        rules: of the request.
        settled: what `left` has found to be done, or not to be done.
    """

    tasks: Sequence[Task]
    rules: Rules
    settled: list[Entry] = field(default_factory=list)

    def left(self, manifest: Manifest) -> list[Task]:
        """Return the tasks that are to be shared out; what became of the others is in `settled` and the manifest."""
        left: list[Task] = []
        for task in self.tasks:
            known = manifest.known.get(task.source)
            if known is not None and manifest.is_done(task.source):
                self.settled.append(Entry(known.source, known.target, "skipped"))
            elif refused := self._refused(task, task.source in manifest.begun):
                manifest.add(refused)
                self.settled.append(refused)
            else:
                left.append(task)
        return left

    def _refused(self, task: Task, ours: bool) -> Entry | None:
        """Return why a task is not to be done; what stands in its place may be of an earlier start."""
        if task.job is None:
            return None
        target = str(task.job.target)
        if task.job.fault:
            return Entry(task.source, target, "failed", str(task.job.fault))
        if ours or self.rules.overwrite or self.rules.skip_existing:
            return None
        there = next((path for path in task.job.written if os.path.lexists(path)), None)
        why = f"{task.source}: {there} is there already; --overwrite makes it again."
        return Entry(task.source, target, "failed", why) if there else None


def tasks_of(inputs: Sequence[str | Path], out: str | Path, request: Request) -> Tasks:
    """Return the tasks of inputs, of which all are paths or all addresses.

    Raises:
        RequestError: as `upscaling.jobs.plan`; two pictures at addresses would become one; a pattern of names among
            addresses.
    """
    if STANDARD in [*inputs, out]:
        raise RequestError("a cluster takes files and folders, not standard input and output.")
    if not any(map(is_address, [*inputs, out])):
        enlarger = request.enlarger(1)
        name = Path(request.network).stem if request.network else None
        # Workers have working folders of their own.
        given, folder = [Path(each).absolute() for each in inputs], f"{Path(out).absolute()}{os.sep}"
        jobs = plan(given, folder, enlarger, request.rules, name).jobs
        return Tasks([Task(number, str(job.source), job) for number, job in enumerate(jobs)], request.rules)
    if request.rules.name is not None:
        raise RequestError("a pattern of names is for folders on a disk, not for addresses.")
    if any(map(is_address, inputs)):
        remotes = found(inputs)
    else:
        remotes = found([Path(each).absolute().as_uri() for each in inputs])
    if not remotes:
        raise RequestError(f"there is no picture at {inputs[0]}.")
    _demand_apart(remotes, request.rules)
    tasks = [Task(number, each.address, remote=each, out=str(out)) for number, each in enumerate(remotes)]
    return Tasks(tasks, request.rules)


def _demand_apart(remotes: Sequence[Remote], rules: Rules) -> None:
    seen: dict[str, Remote] = {}
    for each in remotes:
        path = Path(each.name)
        known = named(rules.output.format).suffix if rules.output.format else images.nearest(path)[0].suffix
        key = f"{each.folder}/{path.stem}{known}".casefold()
        if key in seen:
            raise RequestError(f"{seen[key].address} and {each.address} would both become {path.stem}{known}.")
        seen[key] = each
