"""In how many frames of a clip a face is not hidden: by the clip's script, and by CenterFace."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..common.archives import Places
from ..common.listed import ListedFace
from ..common.log import log
from ..common.measures import Measures
from ..common.program import built
from .detect import Detector
from .films import FRAMES, Actor, films
from .hidden import ENOUGH, is_hidden

SIZES = ((720, 4), (1080, 16), (2160, 16))
"""Heights of clips, and the detail that finds faces of 24 pixels, or the highest."""
COUNT = 1
"""Clips of each size."""
SURE, LEAST = 0.5, 24
"""CenterFace's faces that are counted: their score, and their height in pixels."""
EVERY = 5
"""CenterFace looks at one of so many frames."""
WIDEST = 1920
LONGEST = 50
"""Frames of the data's own clips that are looked at."""


@dataclass
class Exposure:
    """What was counted in the frames of some clips."""

    seen: dict[str, list[bool]] = field(default_factory=dict)
    """For each kind of face, whether it is not hidden, frame by frame."""
    frames: list[bool] = field(default_factory=list)
    """Whether any face is not hidden."""
    found: list[int] = field(default_factory=lambda: [0, 0, 0])
    """CenterFace's faces in the input, those of them that are not hidden, and in the output."""
    seconds: float = 0.0
    """Processor time of the program, and the frames that it took."""
    processed: int = 0

    def add(self, mask: np.ndarray, actors: list[Actor], at: float) -> None:
        """Counts the faces of a frame that are at least half inside of it."""
        exposed = []
        for actor in actors:
            points = np.floor(actor.points(at)).astype(int)
            inside = ((points >= 0) & (points < mask.shape[1::-1])).all(1)
            if inside.mean() >= 0.5:
                x, y = points[inside].T
                exposed.append(bool(mask[y, x].mean() < ENOUGH))
                self.seen.setdefault(actor.kind, []).append(exposed[-1])
        self.frames.append(any(exposed))

    def look(self, detector: Detector, image: np.ndarray, mask: np.ndarray) -> None:
        """Lets CenterFace look at a frame and at what is left of it."""
        before = sure(detector, image)
        self.found[0] += len(before)
        self.found[1] += sum(not is_hidden(mask, ListedFace(tuple(b[:4]))) for b in before)
        self.found[2] += len(sure(detector, image * ~mask[..., None]))

    def measures(self) -> Measures:
        exposed = {kind: f"{sum(some)} / {len(some)}" for kind, some in sorted(self.seen.items())}
        names = "in", "in, not hidden", "out"
        return {
            **exposed,
            **({"frames": float(np.mean(self.frames))} if self.frames else {}),
            **{f"CenterFace {n}": str(c) for n, c in zip(names, self.found, strict=True)},
            "seconds a frame": self.seconds / self.processed,
        }


def sure(detector: Detector, image: np.ndarray) -> np.ndarray:
    """The boxes that count, of an image at its own size, up to a width."""
    height, width = image.shape[:2]
    scale = min(1, WIDEST / width)
    sides = (-(-round(side * scale) // 32) * 32 for side in (width, height))
    boxes = detector.boxes(image, *sides)
    return boxes[(boxes[:, 4] >= SURE) & (boxes[:, 3] - boxes[:, 1] >= LEAST)]


def clips(places: Places, profile: Path) -> dict[str, Measures]:
    """Composites of three sizes, and the data's own clips."""
    results: dict[str, Measures] = {}
    folder = places.work / "faces-clips"
    folder.mkdir(parents=True, exist_ok=True)
    for height, detail in SIZES:
        exposure = Exposure()
        for number, film in enumerate(films(places, height, COUNT)):
            path = folder / f"{height}-{number}.mp4"
            film.write(path)
            watch(profile, path, ["--detail", str(detail)], exposure, film.actors)
        results[f"{height}p, detail {detail}"] = logged(str(height), exposure)
    for path in sorted((places.data / "videos").iterdir()):
        exposure = Exposure()
        watch(profile, path, ["--frames", str(LONGEST)], exposure, [])
        results[path.name] = logged(path.name, exposure)
    return results


def logged(name: str, exposure: Exposure) -> Measures:
    log.info("%s: %s", name, exposure.measures())
    return exposure.measures()


def watch(
    profile: Path, clip: Path, options: list[str], exposure: Exposure, actors: list[Actor]
) -> None:
    """Counts what the program hides of a clip, and its processor time a frame."""
    command = [built(), clip, "-p", profile.resolve(), "--invert", "--emit", "mask", "-o", "-"]
    command += ["--format", "rawvideo", "--output-pix-fmt", "gray", "--progress", "none", *options]
    width, height = size(clip)
    start = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    masks = list(raw([str(word) for word in command], (height, width)))
    exposure.seconds += resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - start
    exposure.processed += len(masks)
    detector = Detector(profile / "estimator.onnx")
    decode = ["ffmpeg", "-v", "error", "-i", str(clip), "-f", "rawvideo", "-pix_fmt", "rgb24"]
    decode += ["-frames:v", str(len(masks)), "-"]
    images = raw(decode, (height, width, 3))
    for number, (mask, image) in enumerate(zip(masks, images, strict=False)):
        hidden = mask < 128
        if actors:
            exposure.add(hidden, actors, number / (FRAMES - 1))
        if number % EVERY == 0:
            exposure.look(detector, image, hidden)


def size(clip: Path) -> tuple[int, int]:
    """Width and height of a clip."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"]
    command += ["-show_entries", "stream=width,height", str(clip)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    width, height = text.strip().split(",")[:2]
    return int(width), int(height)


def raw(command: list[str], shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """The frames that a command writes to its standard output."""
    count = int(np.prod(shape))
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while len(data := process.stdout.read(count)) == count:
            yield np.frombuffer(data, np.uint8).reshape(shape)
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed")
