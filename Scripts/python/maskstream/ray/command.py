"""The command `maskstream-ray`."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import ray

from maskstream.errors import MaskstreamError, ProgramNotFoundError, UsageError
from maskstream.ray import cluster, files, report
from maskstream.ray.cameras import Cameras
from maskstream.ray.job import Job
from maskstream.ray.ledger import RETRIES
from maskstream.ray.outcome import Outcome, exit_code
from maskstream.ray.progress import clock
from maskstream.ray.table import Row, cameras, rows

_SHOWN = 20
"""Failed inputs that are named at the end; the report names all."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and give its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except MaskstreamError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    except ProgramNotFoundError as error:
        print(f"error: {error}", file=sys.stderr)
        return 69


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(64, message, "maskstream-ray --help shows the options")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="maskstream-ray",
        usage="maskstream-ray INPUT... -p PROFILE --output-dir DIR [options]\n"
        "       maskstream-ray --cameras TABLE -p PROFILE --output-dir DIR [options]",
        description="Mask many files, or record cameras, on a Ray cluster. INPUTs are tables (.csv,"
        " .parquet), globs, folders, buckets (s3://bucket/below), files and URLs, and come first.",
        epilog="Every other option is the program's, as --invert: maskstream --help shows them."
        " Ray's cluster is the one of RAY_ADDRESS or of this machine, else one of its own.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("-p", "--profile", default="", metavar="P", help="the task, for rows that name none")
    add("--output-dir", required=True, metavar="DIR", help="a folder that all nodes see, or a URL")
    add(
        "--split",
        type=_seconds,
        metavar="SECONDS",
        help="mask long files in segments of so many seconds, which begin at boundaries of scenes",
    )
    add("--cameras", metavar="TABLE", help="record the cameras of a table until Ctrl-C")
    add("--report", metavar="FILE", help="write a row for each input: .parquet, .csv or .json")
    add("--recursive", action="store_true", help="take what is deeper in folders and buckets, too")
    add("--cores", type=_count, default=1, metavar="N", help="processor cores of a run (1)")
    add(
        "--retries",
        type=int,
        default=RETRIES,
        metavar="N",
        help=f"try an input again after exit 69, 74, 130 or a signal ({RETRIES})",
    )
    add(
        "--mixed-fingerprints",
        action="store_true",
        help="take the outputs of machines whose models do not answer the same",
    )
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1 <= seconds < float("inf"):
        raise ValueError
    return seconds


def _run(words: list[str]) -> int:
    parser = _parser()
    first = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    options, others = parser.parse_known_args(words[first:])
    if options.report:
        report.check(options.report)
    job = Job.of(options.output_dir, options.profile, others, options.cores)
    if (first == 0) == (options.cameras is None):
        raise UsageError(64, "give inputs, or --cameras", "name inputs before all options")
    if options.cameras:
        return _record(job, cameras(options.cameras), options.report)
    listed = rows(words[:first], recursive=options.recursive, output_dir=job.output_dir)
    job.check(listed)
    with _connected():
        if not options.mixed_fingerprints:
            job = cluster.with_fingerprints(job, listed)
        ledger = files.run(listed, job, retries=options.retries, split=options.split)
    outcomes = ledger.outcomes()
    if options.report:
        report.write(options.report, outcomes)
    _tell(outcomes)
    if ledger.mixture:
        hint = "use machines of one kind; --mixed-fingerprints takes what differs in the last bits"
        print(f"error: {ledger.mixture}\nhint: {hint}", file=sys.stderr)
    done = [outcome for outcome in outcomes if outcome.exit == 0]
    before = sum(outcome.message == "done before" for outcome in done)
    print(
        f"{len(outcomes)} inputs: {len(done)} done"
        + (f" ({before} before)" if before else "")
        + f", {len(outcomes) - len(done)} not; {clock(ledger.passed)}",
        file=sys.stderr,
    )
    return ledger.exit_code


def _record(job: Job, listed: Sequence[Row], path: str | None) -> int:
    job.check(listed)
    with _connected():
        recorded = Cameras(listed, job)
        recorded.run()
    if path:
        report.write(path, recorded.outcomes)
    _tell(recorded.outcomes)
    return exit_code(recorded.outcomes)


@contextmanager
def _connected() -> Iterator[None]:
    """Connect to the cluster of RAY_ADDRESS or of this machine, or to one made for this."""
    os.environ.setdefault("RAY_worker_niceness", "0")
    ray.init(logging_level=logging.ERROR, log_to_driver=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        ray.shutdown()


def _tell(outcomes: Sequence[Outcome]) -> None:
    """Name the inputs that failed."""
    failed = [outcome for outcome in outcomes if outcome.exit]
    for each in failed[:_SHOWN]:
        message = each.message or f"exit {each.exit}"
        is_named = each.input in message
        print(f"error: {message}" + ("" if is_named else f" ({each.input})"), file=sys.stderr)
    if len(failed) > _SHOWN:
        print(f"and {len(failed) - _SHOWN} more; --report names all", file=sys.stderr)
