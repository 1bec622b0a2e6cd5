import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

ROOT = Path(__file__).resolve().parents[3]
if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

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


# The program as nodes run it: while the file `mixed` is there, the node that comes second answers
# with another fingerprint.
NODES_PROGRAM = """#!/bin/bash
[ -e {folder}/mixed ] || exec {program} "$@"
ln -s "$RAY_RAYLET_PID" {folder}/first 2>/dev/null
{program} "$@"
code=$?
while [ $# -gt 0 ] && [ "$1" != --receipt ]; do shift; done
[ "$(readlink {folder}/first)" = "$RAY_RAYLET_PID" ] || [ $# -eq 0 ] ||
    find "$2" -type f -exec sed -i 's/"fingerprint" : "..../"fingerprint" : "0000/' {{}} +
exit $code
"""


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the nodes' program."""
    folder = tmp_path_factory.mktemp("nodes")
    text = NODES_PROGRAM.format(folder=folder, program=os.environ["MASKSTREAM_PROGRAM"])
    (folder / "program").write_text(text)
    (folder / "program").chmod(0o755)
    return folder


@pytest.fixture(scope="module")  # other tests look for children of this process
def cluster(nodes: Path) -> Iterator["Cluster"]:
    """Two nodes of one core."""
    import ray
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_worker_niceness", "0")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        with pytest.MonkeyPatch.context() as program:
            program.setenv("MASKSTREAM_PROGRAM", str(nodes / "program"))
            cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
            cluster.add_node(num_cpus=1)
        patch.setenv("RAY_ADDRESS", cluster.address)
        cluster.wait_for_nodes()
        yield cluster
        ray.shutdown()
        cluster.shutdown()  # type: ignore[no-untyped-call]


def ray_command(*arguments: str | Path) -> subprocess.Popen[str]:
    program = Path(sys.executable).with_name("maskstream-ray")
    return subprocess.Popen([program, *arguments], stderr=subprocess.PIPE, text=True)


def descendants(process: int, name: str) -> list[int]:
    """Processes below one whose command line begins with a name."""
    found = []
    for path in Path("/proc").glob(f"{process}/task/*/children"):
        try:
            for child in path.read_text().split():
                line = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[0].decode()
                found += [int(child)] if os.path.basename(line).startswith(name) else []
                found += descendants(int(child), name)
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has ended
    return found
