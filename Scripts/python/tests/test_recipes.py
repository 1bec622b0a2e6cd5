"""The recipes of Scaling.md that need neither Slurm nor systemd to be tried."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES, ffmpeg


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A machine with the program, and a scontrol that writes down what it is asked."""
    (tmp_path / "bin").mkdir()
    os.symlink(os.environ["MASKSTREAM_PROGRAM"], tmp_path / "bin/maskstream")
    (tmp_path / "bin/scontrol").write_text(f'#!/bin/sh\necho "$*" >>{tmp_path}/asked\n')
    (tmp_path / "bin/scontrol").chmod(0o755)
    return {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}


def slurm(environment: dict[str, str], folder: Path, task: int, **more: str) -> int:
    told = {
        "SLURM_ARRAY_TASK_ID": str(task + 5),
        "SLURM_ARRAY_TASK_MIN": "5",
        "SLURM_ARRAY_TASK_COUNT": "2",
        "SLURM_ARRAY_JOB_ID": "7",
    }
    words: list[str | Path] = [
        ROOT / "Scripts/slurm-array",
        folder / "t.csv",
        folder / "out",
        "-p",
        "faces",
    ]
    done = subprocess.run(words, env=environment | told | more, stderr=subprocess.DEVNULL)
    return done.returncode


def test_a_slurm_array(environment: dict[str, str], tmp_path: Path) -> None:
    cut = ("-frames:v", "3", "-vf", "scale=160:90", "-an")
    ffmpeg(SAMPLES / "scenes.mp4", tmp_path / "a.mp4", *cut)
    lines = [f"{tmp_path}/{name}.mp4,{at}.mkv" for at, name in enumerate("aaamaa")]
    (tmp_path / "t.csv").write_text("\n".join(["input,output", *lines]) + "\n")
    (tmp_path / "out").mkdir()
    assert slurm(environment, tmp_path, 0) == 0
    assert sorted(path.name for path in (tmp_path / "out").glob("*.mkv")) == [
        "0.mkv", "2.mkv", "4.mkv",
    ]  # fmt: skip
    assert slurm(environment, tmp_path, 1) == 66
    assert len(list((tmp_path / "out").glob("*.mkv"))) == 5
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.mkv")}
    assert slurm(environment, tmp_path, 0) == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize(
    ("code", "restarts", "is_requeued"),
    [(74, 0, True), (74, 3, False), (137, 2, True), (65, 0, False), (64, 0, False)],
)
def test_what_slurm_tries_again(
    environment: dict[str, str], tmp_path: Path, code: int, restarts: int, is_requeued: bool
) -> None:
    (tmp_path / "program").write_text(f"#!/bin/sh\nexit {code}\n")
    (tmp_path / "program").chmod(0o755)
    (tmp_path / "t.csv").write_text("input\na\nb\n")
    more = {"MASKSTREAM_PROGRAM": f"{tmp_path}/program", "SLURM_RESTART_COUNT": str(restarts)}
    assert slurm(environment, tmp_path, 1, **more) == code
    asked = tmp_path / "asked"
    assert (asked.read_text() if asked.exists() else "") == "requeue 7_6\n" * is_requeued


def test_the_unit_of_a_camera(environment: dict[str, str], tmp_path: Path) -> None:
    text = (ROOT / "Scripts/maskstream-camera@.service").read_text().replace("\\\n", "")
    line = re.search(r"^ExecStart=/bin/sh -c '(.*)'$", text, re.MULTILINE)
    assert line
    shell = line[1].replace("%i", "door").replace("%%", "%").replace("$$", "$")
    told = {
        "STATE_DIRECTORY": str(tmp_path),
        "CAMERA": str(SAMPLES / "scenes.mp4"),
        "OPTIONS": "--profile faces --frames 3",
    }
    shell = shell.replace("--reconnect", "")  # a file stands in for the camera
    subprocess.run(["/bin/sh", "-c", shell], env=environment | told, check=True)
    (recording,) = tmp_path.glob("door-*.mkv")
    assert re.fullmatch(r"door-\d{8}T\d{6}\.mkv", recording.name)
