"""Many files in Ray Data."""

from collections.abc import Sequence
from functools import partial

import pyarrow as pa
import ray.data

from maskstream.errors import error
from maskstream.program import Option, words
from maskstream.ray import report
from maskstream.ray.job import Job
from maskstream.ray.ledger import RETRIES, Ledger
from maskstream.ray.table import as_table, of_table, rows
from maskstream.ray.work import mask


def mask_files(
    inputs: str | Sequence[str] | ray.data.Dataset,
    *,
    output_dir: str,
    profile: str = "",
    recursive: bool = False,
    files_per_run: int = 16,
    cores: int = 1,
    retries: int = RETRIES,
    **options: Option,
) -> ray.data.Dataset:
    """Mask many files with Ray Data.

        done = maskstream.ray.mask_files("clips/", profile="faces", output_dir="masked")
        print(done.to_pandas())

    Nothing is run before the result is asked for. What an earlier run has done is not done again.

    Args:
        inputs: tables, globs, folders, buckets, files and URLs; or a dataset with the columns
            input and, if wanted, output, profile and options.
        output_dir: a folder that all nodes see under this path, or a bucket's URL; the program's
            receipts go there, too.
        profile: the profile of rows that name none.
        recursive: whether folders and buckets include what is deeper in them.
        files_per_run: how many files one task takes.
        cores: processor cores of a run.
        retries: how often an input is tried again after exit 69, 74, 130 and signals.
        options: the program's options, with `_` for `-`.

    Returns:
        One row for each input, with the columns `input`, `output` (its path or URL; None if it
        failed), `exit` (the program's exit code, negative: the signal that ended it), `message`,
        `frames`, `seconds`, `node`, `fingerprint`, `segments` (1) and `attempts`.

    Raises:
        BadDataError, CannotCreateError, NoInputError, UsageError: what is asked for cannot be done.
            When the result is asked for, a RayTaskError with the cause UsageError, ProfileError or
            ProgramNotFoundError ends the work: they would come for every input.
    """
    job = Job.of(output_dir, profile, words(options), cores)
    if not isinstance(inputs, ray.data.Dataset):
        listed = rows(inputs, recursive=recursive, output_dir=job.output_dir)
        job.check(listed)
        inputs = ray.data.from_arrow(as_table(listed))
    job.make_place()
    return inputs.repartition(target_num_rows_per_block=files_per_run).map_batches(
        partial(_masked, job=job, retries=retries),
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=cores,
    )


def _masked(batch: pa.Table, job: Job, retries: int) -> pa.Table:
    listed = of_table(batch)
    ledger = Ledger(listed, job, slots=1, retries=retries)
    while group := ledger.take():
        ledger.add(group, mask([listed[index] for index in group], job))
    if stopped := ledger.stopped_by:
        raise error(stopped.exit or 69, [f"error: {stopped.message}"], None)
    return report.table(ledger.outcomes())
