"""A cluster of two nodes, on which much goes wrong."""

import csv
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
import ray
from conftest import ROOT, SAMPLES, descendants, ffmpeg, ray_command
from ray.cluster_utils import Cluster

import maskstream.ray

OPTIONS = ("-p", "faces", "--codec", "ffv1", "--encoder-option", "threads=1")
COUNT = 60


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 files of 2 frames of 160x90, from 10 places."""
    folder = tmp_path_factory.mktemp("tiny")
    for number in range(COUNT):
        path = folder / f"{number:02}.mp4"
        if number < 10:
            cut = ("-ss", str(number * 0.6), "-frames:v", "2", "-vf", "scale=160:90", "-an")
            ffmpeg(SAMPLES / "scenes.mp4", path, *cut)
        else:
            os.link(folder / f"{number % 10:02}.mp4", path)
    (folder / "damaged.mp4").write_bytes((folder / "00.mp4").read_bytes()[:1000])
    (folder / "text.mp4").write_text("no video")
    return folder


def table(clips: Path) -> Path:
    """The clips, with a damaged one, a text and a missing one among them."""
    names = [f"{number:02}" for number in range(COUNT)]
    for place, name in ((7, "damaged"), (20, "text"), (41, "missing")):
        names.insert(place, name)
    path = clips / "inputs.csv"
    lines = [f"{clips}/{name}.mp4,sub/{name}.mkv" for name in names]
    path.write_text("\n".join(["input,output", *lines]) + "\n")
    return path


def report(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def state(folder: Path) -> dict[str, tuple[int, int]]:
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    return {str(path.relative_to(folder)): _changed(path) for path in files}


def _changed(path: Path) -> tuple[int, int]:
    facts = path.stat()
    return facts.st_ino, facts.st_mtime_ns


def test_mixed_fingerprints(cluster: Cluster, nodes: Path, clips: Path, tmp_path: Path) -> None:
    job: list[str | Path] = [f"{clips}/[0-2]?.mp4", "-p", "faces", "--output-dir", tmp_path / "out"]
    (nodes / "mixed").touch()
    try:
        process = ray_command(*job, "--report", tmp_path / "r.csv")
        told = process.communicate()[1]
    finally:
        (nodes / "mixed").unlink()
        (nodes / "first").unlink()
    assert process.returncode == 69, told
    assert "do not answer the same" in told
    assert "0000" in told
    rows = report(tmp_path / "r.csv")
    assert {row["exit"] for row in rows} <= {"0", "69", ""}
    assert not any(row["fingerprint"].startswith("0000") for row in rows if row["exit"] == "0")
    receipts = [path.read_text() for path in (tmp_path / "out").glob("*.json")]
    assert not any('"fingerprint": "0000' in text for text in receipts)


def pictures(path: Path) -> bytes:
    """The time and the hash of each decoded frame, and of each packet of sound."""
    words = ["-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-f", "framemd5", "-"]
    command = ["ffmpeg", "-v", "error", "-i", str(path), *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def test_long_files_are_split(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, still in (("cuts", ""), ("still", "loop=-1:1,")):
        cut = ["-vf", f"scale=160:90,{still}fps=5", "-t", "7", "-crf", "10"]
        ffmpeg(SAMPLES / "scenes.mp4", tmp_path / "in" / f"{name}.mkv", *cut)
    out = tmp_path / "out"
    job: list[str | Path] = [tmp_path / "in", *OPTIONS, "--output-dir", out, "--report"]
    process = ray_command(*job, tmp_path / "r.csv", "--split", "2")
    told = process.communicate()[1]
    assert process.returncode == 0, told
    rows = {Path(row["input"]).stem: row for row in report(tmp_path / "r.csv")}
    assert int(rows["cuts"]["segments"]) >= 2
    assert rows["cuts"]["message"] == ""
    assert rows["still"]["segments"] == "1"
    assert "--scene-limit" in rows["still"]["message"]
    single = tmp_path / "single.mkv"
    program = os.environ["MASKSTREAM_PROGRAM"]
    for name, row in rows.items():
        source = str(tmp_path / "in" / f"{name}.mkv")
        whole = [program, source, *OPTIONS, "-o", str(single), "--overwrite"]
        subprocess.run([*whole, "--progress", "none"], check=True, stderr=subprocess.DEVNULL)
        assert pictures(out / f"{name}.mkv") == pictures(single)
        assert int(row["frames"]) == 35
    receipts = {f"{name}.mkv.receipt.json" for name in rows}
    assert {path.name for path in out.iterdir()} == {"cuts.mkv", "still.mkv"} | receipts
    again = ray_command(*job, tmp_path / "again.csv", "--split", "2")
    assert "2 done (2 before)" in again.communicate()[1]
    # One run takes what was joined for its own.
    source, output = str(tmp_path / "in/cuts.mkv"), str(out / "cuts.mkv")
    one = [program, source, *OPTIONS, "-o", output, "--receipt", f"{output}.receipt.json"]
    done = subprocess.run([*one, "--skip-done"], check=True, stderr=subprocess.PIPE, text=True)
    assert "done before" in done.stderr


def test_a_cluster_on_which_much_goes_wrong(cluster: Cluster, clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments: list[str | Path] = [table(clips), *OPTIONS, "--output-dir", out, "--report"]
    process = ray_command(*arguments, tmp_path / "first.csv")
    killed: list[str] = []
    removed = False
    while process.poll() is None:
        time.sleep(1.5)
        # Every fourth is the program itself, not its worker.
        name = "maskstream" if len(killed) % 4 == 3 else "ray::mask"
        running = descendants(os.getpid(), name)
        if running and len(killed) < 9:
            os.kill(running[len(killed) % len(running)], signal.SIGKILL)
            killed.append(name)
        if len(killed) >= 4 and not removed:
            cluster.remove_node(next(iter(cluster.worker_nodes)))
            removed = True
    assert process.stderr
    told = process.stderr.read()
    assert process.returncode == 65, told
    assert removed
    assert killed.count("ray::mask") >= 3

    rows = report(tmp_path / "first.csv")
    inputs = [line.split(",")[0] for line in table(clips).read_text().splitlines()[1:]]
    assert [row["input"] for row in rows] == inputs
    exits = {Path(row["input"]).stem: row["exit"] for row in rows if row["exit"] != "0"}
    assert exits == {"damaged": "65", "text": "65", "missing": "66"}
    assert sum(int(row["attempts"]) for row in rows) > len(rows)
    # A worker that is killed at its end has done its inputs, and nobody knows of it.
    assert re.search(rf"{len(rows)} inputs: {COUNT} done( \(\d+ before\))?, 3 not", told), told

    single = tmp_path / "single"
    program = os.environ["MASKSTREAM_PROGRAM"]
    several = [program, "run", "--inputs", str(table(clips)), *OPTIONS, "--output-dir", str(single)]
    assert subprocess.run([*several, "--progress", "none"], stderr=subprocess.DEVNULL).returncode
    for number in range(COUNT):
        name = f"sub/{number:02}.mkv"
        assert (out / name).read_bytes() == (single / name).read_bytes()

    before = state(out)
    outputs = {f"sub/{number:02}.mkv" for number in range(COUNT)}
    receipts = {f"sub/{Path(each).stem}.mkv.receipt.json" for each in inputs}
    assert before.keys() == outputs | receipts
    assert descendants(os.getpid(), "maskstream") == []

    again = ray_command(*arguments, tmp_path / "second.csv")
    assert "60 done (60 before), 3 not" in again.communicate()[1]
    assert again.returncode == 65
    assert {name: state(out)[name] for name in outputs} == {name: before[name] for name in outputs}


def test_the_readmes_example(
    cluster: Cluster, clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "Scripts/python/README.md").read_text()
    (code,) = re.findall(r"^```python\n(import maskstream\.ray\n.*?)^```", text, re.M | re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 5
    (tmp_path / "clips").mkdir()
    os.link(clips / "00.mp4", tmp_path / "clips/00.mp4")
    monkeypatch.chdir(tmp_path)
    ray.init(address=cluster.address, log_to_driver=False, ignore_reinit_error=True)
    exec(compile(code, "README.md", "exec"), {})
    assert (tmp_path / "masked/00.mp4").exists()


def test_ray_data(cluster: Cluster, clips: Path, tmp_path: Path) -> None:
    ray.init(address=cluster.address, log_to_driver=False, ignore_reinit_error=True)
    inputs = f"{clips}/0[0-4].mp4"
    done = maskstream.ray.mask_files(
        inputs, profile="faces", output_dir=str(tmp_path / "out"), files_per_run=2, crf=20
    )
    rows = sorted(done.take_all(), key=lambda row: str(row["input"]))
    assert [row["exit"] for row in rows] == [0] * 5
    assert [row["frames"] for row in rows] == [2] * 5
    assert all(Path(row["output"]).exists() for row in rows)
    assert len(list((tmp_path / "out").iterdir())) == 10


def test_wrong_options_stop_the_job(cluster: Cluster, clips: Path, tmp_path: Path) -> None:
    arguments: list[str | Path] = [
        clips,
        *OPTIONS,
        "--crf",
        "20",
        "--output-dir",
        tmp_path / "out",
        "--report",
    ]
    process = ray_command(*arguments, tmp_path / "r.json")
    assert "error: " in process.communicate()[1]
    assert process.returncode == 64
    assert list((tmp_path / "out").iterdir()) == []


def test_a_job_that_is_stopped(cluster: Cluster, tmp_path: Path) -> None:
    job: list[str | Path] = [
        SAMPLES,
        "-p",
        "face-emotion",
        "--detail",
        "16",
        "--output-dir",
        tmp_path / "out",
    ]
    process = ray_command(*job, "--report", tmp_path / "r.json")
    while not list(tmp_path.rglob("*.part")):
        assert process.poll() is None
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 130
    assert list((tmp_path / "out").iterdir()) == []
    assert descendants(os.getpid(), "maskstream") == []
    assert "stopped" in (tmp_path / "r.json").read_text()
