import importlib.metadata
import logging
import os
import subprocess
import threading
import time
from pathlib import Path

import pytest
from conftest import SAMPLES, children

import maskstream
from maskstream.program import Messages, Option, command, words


def test_a_run_gives_its_summary(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    summary = maskstream.run(clip, profile="faces", output=output, invert=True, frames=5)
    assert output.exists()
    assert summary["frames"] == 5
    assert summary["exit"] == 0


def test_several_inputs(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(maskstream.NoInputError) as caught:
        maskstream.run(
            [clip, tmp_path / "missing.mp4"], profile="faces", output_dir=tmp_path / "out", frames=2
        )
    assert (tmp_path / "out/clip.mp4").exists()
    assert caught.value.summary is not None
    assert [each["exit"] for each in caught.value.summary["inputs"]] == [0, 66]


def test_warnings_are_logged(clip: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="maskstream"):
        maskstream.run(
            clip, profile="faces", output=tmp_path / "o.mp4", invert=True, fill="blur", frames=1
        )
    assert "blur" in caplog.text


@pytest.mark.parametrize(
    ("source", "options", "kind", "code"),
    [
        ("clip.mp4", {"profile": "faces", "crf": -1}, maskstream.UsageError, 64),
        ("clip.mp4", {"profile": "faces", "no_such": 1}, maskstream.UsageError, 64),
        ("text.mp4", {"profile": "faces"}, maskstream.BadDataError, 65),
        ("missing.mp4", {"profile": "faces"}, maskstream.NoInputError, 66),
        ("clip.mp4", {"profile": "faces", "device": "none"}, maskstream.UnavailableError, 69),
        ("clip.mp4", {"profile": "faces", "output": "text.mp4"}, maskstream.CannotCreateError, 73),
        ("clip.mp4", {"profile": "no-such"}, maskstream.ProfileError, 78),
    ],
)
def test_exit_codes_are_exceptions(
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    options: dict[str, str],
    kind: type[maskstream.MaskstreamError],
    code: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    os.link(clip, "clip.mp4")
    Path("text.mp4").write_text("no video")
    with pytest.raises(kind) as caught:
        maskstream.run(source, **{"output": "out.mp4"} | options)
    assert caught.value.exit_code == code
    assert caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_a_program_that_is_stopped(tmp_path: Path, signal: str) -> None:
    def stop() -> None:
        while not (tmp_path / "o.mp4.part").exists():
            time.sleep(0.05)
        subprocess.run(["kill", f"-{signal}", str(children()[0])], check=True)

    thread = threading.Thread(target=stop)
    thread.start()
    kind = maskstream.StoppedError if signal == "TERM" else maskstream.KilledError
    with pytest.raises(kind):
        maskstream.run(
            SAMPLES / "scenes.mp4", profile="face-emotion", output=tmp_path / "o.mp4", detail=4
        )
    thread.join()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"crf": 23}, ["--crf", "23"]),
        ({"threshold": 0.5}, ["--threshold", "0.5"]),
        ({"skip_done": True, "overwrite": False, "end": None}, ["--skip-done"]),
        ({"output": Path("-o.mp4")}, ["--output", "-o.mp4"]),
        (
            {"encoder_option": ["a=1", "b=2"]},
            ["--encoder-option", "a=1", "--encoder-option", "b=2"],
        ),
    ],
)
def test_options(options: dict[str, Option], expected: list[str]) -> None:
    assert words(options) == expected
    assert command("-in.mp4", expected)[1:] == ["run", *expected, "--", "-in.mp4"]


def test_of_many_lines_the_first_and_the_last_are_kept() -> None:
    messages = Messages()
    for number in range(100_000):
        messages.add(b"error: line %d\n" % number)
    assert len(messages.lines) == 201
    assert messages.lines[100] == "error: 99800 lines are left out here"
    assert (messages.lines[0], messages.lines[-1]) == ("error: line 0", "error: line 99999")
    with pytest.raises(maskstream.SoftwareError, match="99800 lines are left out here"):
        messages.check(70)


def test_a_program_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKSTREAM_PROGRAM", "/nonexistent/maskstream")
    with pytest.raises(maskstream.ProgramNotFoundError, match="/nonexistent/maskstream"):
        maskstream.run("in.mp4", profile="faces")
    monkeypatch.delenv("MASKSTREAM_PROGRAM")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(maskstream.ProgramNotFoundError, match="install it"):
        next(maskstream.frames("in.mp4", profile="faces"))


def test_the_version_is_the_programs() -> None:
    program = maskstream.find_program()
    first = subprocess.run([program, "--version"], check=True, text=True, stdout=subprocess.PIPE)
    assert first.stdout.splitlines()[0] == f"maskstream {importlib.metadata.version('maskstream')}"
