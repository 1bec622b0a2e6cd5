"""One camera: a run of the program after another, each with a file of its own."""

import os
import re
import signal
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

from maskstream.errors import MaskstreamError
from maskstream.program import Messages, command, running
from maskstream.ray.job import Job
from maskstream.ray.lease import lease
from maskstream.ray.outcome import Outcome
from maskstream.ray.result import WITH_WORKER
from maskstream.ray.table import Row
from maskstream.ray.work import node

PAUSE = 1.0
"""Seconds before a run that ended is begun anew; twice as many after each that ends soon."""

LONGEST_PAUSE = 60.0
"""Seconds; a run that lasts as long was a good one."""

WAITING = "another node records it"


class Recording:
    """A camera's recordings: `NAME-00001.mkv`, `NAME-00002.mkv`, ...

    Whoever records holds the lease `NAME.mkv.lease`. So of several nodes one records, and another
    takes over when that dies. What is left of a killed run stays, as `.part`.

    Attributes:
        outcome: how it stands: exit None while it records or waits, `attempts` is how often a run
            was begun.
    """

    def __init__(self, camera: Row, job: Job) -> None:
        self._camera = camera
        self._job = job
        self._name = Path(job.output_dir, camera.output)
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self.outcome = Outcome(camera.input, None, None, "it has not begun", node=node())

    def stop(self) -> None:
        """End it; the file is completed."""
        self._stop.set()
        if process := self._process:
            process.terminate()

    def run(self) -> None:
        """Record until `stop`, or until the program refuses its options or its profile."""
        while not self._stop.is_set():
            try:
                self._name.parent.mkdir(parents=True, exist_ok=True)
                with lease(self._name.with_name(f"{self._name.name}.lease")) as is_held:
                    if is_held:
                        self._record()
                        return
                self.outcome = replace(self.outcome, exit=None, message=WAITING)
            except OSError as failure:  # the folder, or the program, is not there
                self.outcome = replace(self.outcome, exit=74, message=str(failure))
            self._stop.wait(PAUSE)

    def _record(self) -> None:
        pause = PAUSE
        while not self._stop.is_set():
            began = time.monotonic()
            self._run_once()
            if self.outcome.verdict == "stop":
                return
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = PAUSE
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _run_once(self) -> None:
        file = str(self._next())
        begun = replace(
            self.outcome, output=file, exit=None, message="", attempts=self.outcome.attempts + 1
        )
        words = [*self._job.options, *self._camera.words, "--output", file, "--progress", "json"]
        messages = Messages()
        with running([*WITH_WORKER, *command(self._camera.input, words)]) as process:
            self._process, self.outcome = process, begun
            if self._stop.is_set():
                process.terminate()
            assert process.stderr
            for line in process.stderr:
                messages.add(line)
        summary = messages.summary or {}
        code: int | None = process.returncode
        message = ""
        try:
            messages.check(process.returncode)
        except MaskstreamError as error:
            message = error.message
        if self._stop.is_set() and code in (130, -signal.SIGTERM):
            code, message = None, ""  # stopped before the camera gave a frame
        self.outcome = replace(
            begun,
            exit=code,
            message=message,
            frames=begun.frames + summary.get("frames", 0),
            seconds=begun.seconds + summary.get("seconds", 0),
        )

    def _next(self) -> Path:
        """Give the next file's path: no number is given twice, also of runs that were killed."""
        pattern = re.compile(rf"{re.escape(self._name.stem)}-(\d+){re.escape(self._name.suffix)}")
        found = [pattern.match(name) for name in os.listdir(self._name.parent)]
        number = max((int(each[1]) for each in found if each), default=0) + 1
        return self._name.with_stem(f"{self._name.stem}-{number:05}")
