"""The command `maskstream-ray`."""

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence

import ray

from maskstream.errors import MaskstreamError, ProgramNotFoundError, UsageError
from maskstream.ray import cluster, report
from maskstream.ray.job import Job
from maskstream.ray.ledger import RETRIES, Ledger
from maskstream.ray.progress import clock
from maskstream.ray.table import rows

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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="maskstream-ray",
        usage="maskstream-ray INPUT... -p PROFILE --output-dir DIR [options]",
        description="Mask many files on a Ray cluster. INPUTs are tables (.csv, .parquet), globs,"
        " folders, buckets (s3://bucket/below), files and URLs, and come first.",
        epilog="Every other option is the program's, as --invert: maskstream --help shows them."
        " Ray's cluster is the one of RAY_ADDRESS or of this machine, else one of its own.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("-p", "--profile", default="", metavar="P", help="the task, for rows that name none")
    add("--output-dir", required=True, metavar="DIR", help="a folder that all nodes see, or a URL")
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


def _run(words: list[str]) -> int:
    parser = _parser()
    first = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    try:
        options, others = parser.parse_known_args(words[first:])
    except SystemExit as error:
        return 64 if error.code else 0
    if first == 0:
        raise UsageError(64, "missing inputs", "name them before all options")
    if options.report:
        report.check(options.report)
    job = Job.of(options.output_dir, options.profile, others, options.cores)
    listed = rows(words[:first], recursive=options.recursive)
    job.check(listed)
    began = time.monotonic()
    _connect()
    try:
        if not options.mixed_fingerprints:
            job = cluster.with_fingerprints(job, listed)
        ledger = cluster.run(listed, job, retries=options.retries)
    finally:
        ray.shutdown()
    if options.report:
        report.write(options.report, ledger.outcomes())
    _summarise(ledger, time.monotonic() - began)
    return ledger.exit_code


def _connect() -> None:
    os.environ.setdefault("RAY_worker_niceness", "0")  # of a cluster of its own
    ray.init(logging_level=logging.ERROR, log_to_driver=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _summarise(ledger: Ledger, seconds: float) -> None:
    outcomes = ledger.outcomes()
    failed = [outcome for outcome in outcomes if outcome.exit]
    lines = [f"error: {each.message or each.exit} ({each.input})" for each in failed[:_SHOWN]]
    if len(failed) > _SHOWN:
        lines.append(f"and {len(failed) - _SHOWN} more: --report names all")
    if ledger.mixture:
        lines += [
            f"error: {ledger.mixture}",
            "hint: use machines of one kind, or take what differs in the last bits:"
            " --mixed-fingerprints",
        ]
    done = [outcome for outcome in outcomes if outcome.exit == 0]
    before = sum(outcome.message == "done before" for outcome in done)
    lines.append(
        f"{len(outcomes)} inputs: {len(done)} done"
        + (f" ({before} before)" if before else "")
        + f", {len(outcomes) - len(done)} not; {clock(seconds)}"
    )
    print("\n".join(lines), file=sys.stderr)
