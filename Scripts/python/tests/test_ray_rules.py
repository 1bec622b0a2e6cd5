"""What is shared out, tried again, settled and reported."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import maskstream
from maskstream.ray import report
from maskstream.ray.command import main
from maskstream.ray.job import Job
from maskstream.ray.ledger import LOST, Ledger
from maskstream.ray.outcome import Outcome
from maskstream.ray.parts import duration, may_be_long, parts
from maskstream.ray.plan import MOST, TINY, groups
from maskstream.ray.result import Result, Run, results
from maskstream.ray.table import Row


def row(number: int, size: int | None = 1) -> Row:
    return Row(f"/in/{number}.mp4", f"{number}.mp4", size=size)


def outcome(each: Row, code: int | None, fingerprint: str = "f1") -> Outcome:
    return Outcome(each.input, None, code, node="n", fingerprint=fingerprint)


@pytest.mark.parametrize(
    ("sizes", "slots", "expected"),
    [
        ([], 2, []),
        ([1, 1], 2, [1, 1]),
        ([1] * 60, 2, [15, 11, 8, 6, 5, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1]),
        ([1] * 1000, 1, None),
        ([TINY, 1, None, 2 * TINY, 1], 1, [1, 1, 1, 1, 1]),
    ],
)
def test_groups(sizes: Sequence[int | None], slots: int, expected: list[int] | None) -> None:
    rows = [row(number, size) for number, size in enumerate(sizes)]
    shared = groups(rows, slots)
    assert sorted(index for group in shared for index in group) == list(range(len(rows)))
    assert all(len(group) <= MOST for group in shared)
    if expected is not None:
        assert [len(group) for group in shared] == expected
    assert [len(group) for group in shared if (rows[group[0]].size or TINY) >= TINY] == [1] * sum(
        (size or TINY) >= TINY for size in sizes
    )


def test_the_longest_comes_first() -> None:
    assert groups([row(0), row(1, TINY), row(2, 2 * TINY)], 1) == [[2], [1], [0]]


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (0, []),
        (899, []),
        (900, ["0-600", "600-"]),
        (1900, ["0-600", "600-1200", "1200-"]),
        (36000, [f"{at * 600}-{(at + 1) * 600}" for at in range(59)] + ["35400-"]),
    ],
)
def test_segments(duration: float, expected: list[str]) -> None:
    film = Row("/in/film.ts", "sub/film.mp4", "faces", "--invert", 10_000_000)
    cut = parts(film, duration, 600)
    if not expected:
        assert cut == [film]
    else:
        assert [each.segment for each in cut] == expected
        assert cut[1].output == f".maskstream/parts/sub/film.mp4/{expected[1]}.mp4"
        assert {replace(each, output=film.output, segment="") for each in cut} == {film}


@pytest.mark.parametrize(("size", "expected"), [(None, True), (1_200_000, True), (10_000, False)])
def test_what_may_be_long(size: int | None, expected: bool) -> None:
    assert may_be_long(row(0, size), 600) == expected


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("input    a, 1:00.mp4: h264 160x90 yuv420p, 0:07\noutput  none", 7),
        ("input    a.mp4: h264 160x90 yuv420p, turned 90°, 10:02:03\n", 36123),
        ("input    a.mp4: h264 160x90 yuv420p, 61:07.5\n", 3667.5),
        ("input    a.ts: h264 160x90 yuv420p\nmask, 1:00", 0),
        ("", 0),
    ],
)
def test_durations(told: str, seconds: float) -> None:
    assert duration(told) == seconds


def ledger(count: int = 1, retries: int = 3, fingerprint: str = "f1") -> Ledger:
    job = Job("/out", "faces", fingerprints=(("faces", fingerprint),))
    return Ledger([row(number) for number in range(count)], job, slots=1, retries=retries)


@pytest.mark.parametrize(
    ("code", "attempts", "exit_code"),
    [
        (0, 1, 0),
        (65, 1, 65),
        (66, 1, 66),
        (70, 1, 70),
        (73, 1, 73),
        (69, 4, 69),
        (74, 4, 74),
        (130, 4, 130),
        (-9, 4, 137),
        (64, 1, 64),
        (78, 1, 78),
    ],
)
def test_what_is_tried_again(code: int, attempts: int, exit_code: int) -> None:
    book = ledger()
    tried = 0
    while group := book.take():
        tried += 1
        book.add(group, [outcome(book.rows[0], code)])
    assert tried == attempts == book.outcomes()[0].attempts
    assert book.exit_code == exit_code
    assert book.settled == 1
    assert book.failed == (code != 0)


@pytest.mark.parametrize("code", [64, 78])
def test_what_stops_the_job(code: int) -> None:
    book = ledger(8)
    group = book.take()
    assert group
    codes = [code, *[None] * (len(group) - 1)]
    book.add(group, [outcome(book.rows[at], each) for at, each in zip(group, codes, strict=True)])
    assert book.take() is None
    assert [each.exit for each in book.outcomes()] == [code] + [None] * 7
    assert "stopped" in book.outcomes()[7].message
    assert book.exit_code == code
    assert book.mixture == ""


def test_the_first_that_failed_gives_the_exit_code() -> None:
    book = ledger(3)
    codes = {0: 0, 1: 66, 2: 65}
    while group := book.take():
        book.add(group, [outcome(book.rows[at], codes[at]) for at in group])
    assert book.exit_code == 66


def test_a_run_that_was_killed_leaves_others_to_be_begun() -> None:
    book = ledger(8)
    group = book.take()
    assert group == [0, 1, 2, 3]
    book.add(group, [outcome(book.rows[at], code) for at, code in enumerate([0, -9, None, None])])
    waiting = []
    while group := book.take():
        waiting.append(group)
        book.add(group, [outcome(book.rows[at], 0) for at in group])
    assert waiting == [[4, 5], [6], [7], [1], [2], [3]]
    assert [each.attempts for each in book.outcomes()] == [1, 2, 1, 1, 1, 1, 1, 1]


def test_lost_workers_halve_the_group() -> None:
    book = ledger(10)
    group = book.take()
    assert group == [0, 1, 2, 3, 4]
    book.lose(group, "killed")
    seen = []
    while group := book.take():
        seen.append(group)
        if 2 in group:
            book.lose(group, "killed")
        else:
            book.add(group, [outcome(book.rows[at], 0) for at in group])
    assert [0, 1, 2] in seen
    assert [3, 4] in seen
    lost = book.outcomes()[2]
    assert (lost.exit, lost.attempts) == (-9, LOST + 1)
    assert "killed" in lost.message
    assert [each.exit for each in book.outcomes()].count(0) == 9
    assert book.exit_code == 137


def test_a_lost_worker_takes_no_retry_from_an_input() -> None:
    book = ledger(1, retries=1)
    for _ in range(3):
        group = book.take()
        assert group == [0]
        book.lose(group, "killed")
    for code in (-9, 0):
        group = book.take()
        assert group == [0]
        book.add(group, [outcome(book.rows[0], code)])
    assert [(each.exit, each.attempts) for each in book.outcomes()] == [(0, 5)]


@pytest.mark.parametrize("code", [0, 69])
def test_mixed_fingerprints_stop_the_job(code: int) -> None:
    book = ledger(2)
    group = book.take()
    assert group == [0]
    book.add(group, [outcome(book.rows[0], code, "f2")])
    assert book.take() is None
    assert book.exit_code == 69
    assert "f1 (the first node); f2 (n)" in book.mixture


def test_mixed_fingerprints_are_allowed() -> None:
    book = Ledger([row(0), row(1)], Job("/out", "faces"), slots=1, retries=0)
    for fingerprint in ("f1", "f2"):
        group = book.take()
        assert group
        book.add(group, [outcome(book.rows[group[0]], 0, fingerprint)])
    assert (book.exit_code, book.mixture) == (0, "")


@pytest.mark.parametrize(
    ("run", "news", "expected"),
    [
        (Run(0, {"exit": 0, "seconds": 2.5}, []), ["done"], [Result(0, "", 2.5)]),
        (
            Run(
                65,
                {
                    "inputs": [
                        {"exit": 0, "seconds": 0, "done_before": True},
                        {"exit": 65, "seconds": 1},
                        {"exit": 130, "seconds": 0},
                        {"exit": 66, "seconds": 0},
                    ]
                },
                ["damaged", "missing"],
            ),
            [None, "done", None, "done"],
            [
                Result(0, "done before"),
                Result(65, "damaged", 1),
                Result(130),
                Result(66, "missing"),
            ],
        ),
        (
            Run(-9, None, ["killed"]),
            ["done", "claim", None],
            [Result(0), Result(-9, "killed"), Result(None)],
        ),
        (Run(-6, None, ["aborted"]), [None, None], [Result(-6, "aborted"), Result(None)]),
        (
            Run(64, None, ["line 3: no such option (t.csv)"]),
            [None, None],
            [Result(None), Result(64, "line 3: no such option (t.csv)")],
        ),
        (Run(78, None, ["no profile"]), [None] * 2, [Result(78, "no profile")] * 2),
    ],
)
def test_results(run: Run, news: list[str | None], expected: list[Result]) -> None:
    receipts: list[dict[str, Any] | None] = [
        {"state": state, "exit": 0} if state else None for state in news
    ]
    assert results(run, receipts) == expected


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("a.mp4 -p faces", "--output-dir"),
        ("-p faces --output-dir out a.mp4", "give inputs, or --cameras"),
        ("a.mp4 -p faces --output-dir out --cameras c.csv", "give inputs, or --cameras"),
        ("a.mp4 --output-dir out", "no profile"),
        ("a.mp4 -p faces --output-dir out --report r.txt", "r.txt"),
        ("a.mp4 -p faces --output-dir out --split 0", "--split"),
        ("a.mp4 -p faces --output-dir out --cores 0", "--cores"),
        ("a.mp4 -p faces --output-dir out --skip-done", "--skip-done"),
        ("none/*.mp4 -p faces --output-dir out", "none/*.mp4"),
    ],
)
def test_wrong_commands(words: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == (66 if "none" in words else 64)
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert problem in told
    assert "\nhint: " in told


@pytest.mark.parametrize(
    ("words", "problem"),
    [(["--receipt", "r"], "--receipt"), (["--output=a"], "--output"), (["-o", "a"], "-o")],
)
def test_options_that_a_job_sets_itself(words: list[str], problem: str) -> None:
    with pytest.raises(maskstream.UsageError, match=problem):
        Job.of("out", "faces", words)


def test_a_job_means_the_same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    job = Job.of("out", "./own", ["--labels", "l.csv", "--device", "cpu", "--invert"], cores=2)
    here = str(tmp_path)
    assert (job.output_dir, job.profile) == (f"{here}/out", f"{here}/own")
    assert job.options == [
        "--profile", f"{here}/own", "--encoder-option", "threads=2",
        "--labels", f"{here}/l.csv", "--device", "cpu", "--invert",
    ]  # fmt: skip
    assert job.model_options == ["--device", "cpu"]
    own = ["--encoder-option", "threads=4"]
    assert Job.of("out", "faces", own).options == ["--profile", "faces", *own]
    assert Job.of("s3://b/out/", "faces", []).output_dir == "s3://b/out"
    with pytest.raises(maskstream.UsageError, match="no profile"):
        Job.of("out", "", []).check([row(1)])
    with pytest.raises(maskstream.CannotCreateError, match="no/such"):
        Job.of("no/such", "", []).make_place()


@pytest.mark.parametrize("ending", ["parquet", "csv", "json"])
def test_reports(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"report.{ending}"
    path.write_text("old")
    told = [
        Outcome("a,1.mp4", "/o/ä.mp4", 0, frames=3, seconds=1.5, node="n", attempts=1),
        Outcome("b.mp4", None, None, 'not "done"'),
    ]
    report.check(str(path))
    report.write(str(path), told)
    match ending:
        case "parquet":
            rows = pq.read_table(path).to_pylist()
        case "csv":
            rows = list(csv.DictReader(path.open(newline="")))
        case _:
            rows = json.loads(path.read_text())
    assert [list(row) for row in rows] == [report.SCHEMA.names] * 2
    assert [row["input"] for row in rows] == ["a,1.mp4", "b.mp4"]
    assert [row["output"] or None for row in rows] == ["/o/ä.mp4", None]
    assert [str(row["exit"]) for row in rows] == ["0", "" if ending == "csv" else "None"]
    assert rows[1]["message"] == 'not "done"'
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_is_none() -> None:
    with pytest.raises(maskstream.UsageError, match=r"report\.txt"):
        report.check("report.txt")
