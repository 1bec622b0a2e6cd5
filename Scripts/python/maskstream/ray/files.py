"""A job of files on the cluster that Ray is connected to."""

from collections.abc import Sequence

import ray

from maskstream.ray.cluster import Task, drive, slots, start
from maskstream.ray.job import Job
from maskstream.ray.ledger import RETRIES, Ledger
from maskstream.ray.parts import SLOWEST, may_be_long
from maskstream.ray.plan import TINY
from maskstream.ray.progress import Line
from maskstream.ray.split import mask_long
from maskstream.ray.table import Row

# Its parts have the cores.
_mask_long = ray.remote(num_cpus=0, max_retries=0)(mask_long)


def run(
    rows: Sequence[Row], job: Job, *, retries: int = RETRIES, split: float | None = None
) -> Ledger:
    """Mask all rows.

    Args:
        rows: what is to be masked.
        job: how, and where outputs go.
        retries: how often an input is tried again that may do better.
        split: seconds of the segments of long files; None: files are masked whole.

    Returns:
        What became of them. With Ctrl-C, or after what stops the job, some are not done.

    Raises:
        ProgramNotFoundError: the program is not installed on a node.
        CannotCreateError: the folder of outputs cannot be made.
    """

    def begin(group: Sequence[Row]) -> Task:
        if split and len(group) == 1 and may_be_long(group[0], split):
            return _mask_long.remote(group[0], job, split, retries)
        return start(group, job)

    alone = min(TINY, int(SLOWEST * split)) if split else TINY
    ledger = Ledger(rows, job, slots=slots(job), retries=retries, alone=alone)
    job.make_place()
    try:
        drive(ledger, job, begin, Line())
    finally:
        job.place.sweep()
    return ledger
