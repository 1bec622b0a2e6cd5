"""Runs on the nodes of a cluster, as many as it has slots."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import ray
from ray.exceptions import RayError, RayTaskError

from maskstream.errors import ProgramNotFoundError
from maskstream.ray.job import Job
from maskstream.ray.ledger import Ledger
from maskstream.ray.outcome import Outcome
from maskstream.ray.progress import Line, progress
from maskstream.ray.table import Row
from maskstream.ray.work import fingerprint, mask

Task: TypeAlias = "ray.ObjectRef[list[Outcome]]"

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


def slots(job: Job) -> int:
    """Count the runs that the cluster has cores for."""
    resources = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(resources.get("CPU", 1)) // job.cores)


def start(group: Sequence[Row], job: Job) -> Task:
    """Start a run for a few rows."""
    return _mask.options(num_cpus=job.cores).remote(list(group), job)


def drive(
    ledger: Ledger,
    job: Job,
    begin: Callable[[Sequence[Row]], Task] | None = None,
    line: Line | None = None,
) -> None:
    """Start runs until all rows of a ledger are settled, or something stops the job.

    Args:
        ledger: the rows; what becomes of them is entered there.
        job: how they are masked.
        begin: starts a run, by default with `start`.
        line: where it shows how far it is.

    Raises:
        ProgramNotFoundError: the program is not installed on a node.
    """
    running: dict[Task, list[int]] = {}
    try:
        while True:
            # Some wait at the nodes, so that no slot does.
            while len(running) < 2 * slots(job) and (group := ledger.take()):
                rows = [ledger.rows[index] for index in group]
                running[begin(rows) if begin else start(rows, job)] = group
            if not running or ledger.stopped_by:
                break
            for ended in ray.wait(list(running), timeout=1)[0]:
                _collect(ended, running.pop(ended), ledger)
            if line:
                line.show(progress(ledger, len(running), line.passed))
    except KeyboardInterrupt:
        if not line:
            raise
        ledger.is_interrupted = True
    finally:
        if line:
            line.clear()
            ledger.passed = line.passed
        _end(list(running))


def _collect(ended: Task, group: list[int], ledger: Ledger) -> None:
    try:
        outcomes: list[Outcome] = ray.get(ended)
        ledger.add(group, outcomes)
    except RayTaskError as error:
        if isinstance(error.cause, ProgramNotFoundError):
            raise error.cause from None
        ledger.lose(group, str(error.cause))
    except RayError as error:
        ledger.lose(group, str(error).partition("\n")[0])


def _end(running: list[Task]) -> None:
    """End what still runs: gently, so that it cleans up, then by force."""
    for force in (False, True):
        for task in running:
            ray.cancel(task, force=force)
        if running:
            _, running = ray.wait(running, num_returns=len(running), timeout=10)
