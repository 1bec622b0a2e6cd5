import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "samples"


def children() -> list[int]:
    """Processes of this one that run or wait to be asked for their exit code."""
    lists = Path("/proc/self/task").glob("*/children")
    return [int(pid) for each in lists for pid in each.read_text().split()]


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    before = set(children())
    yield
    assert set(children()) <= before


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 frames of 320x180, 25 a second."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    ffmpeg(SAMPLES / "scenes.mp4", path, "-frames:v", "30", "-vf", "fps=25,scale=320:180", "-an")
    return path


def ffmpeg(source: Path, output: Path, *options: str) -> None:
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", source, *options, output],
        check=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def masked() -> Callable[..., bytes]:
    """Give what the program itself writes to its standard output."""

    def run(*arguments: str | Path) -> bytes:
        program = os.environ["MASKSTREAM_PROGRAM"]
        command = [program, *arguments, "-o", "-", "--progress", "none"]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout

    return run
