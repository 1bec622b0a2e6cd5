"""One node's work, with the program itself, into a folder and into a bucket."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import fsspec
import pytest
from conftest import SAMPLES, ffmpeg

from maskstream.ray.job import Job
from maskstream.ray.lease import lease, scratch, sweep
from maskstream.ray.outcome import Outcome
from maskstream.ray.place import text
from maskstream.ray.recording import Recording
from maskstream.ray.table import Row
from maskstream.ray.work import fingerprint, mask

OPTIONS = ("--codec", "ffv1", "--encoder-option", "threads=1")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    for number in range(3):
        cut = ("-ss", str(number), "-frames:v", "4", "-vf", "scale=160:90", "-an")
        ffmpeg(SAMPLES / "scenes.mp4", folder / f"{number}.mp4", *cut)
    (folder / "damaged.mp4").write_bytes((folder / "0.mp4").read_bytes()[:1000])
    return folder


@pytest.fixture(params=["folder", "bucket"])
def job(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Job]:
    if request.param == "folder":
        (tmp_path / "out").mkdir()
        yield Job(str(tmp_path / "out"), "faces", OPTIONS)
    else:
        yield Job("memory://bucket/out", "faces", OPTIONS)
        fsspec.filesystem("memory").store.clear()


@pytest.fixture
def folder(tmp_path: Path) -> Job:
    (tmp_path / "out").mkdir()
    return Job(str(tmp_path / "out"), "faces", OPTIONS)


def row(path: Path, output: str = "") -> Row:
    return Row(str(path), output or f"{path.stem}.mkv")


def stored(job: Job) -> dict[str, bytes]:
    """Everything that is at the place."""
    files, path = fsspec.core.url_to_fs(job.output_dir)
    names = files.find(path) if files.exists(path) else []
    return {name[len(path) + 1 :]: bytes(files.cat_file(name)) for name in names}


def write(job: Job, name: str, data: bytes) -> None:
    with fsspec.open(f"{job.output_dir}/{name}", "wb") as file:
        file.write(data)


def single(source: Path, *options: str) -> bytes:
    """What the program itself makes."""
    output = source.with_suffix(f".{len(options)}.mkv")
    program = os.environ["MASKSTREAM_PROGRAM"]
    command: list[str | Path] = [program, source, "-p", "faces", "-o", output, *OPTIONS, *options]
    subprocess.run([*command, "--overwrite", "--progress", "none"], check=True)
    return output.read_bytes()


def exits(outcomes: list[Outcome]) -> list[int | None]:
    return [outcome.exit for outcome in outcomes]


def test_a_few_inputs(clips: Path, job: Job) -> None:
    rows = [
        row(clips / "0.mp4"),
        row(clips / "damaged.mp4"),
        row(clips / "missing.mp4"),
        replace(row(clips / "1.mp4", "sub/1.mkv"), options="--invert", profile="face-emotion"),
    ]
    outcomes = mask(rows, job)
    assert exits(outcomes) == [0, 65, 66, 0]
    assert [outcome.frames for outcome in outcomes] == [4, 0, 0, 4]
    assert [outcome.output for outcome in outcomes] == [
        f"{job.output_dir}/0.mkv", None, None, f"{job.output_dir}/sub/1.mkv",
    ]  # fmt: skip
    assert f"({clips}/damaged.mp4)" in outcomes[1].message
    assert f"({clips}/missing.mp4)" in outcomes[2].message
    assert outcomes[0].fingerprint == fingerprint("faces", job)
    assert outcomes[0].seconds > 0
    there = stored(job)
    names = ("0.mkv", "damaged.mkv", "missing.mkv", "sub/1.mkv")
    receipts = {f"{name}.receipt.json" for name in names}
    assert there.keys() == {"0.mkv", "sub/1.mkv"} | receipts
    assert there["0.mkv"] == single(clips / "0.mp4")
    assert there["sub/1.mkv"] != there["0.mkv"]
    receipt = json.loads(there["0.mkv.receipt.json"])
    assert receipt["output"]["sha256"] == hashlib.sha256(there["0.mkv"]).hexdigest()
    assert receipt["output"]["name"] == f"{job.output_dir}/0.mkv"


def test_what_is_done_is_not_done_again(clips: Path, job: Job) -> None:
    rows = [row(clips / "0.mp4"), row(clips / "1.mp4")]
    first = mask(rows, job)
    before = stored(job)
    again = mask(rows, job)
    assert [outcome.message for outcome in again] == ["done before"] * 2
    assert [outcome.frames for outcome in again] == [4, 4]
    assert [outcome.fingerprint for outcome in again] == [each.fingerprint for each in first]
    assert stored(job) == before


@pytest.mark.parametrize("change", ["input", "options"])
def test_what_has_changed_is_done_anew(clips: Path, job: Job, change: str, tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes((clips / "0.mp4").read_bytes())
    mask([row(source)], job)
    if change == "input":
        source.write_bytes((clips / "1.mp4").read_bytes())
    else:
        job = replace(job, words=(*OPTIONS, "--invert"))
    (outcome,) = mask([row(source)], job)
    assert (outcome.exit, outcome.message) == (0, "")
    expected = single(clips / "1.mp4") if change == "input" else single(source, "--invert")
    assert stored(job)["clip.mkv"] == expected
    assert mask([row(source)], job)[0].message == "done before"


@pytest.mark.parametrize("state", ["no receipt", "changed"])
def test_what_others_made_is_kept(clips: Path, job: Job, state: str) -> None:
    if state == "changed":
        mask([row(clips / "0.mp4")], job)
    write(job, "0.mkv", b"another's")
    (outcome,) = mask([row(clips / "0.mp4")], job)
    assert outcome.exit == 73
    assert f"{job.output_dir}/0.mkv" in outcome.message
    assert stored(job)["0.mkv"] == b"another's"
    (outcome,) = mask([row(clips / "0.mp4")], replace(job, words=(*OPTIONS, "--overwrite")))
    assert outcome.exit == 0
    assert stored(job)["0.mkv"] == single(clips / "0.mp4")


def test_a_bucket_as_input(clips: Path, job: Job) -> None:
    with fsspec.open("memory://bucket/in/0.mp4", "wb") as file:
        file.write((clips / "0.mp4").read_bytes())
    rows = [Row("memory://bucket/in/0.mp4", "0.mkv"), Row("memory://bucket/in/no.mp4", "no.mkv")]
    outcomes = mask(rows, job)
    assert exits(outcomes) == [0, 66]
    assert "memory://bucket/in/no.mp4" in outcomes[1].message
    assert stored(job)["0.mkv"] == single(clips / "0.mp4")
    assert mask(rows[:1], job)[0].message == "done before"


def test_another_kind_of_machine_gives_no_output(clips: Path, job: Job) -> None:
    strict = replace(job, fingerprints=(("faces", "0" * 64),))
    (outcome,) = mask([row(clips / "0.mp4")], strict)
    assert (outcome.exit, outcome.fingerprint) == (69, fingerprint("faces", job))
    assert stored(job) == {}


class Killed(BaseException):
    pass


@pytest.mark.parametrize("before", ["nothing", "an older output"])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_worker_killed_while_it_commits(
    clips: Path, folder: Job, before: str, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = [row(clips / "0.mp4")]
    if before != "nothing":
        mask(one, replace(folder, words=(*OPTIONS, "--invert")))
    rename = os.replace
    count = 0

    def killed(source: Path, target: Path) -> None:
        nonlocal count
        count += 1
        if count == step:
            raise Killed
        rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(Killed):
            mask(one, folder)
    outcomes = mask(one, folder)
    assert exits(outcomes) == [0]
    there = stored(folder)
    assert there.keys() == {"0.mkv", "0.mkv.receipt.json"}
    assert there["0.mkv"] == single(clips / "0.mp4")
    assert mask(one, folder)[0].message == "done before"


def test_of_two_that_end_the_first_wins(job: Job) -> None:
    def made(data: bytes, attempt: Any) -> None:
        (attempt.outputs / "a.mkv").write_bytes(data)
        receipt = {"schema": 1, "state": "done", "exit": 0, "output": {"size": len(data)}}
        attempt.receipt("a.mkv").write_bytes(text(receipt))

    place = job.place
    with place.attempt() as first, place.attempt() as second:
        for attempt in (first, second):
            place.bring("a.mkv", attempt)
        made(b"first", first)
        made(b"second", second)
        committed = place.commit("a.mkv", first)
        assert committed is not None
        assert place.commit("a.mkv", second) == committed
    there = stored(job)
    assert there["a.mkv"] == b"first"
    assert json.loads(there["a.mkv.receipt.json"]) == committed
    assert len(there) == 2


def test_an_output_that_appears_during_the_run_is_kept(clips: Path, folder: Job) -> None:
    place = folder.place
    with place.attempt() as attempt:
        place.bring("a.mkv", attempt)
        (attempt.outputs / "a.mkv").write_bytes(b"made")
        receipt = {"schema": 1, "state": "done", "exit": 0, "output": {}}
        attempt.receipt("a.mkv").write_bytes(text(receipt))
        write(folder, "a.mkv", b"another's")
        with pytest.raises(OSError, match="changed"):
            place.commit("a.mkv", attempt)
    assert stored(folder) == {"a.mkv": b"another's"}


def test_a_program_that_is_killed(
    clips: Path, folder: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("MASKSTREAM_PROGRAM", str(program))
    outcomes = mask([row(clips / "0.mp4"), row(clips / "1.mp4")], folder)
    assert exits(outcomes) == [-9, None]
    assert "SIGKILL" in outcomes[0].message
    assert stored(folder) == {}


def test_wrong_options_name_the_input(clips: Path, folder: Job) -> None:
    rows = [row(clips / "0.mp4"), replace(row(clips / "1.mp4"), options="--no-such")]
    outcomes = mask(rows, folder)
    assert exits(outcomes) == [None, 64]
    assert "--no-such" in outcomes[1].message
    assert "inputs.csv" not in outcomes[1].message


def test_a_folder_that_cannot_be_written(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (outcome,) = mask([row(clips / "0.mp4")], Job(str(tmp_path / "file"), "faces"))
    assert outcome.exit == 74
    assert "file" in outcome.message


WORKER = """
import sys
from maskstream.ray.job import Job
from maskstream.ray.recording import Recording
from maskstream.ray.table import Row
from maskstream.ray.work import mask

mask([Row(sys.argv[1], "out.mkv")], Job(sys.argv[2], "face-emotion", ("--detail", "4")))
"""


def test_a_killed_worker_ends_its_program(folder: Job) -> None:
    source = str(SAMPLES / "scenes.mp4")
    with subprocess.Popen([sys.executable, "-c", WORKER, source, folder.output_dir]) as worker:
        children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
        hidden = Path(folder.output_dir, ".maskstream")
        while not list(hidden.glob("*/out/*.part")):
            assert worker.poll() is None
            time.sleep(0.05)
        (program,) = children.read_text().split()
        worker.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{program}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert hidden.exists()
    folder.make_place()
    assert list(Path(folder.output_dir).iterdir()) == []


def test_a_lease_is_held_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.lease"
    with lease(path) as first, lease(path) as second:
        assert (first, second) == (True, False)
        assert path.exists()
    assert not path.exists()
    with lease(path) as held:
        assert held


def test_a_lease_ends_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "a.lease"
    code = (
        "import sys, time; from pathlib import Path; from maskstream.ray.lease import lease\n"
        "with lease(Path(sys.argv[1])) as held: print(held, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "True\n"
        with lease(path) as held:
            assert not held
        holder.kill()
        with lease(path, wait=True) as held:
            assert held


def test_a_camera_whose_program_is_not_there(folder: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKSTREAM_PROGRAM", "/nonexistent/maskstream")
    recording = Recording(Row("rtsp://door/stream", "door.mkv"), folder)
    thread = Thread(target=recording.run)
    thread.start()
    deadline = time.monotonic() + 10
    while recording.outcome.exit is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    recording.stop()
    thread.join()
    assert recording.outcome.exit == 74
    assert "/nonexistent/maskstream" in recording.outcome.message
    assert stored(folder) == {}


@pytest.mark.parametrize("ending", ["exec sleep 60", "trap 'exit 130' TERM; while :; do :; done"])
def test_a_camera_is_stopped_before_its_first_frame(
    ending: str, folder: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n: > {tmp_path}/begun\n{ending}\n")
    program.chmod(0o755)
    monkeypatch.setenv("MASKSTREAM_PROGRAM", str(program))
    recording = Recording(Row("rtsp://door/stream", "door.mkv"), folder)
    thread = Thread(target=recording.run)
    thread.start()
    deadline = time.monotonic() + 10
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    recording.stop()
    thread.join()
    assert (recording.outcome.exit, recording.outcome.message) == (None, "")
    assert recording.outcome.attempts == 1


def test_folders_for_work_are_swept(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    with scratch(hidden) as own:
        (hidden / "dead.lock").touch()
        (hidden / "dead").mkdir()
        (hidden / "dead" / "part").touch()
        sweep(hidden)
        assert sorted(path.name for path in hidden.iterdir()) == [own.name, f"{own.name}.lock"]
    assert not hidden.exists()
