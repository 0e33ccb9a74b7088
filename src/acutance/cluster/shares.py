"""What is to be done, settled before any work: jobs among paths, pictures at addresses."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from acutance import images
from acutance.cluster.addresses import Remote, canonical, found, is_address, joined, present
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
        there: what is at the place of results, where that is an address or pictures come from one.
        settled: what `left` has found to be done, or not to be done.
    """

    tasks: Sequence[Task]
    rules: Rules
    there: frozenset[str] = frozenset()
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
        if task.job is not None and task.job.fault:
            return Entry(task.source, task.target, "failed", str(task.job.fault))
        if ours or self.rules.overwrite or (task.job is not None and self.rules.skip_existing):
            return None
        there = self._there(task)
        if there and self.rules.skip_existing:
            return Entry(task.source, task.target, "skipped")
        why = f"{task.source}: {there} is there already; --overwrite makes it again."
        return Entry(task.source, task.target, "failed", why) if there else None

    def _there(self, task: Task) -> str | None:
        """Return what stands where the result of a task is to be."""
        if task.job is None:
            return task.target if task.target in self.there else None
        return next((str(path) for path in task.job.written if os.path.lexists(path)), None)


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
        tasks = [Task(number, str(job.source), job, target=str(job.target)) for number, job in enumerate(jobs)]
        return Tasks(tasks, request.rules)
    if request.rules.name is not None:
        raise RequestError("a pattern of names is for folders on a disk, not for addresses.")
    remotes = found(inputs if any(map(is_address, inputs)) else [canonical(each) for each in inputs])
    if not remotes:
        raise RequestError(f"there is no picture at {inputs[0]}.")
    return _remote_tasks(remotes, canonical(out), request.rules)


def _remote_tasks(remotes: Sequence[Remote], out: str, rules: Rules) -> Tasks:
    """Return the tasks of pictures at addresses; raises where two become one, or one would be written over."""
    sources, seen = {each.address for each in remotes}, dict[str, Remote]()
    tasks: list[Task] = []
    for number, each in enumerate(remotes):
        path = Path(each.name)
        known = named(rules.output.format).suffix if rules.output.format else images.nearest(path)[0].suffix
        target = joined(out, str(each.folder), f"{path.stem}{known}")
        if target in sources:
            raise RequestError(f"{target} is an input, and would be overwritten: name another folder with --out.")
        if target.casefold() in seen:
            raise RequestError(f"{seen[target.casefold()].address} and {each.address} would both become {target}.")
        seen[target.casefold()] = each
        tasks.append(Task(number, each.address, remote=each, out=out, target=target))
    return Tasks(tasks, rules, present(out))
