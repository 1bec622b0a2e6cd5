"""The job on a cluster: runs on its nodes, as many as it has slots."""

from collections.abc import Sequence
from dataclasses import replace

import ray
from ray.exceptions import RayError, RayTaskError

from maskstream.errors import ProgramNotFoundError
from maskstream.ray.job import Job
from maskstream.ray.ledger import RETRIES, Ledger
from maskstream.ray.outcome import Outcome
from maskstream.ray.progress import Line, progress
from maskstream.ray.table import Row
from maskstream.ray.work import fingerprint, mask

# What is tried again, and how often, is the ledger's.
_mask = ray.remote(max_retries=0)(mask)
_fingerprint = ray.remote(max_retries=-1)(fingerprint)


def with_fingerprints(job: Job, rows: Sequence[Row]) -> Job:
    """Ask a node what the models of each profile answer: all nodes have to answer the same.

    Raises:
        ProgramNotFoundError: the program is not installed there.
        MaskstreamError: ProfileError, UsageError or UnavailableError.
    """
    profiles = sorted({row.profile or job.profile for row in rows})
    asked = [_fingerprint.options(num_cpus=job.cores).remote(each, job) for each in profiles]
    try:
        answers = ray.get(asked)
    except RayTaskError as error:
        raise error.cause from None
    return replace(job, fingerprints=tuple(zip(profiles, answers, strict=True)))


def run(rows: Sequence[Row], job: Job, *, retries: int = RETRIES) -> Ledger:
    """Mask all rows on the cluster that Ray is connected to.

    Returns:
        What became of them. With Ctrl-C, or after what stops the job, some are not done.

    Raises:
        ProgramNotFoundError: the program is not installed on a node.
        CannotCreateError: the folder of outputs cannot be made.
    """
    slots = _slots(job)
    ledger = Ledger(rows, job, slots=slots, retries=retries)
    line = Line()
    running: dict[ray.ObjectRef[list[Outcome]], list[int]] = {}
    job.make_place()
    try:
        while True:
            # Some wait at the nodes, so that no slot does.
            while len(running) < 2 * _slots(job) and (group := ledger.take()):
                task = _mask.options(num_cpus=job.cores)
                running[task.remote([rows[index] for index in group], job)] = group
            if not running or ledger.stopped_by:
                break
            for ended in ray.wait(list(running), timeout=1)[0]:
                _collect(ended, running.pop(ended), ledger)
            line.show(progress(ledger, len(running), line.passed))
    except KeyboardInterrupt:
        ledger.is_interrupted = True
    finally:
        line.clear()
        ledger.passed = line.passed
        _end(list(running))
        job.place.sweep()
    return ledger


def _slots(job: Job) -> int:
    resources = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(resources.get("CPU", 1)) // job.cores)


def _collect(ended: "ray.ObjectRef[list[Outcome]]", group: list[int], ledger: Ledger) -> None:
    try:
        outcomes: list[Outcome] = ray.get(ended)
        ledger.add(group, outcomes)
    except RayTaskError as error:
        if isinstance(error.cause, ProgramNotFoundError):
            raise error.cause from None
        ledger.lose(group, str(error.cause))
    except RayError as error:
        ledger.lose(group, str(error).partition("\n")[0])


def _end(running: "list[ray.ObjectRef[list[Outcome]]]") -> None:
    """End what still runs: gently, so that it cleans up, then by force."""
    for force in (False, True):
        for task in running:
            ray.cancel(task, force=force)
        if running:
            _, running = ray.wait(running, num_returns=len(running), timeout=10)
