"""Cameras on a cluster: actors that record a few of them each."""

from collections.abc import Sequence
from threading import Thread
from typing import Any

import ray
from ray.exceptions import RayError

from maskstream.errors import UsageError
from maskstream.ray.job import Job
from maskstream.ray.outcome import Outcome
from maskstream.ray.progress import Line
from maskstream.ray.recording import Recording
from maskstream.ray.table import Row

TOGETHER = 4
"""Cameras of an actor: with small pictures, as many as a processor core does."""


class Recorder:
    """An actor: records a few cameras, each in a thread of its own."""

    def __init__(self, cameras: Sequence[Row], job: Job) -> None:
        self._recordings = [Recording(camera, job) for camera in cameras]

    def run(self) -> None:
        """Record until `stop`."""
        threads = [Thread(target=each.run) for each in self._recordings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        """End all runs; their files are completed."""
        for each in self._recordings:
            each.stop()

    def outcomes(self) -> list[Outcome]:
        """Tell how each camera stands."""
        return [each.outcome for each in self._recordings]


class Cameras:
    """The cameras of a job on the cluster that Ray is connected to.

    Where a node or a worker dies, Ray starts the actor anew, on another node if need be.

    Attributes:
        outcomes: how each camera stands, in order.
    """

    def __init__(self, cameras: Sequence[Row], job: Job) -> None:
        """Start the actors.

        Raises:
            UsageError: recordings cannot go to a bucket.
            CannotCreateError: the folder of outputs cannot be made.
        """
        if "://" in job.output_dir:
            raise UsageError(
                64, f"cameras record to a folder ({job.output_dir})", "give a folder of all nodes"
            )
        job.make_place()
        actor: Any = ray.remote(Recorder).options(
            num_cpus=job.cores, max_restarts=-1, max_task_retries=-1, max_concurrency=3
        )
        groups = [cameras[at : at + TOGETHER] for at in range(0, len(cameras), TOGETHER)]
        self._actors = [actor.remote(group, job) for group in groups]
        self._runs = [each.run.remote() for each in self._actors]
        self.outcomes = [Outcome(camera.input, None, None) for camera in cameras]

    def run(self) -> None:
        """Record until Ctrl-C, or until the program has refused all of them."""
        line = Line()
        running = self._runs
        try:
            while running:
                _, running = ray.wait(running, num_returns=len(running), timeout=1)
                self._look()
                line.show(self._state())
        except KeyboardInterrupt:
            pass
        finally:
            line.clear()
            self._stop()

    def _look(self) -> None:
        for at, actor in enumerate(self._actors):
            try:
                told = ray.get(actor.outcomes.remote(), timeout=5)
            except RayError:  # it is being started anew
                continue
            self.outcomes[at * TOGETHER : at * TOGETHER + len(told)] = told

    def _state(self) -> str:
        recording = sum(each.exit is None and each.message == "" for each in self.outcomes)
        begun = sum(each.attempts for each in self.outcomes)
        return f"{recording} of {len(self.outcomes)} cameras are recorded; {begun} runs were begun"

    def _stop(self) -> None:
        for actor in self._actors:
            actor.stop.remote()
        ray.wait(self._runs, num_returns=len(self._runs), timeout=20)
        self._look()
        for actor in self._actors:
            ray.kill(actor)
