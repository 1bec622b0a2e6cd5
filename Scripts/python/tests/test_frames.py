import gc
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES, children, ffmpeg

import maskstream
from maskstream.frames import Emit

PROFILE = "face-emotion"


def test_images_and_masks_are_the_programs_own(clip: Path, masked: Callable[..., bytes]) -> None:
    frames = list(maskstream.frames(clip, profile=PROFILE))
    images = np.stack([frame.image for frame in frames])
    masks = np.stack([frame.mask for frame in frames if frame.mask is not None])

    raw = (clip, "-p", PROFILE, "--format", "rawvideo")
    expected = masked(*raw, "--output-pix-fmt", "rgba", "--fill", "transparent")
    shown = masked(*raw, "--emit", "mask")
    assert images.tobytes() == np.frombuffer(expected, np.uint8).reshape(-1, 4)[:, :3].tobytes()
    assert (masks * np.uint8(255)).tobytes() == shown
    assert 0.01 < masks.mean() < 0.5
    assert not images[~masks].any()
    assert images[masks].any()


def test_events_are_the_programs_own(clip: Path, tmp_path: Path) -> None:
    frames = list(maskstream.frames(clip, profile=PROFILE))
    events = [event for frame in frames for event in frame.events]

    file = tmp_path / "events"
    maskstream.run(clip, profile=PROFILE, events=file)
    expected = [json.loads(line) for line in file.read_text().splitlines()]
    assert events == [event for event in expected if event["type"] not in ("warning", "end")]
    assert [frame.number for frame in frames] == list(range(30))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(30) / 25)
    assert all(subject["label"] for frame in frames for subject in frame.subjects)


@pytest.mark.parametrize(
    ("emit", "fill", "shape", "has_mask"),
    [
        ("masked", None, (180, 320, 3), True),
        ("masked", "#00ff00", (180, 320, 3), False),
        ("overlay", None, (180, 320, 3), False),
        ("mask", None, (180, 320), False),
        ("confidence", None, (180, 320), False),
    ],
)
def test_what_is_emitted(
    clip: Path, emit: Emit, fill: str | None, shape: tuple[int, ...], has_mask: bool
) -> None:
    for frame in maskstream.frames(clip, profile=PROFILE, emit=emit, fill=fill, frames=3):
        assert frame.image.shape == shape
        assert frame.image.dtype == np.uint8
        assert frame.image.any()
        assert (frame.mask is not None) == has_mask
        if fill:
            assert frame.image[0, 0].tolist() == pytest.approx([0, 255, 0], abs=3)


@pytest.mark.parametrize("canvas", ["64x48", "400x320"])
def test_packed_images_have_the_canvas_size(
    clip: Path, masked: Callable[..., bytes], canvas: str
) -> None:
    frames = list(maskstream.frames(clip, profile=PROFILE, emit="packed", canvas=canvas))
    width, height = map(int, canvas.split("x"))
    assert [frame.image.shape for frame in frames] == [(height, width, 3)] * 30

    raw = (clip, "-p", PROFILE, "--format", "rawvideo", "--output-pix-fmt", "rgb24")
    expected = masked(*raw, "--emit", "packed", "--canvas", canvas)
    assert b"".join(frame.image.tobytes() for frame in frames) == expected


def test_rotated_video_is_upright(clip: Path, tmp_path: Path) -> None:
    rotated = tmp_path / "rotated.mp4"
    ffmpeg(clip, rotated, "-c", "copy", "-metadata:s:v", "rotate=90")
    frames = list(maskstream.frames(rotated, profile="faces", frames=2))
    assert [frame.image.shape for frame in frames] == [(320, 180, 3)] * 2


def test_closing_ends_the_program() -> None:
    frames = maskstream.frames(SAMPLES / "scenes.mp4", profile=PROFILE)
    next(frames)
    assert len(children()) == 1
    frames.close()
    assert children() == []


def test_leaving_a_loop_ends_the_program() -> None:
    for _ in maskstream.frames(SAMPLES / "scenes.mp4", profile=PROFILE):
        break
    gc.collect()
    assert children() == []


def test_the_program_waits_for_its_reader() -> None:
    frames = maskstream.frames(SAMPLES / "scenes.mp4", profile=PROFILE)
    next(frames)
    stat = Path(f"/proc/{children()[0]}/stat")
    # 210 frames take seconds; the pipe holds one and a few are under way.
    deadline = time.monotonic() + 60
    before, now = "", _processor_time(stat)
    while before != now:
        assert time.monotonic() < deadline
        time.sleep(1)
        before, now = now, _processor_time(stat)
    assert sum(1 for _ in frames) == 209


def _processor_time(stat: Path) -> str:
    return " ".join(stat.read_text().rpartition(")")[2].split()[11:13])


def test_a_truncated_input_gives_its_good_frames_first(tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.mkv", tmp_path / "part.mkv"
    ffmpeg(SAMPLES / "scenes.mp4", whole, "-c", "copy")
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    good: list[maskstream.Frame] = []
    frames = maskstream.frames(part, profile=PROFILE)
    with pytest.raises(maskstream.BadDataError):
        good.extend(frames)
    assert 0 < len(good) < 210


def test_options_that_are_taken_are_refused(clip: Path) -> None:
    with pytest.raises(TypeError, match="events, format"):
        next(maskstream.frames(clip, profile=PROFILE, format="nut", events="e"))
