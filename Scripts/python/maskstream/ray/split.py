"""Long files: their parts are masked side by side, then joined."""

from dataclasses import replace

import ray

from maskstream.ray.cluster import drive, slots, start
from maskstream.ray.job import Job
from maskstream.ray.ledger import Ledger
from maskstream.ray.outcome import Outcome
from maskstream.ray.parts import join, look, parts
from maskstream.ray.table import Row

_look = ray.remote(max_retries=0)(look)
_join = ray.remote(max_retries=0)(join)


def mask_long(row: Row, job: Job, seconds: float, retries: int) -> list[Outcome]:
    """Mask one input, in parts if it is long: a task that starts others.

    Returns:
        Its outcome. Parts that are done are not done again when it is tried again.

    Raises:
        ProgramNotFoundError: the program is not installed.
        RayError: a worker was lost.
    """
    seen = ray.get(_look.options(num_cpus=job.cores).remote(row, job))
    if isinstance(seen, Outcome):
        return [seen]
    cut = parts(row, seen, seconds)
    if len(cut) < 2:
        return _whole(row, job)
    ledger = Ledger(cut, job, slots=slots(job), retries=retries, alone=0)
    drive(ledger, job)
    masked = ledger.outcomes()
    failed = ledger.stopped_by or next((each for each in masked if each.exit != 0), None)
    if failed:
        message = f"of {len(cut)} segments one failed: {failed.message}"
        told = replace(failed, input=row.input, output=None, message=message, segments=len(cut))
        return [replace(told, exit=failed.exit or 69)]  # 0: done before, by another kind of machine
    joined = ray.get(_join.options(num_cpus=job.cores).remote(row, cut, job))
    if joined.exit == 65:
        whole = _whole(row, job)
        why = f"masked whole, since its segments cannot be joined: {joined.message}"
        return [replace(each, message=each.message or why) for each in whole]
    return [replace(joined, seconds=sum(each.seconds for each in masked))]


def _whole(row: Row, job: Job) -> list[Outcome]:
    done: list[Outcome] = ray.get(start([row], job))
    return done
