"""Does finding lines pay for a reader? Lines on the program's canvas beside windows of the frame.

The recogniser is PP-OCR's. On a canvas (`--emit packed`) each line lies at its own scale with all
else in black. Without a detector the recogniser has to read windows of the whole frame.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..common.archives import Places
from ..common.geometry import resized
from ..common.log import log
from ..common.measures import Measures, interval, mean
from ..common.program import canvases, emptied
from ..common.report import milliseconds
from .draw import HEIGHT as ROWS
from .draw import WIDTH, Scene, Text
from .evaluate import Drawn
from .leftover import Leftover, Line, overlap
from .planted import around
from .read import HEIGHT, Reader, longest_common

SCENES = 30
DETAILS = (1, 4)
CANVAS = 960
SCRIPTS = ("latin", "digits", "chinese")
"""What the recogniser knows, on a level line."""


@dataclass
class Way:
    """The fraction of each string that one way has read, and its milliseconds a scene."""

    right: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)

    def add(self, scene: Scene, lines: list[Line], spent: float) -> None:
        self.spent.append(spent)
        for text in filter(readable, scene.texts):
            near = [line.text for line in lines if overlap(line.box, around(text))]
            run = max((longest_common(found, text.text) for found in near), default=0)
            self.right.append(run / len("".join(text.text.split())))


def readable(text: Text) -> bool:
    return abs(text.slant) < 5 and text.script in SCRIPTS


def lines(places: Places, profile: Path) -> None:
    """Characters read in a row and processor time of every way; `lines.json` in the work folder."""
    drawn, reader = Drawn(places, "report"), Reader()
    scenes, paths = drawn.scenes[:SCENES], drawn.paths[:SCENES]
    ways = {"windows": Way(), "told where": Way()}
    for scene in scenes:
        started = time.process_time()
        found = Leftover(reader).read(scene.image)
        ways["windows"].add(scene, found, 1000 * (time.process_time() - started))
        told = [Line(around(t), reader.read(scene.image, t.corners), 1) for t in scene.texts]
        ways["told where"].add(scene, told, 0)
    log.info("windows: measured")
    for detail in DETAILS:
        way = ways[f"canvas, detail {detail}"] = Way()
        estimator = milliseconds(profile, WIDTH, ROWS, detail)
        folder = places.work / "lines"
        for scene, (canvas, spots) in zip(
            scenes, canvases_of(profile, paths, folder, detail), strict=True
        ):
            started = time.process_time()
            found = [read(reader, canvas, spot) for spot in spots]
            way.add(scene, found, estimator + 1000 * (time.process_time() - started))
        log.info("detail %d: measured", detail)
    write(ways, places.work)


def read(reader: Reader, canvas: np.ndarray, spot: Measures) -> Line:
    """What is written in a place of a canvas, and where that is in the frame."""
    x, y, width, height = spot["from"]
    box = [round(v) for v in spot["to"]]
    part = canvas[y : y + height, x : x + width]
    columns = max(1, round(HEIGHT * width / height))
    text, certainty = reader.line(resized(part, columns, HEIGHT))
    return Line((box[0], box[1], box[2], box[3]), text, certainty)


def canvases_of(
    profile: Path, paths: list[Path], folder: Path, detail: int
) -> list[tuple[np.ndarray, list[Measures]]]:
    """The program's canvas of each image, and what lies where on it."""
    given = emptied(folder)
    for number, path in enumerate(paths):
        (given / f"{number:04}.png").symlink_to(path.resolve())
    return canvases(profile, folder, CANVAS, "--detail", str(detail))


def write(ways: dict[str, Way], work: Path) -> None:
    """JSON, and a line for each way."""
    windows, rows = ways["windows"], {}
    for name, way in ways.items():
        difference = np.array(way.right) - np.array(windows.right)
        rows[name] = {
            "strings": len(way.right),
            "characters": mean(way.right),
            "whole": mean(right == 1 for right in way.right),
            "minus windows": interval(difference),
            "ms": mean(way.spent),
            "of the windows' time": mean(way.spent) / mean(windows.spent),
        }
        log.info("%s: %s", name, rows[name])
    (work / "lines.json").write_text(json.dumps(rows, indent=1) + "\n")
