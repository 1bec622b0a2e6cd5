"""Cameras that send over UDP, recorded on a cluster of one node."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import SAMPLES, descendants, ray_command
from ray.cluster_utils import Cluster


@contextmanager
def cameras(folder: Path, count: int) -> Iterator[Path]:
    """Films over and over, each sent to a port of its own, and their table."""
    senders, lines = [], ["input,output,options"]
    film = ["-re", "-stream_loop", "-1", "-i", str(SAMPLES / "scenes.mp4")]
    small = ["-an", "-vf", "fps=5,scale=160:90", "-g", "5", "-c:v", "mpeg2video", "-f", "mpegts"]
    for number in range(count):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
            port.bind(("127.0.0.1", 0))
            url = f"udp://127.0.0.1:{port.getsockname()[1]}"
        words = ["ffmpeg", "-v", "quiet", *film, *small, f"{url}?pkt_size=1316"]
        senders.append(subprocess.Popen(words, stdin=subprocess.DEVNULL))
        lines.append(f"{url},door/{number}.mkv,--detail 1")
    lines.append("udp://127.0.0.1:1,wrong.mkv,--no-such")
    (folder / "cameras.csv").write_text("\n".join(lines) + "\n")
    try:
        yield folder / "cameras.csv"
    finally:
        for sender in senders:
            sender.kill()
            sender.wait()


def wait(for_what: str, folder: Path) -> None:
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size > 0 for path in folder.glob(for_what)):
        assert time.monotonic() < deadline, [str(path) for path in folder.rglob("*")]
        time.sleep(0.2)


def frames(path: Path) -> int:
    words = ["-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", str(path)]
    done = subprocess.run(["ffprobe", "-v", "error", *words], stdout=subprocess.PIPE, check=True)
    return int(done.stdout.split()[0])


def kill(name: str) -> None:
    os.kill(descendants(os.getpid(), name)[0], signal.SIGKILL)


def test_cameras(cluster: Cluster, tmp_path: Path) -> None:
    node = cluster.add_node(num_cpus=1)
    out = tmp_path / "out"
    with cameras(tmp_path, 2) as table:
        words: list[str | Path] = ["--cameras", table, "-p", "faces", "--output-dir", out]
        jobs = [ray_command(*words, "--report", tmp_path / "0.json")]
        wait("door/0-00001.mkv.part", out)
        wait("door/1-00001.mkv.part", out)
        assert len(list(out.rglob("*.lease"))) == 2
        # A second job finds the leases taken, and takes over when the first's worker dies.
        jobs.append(ray_command(*words, "--report", tmp_path / "1.json"))
        time.sleep(8)
        assert not list(out.rglob("*-00002*"))
        kill("ray::Recorder")
        wait("door/0-00002.mkv.part", out)
        wait("door/1-00002.mkv.part", out)
        # A program that dies is begun anew.
        kill("maskstream")
        deadline = time.monotonic() + 60
        while not list(out.rglob("*-00003.mkv.part")):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        time.sleep(3)
        for job in jobs:
            job.send_signal(signal.SIGTERM)
        messages = [job.communicate()[1] for job in jobs]
    assert [job.returncode for job in jobs] == [64, 64]
    assert all("--no-such" in each for each in messages)
    assert descendants(os.getpid(), "maskstream") == []
    files = {path.name for path in (out / "door").iterdir()}
    again = next(name[0] for name in files if "-00003" in name)
    once = "1" if again == "0" else "0"
    complete = {f"{again}-00003.mkv", f"{once}-00002.mkv"}
    killed = {f"{again}-00001.mkv", f"{again}-00002.mkv", f"{once}-00001.mkv"}
    # Whoever is stopped last may have begun one more, when the other gave its leases back.
    more = {f"{again}-00004.mkv", f"{once}-00003.mkv"}
    assert files - more == complete | {f"{name}.part" for name in killed}
    assert all(frames(out / "door" / name) > 0 for name in complete)
    reports = [json.loads((tmp_path / f"{number}.json").read_text()) for number in (0, 1)]
    assert all([row["exit"] for row in rows][2] == 64 for rows in reports)
    cluster.remove_node(node)
