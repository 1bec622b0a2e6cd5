"""What the program hides of known writing, what can still be read, and what else it hides."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..common.archives import Places, read_plane
from ..common.log import log
from ..common.measures import Measures, mean
from ..common.program import emitted, emptied
from ..common.stamp import replace_value
from . import draw, fonts
from .planted import READ, planted
from .read import Reader, longest_common

SCENES = {"choose": 24, "report": 60}
SEEDS = {"choose": 1, "report": 2}
FAMILIES = {"choose": fonts.CHOOSE, "report": fonts.REPORT}
SETTINGS = (
    *((ratio, 0.0) for ratio in (0.0, 1.0, 1.5, 2.0, 2.5, 3.0)),
    *((ratio, 0.003) for ratio in (2.0, 2.5, 3.0)),
)
"""Of `estimator.unclip` and `mask.dilate`."""
DETAILS = (1, 4)
LOOKED = 30
"""Scenes in which a second look is measured."""
WRITTEN = Path(__file__).with_name("written.txt")
PHOTOS = 120


@dataclass
class Found:
    """A string after hiding: how much of its ink is hidden, and the longest run still read."""

    text: draw.Text
    hidden: float
    run: int


def program_masks(
    program: Path, profile: Path, images: Iterable[Path], work: Path, detail: int
) -> list[Path]:
    """`--invert --emit mask` of each image: white is what stays visible."""
    given = emptied(work)
    for i, path in enumerate(images):
        (given / f"{i:04}{path.suffix}").symlink_to(path.resolve())
    return emitted(program, profile, work, "mask", "--invert", "--detail", str(detail))


def varied(profile: Path, work: Path, unclip: float, dilate: float) -> Path:
    """A copy of the profile with other settings."""
    copy = work / f"text-{unclip}-{dilate}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(profile, copy)
    replace_value(copy / "profile.yaml", "estimator", "unclip", str(unclip))
    replace_value(copy / "profile.yaml", "mask", "dilate", str(dilate))
    return copy


class Drawn:
    """The scenes of a part, drawn once; images lie in the work folder."""

    def __init__(self, places: Places, part: str):
        found = fonts.unpacked(places.work)
        photos = sorted((places.archive("saliency") / "images").iterdir())
        self.folder = places.work / f"text-{part}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.scenes = [
            draw.scene(i, FAMILIES[part], found, photos, SEEDS[part]) for i in range(SCENES[part])
        ]
        self.paths = [self.folder / f"{i:04}.png" for i in range(len(self.scenes))]
        for path, scene in zip(self.paths, self.scenes, strict=True):
            cv2.imwrite(str(path), scene.image[:, :, ::-1])

    def hide(
        self, program: Path, profile: Path, work: Path, reader: Reader, detail: int = 1
    ) -> list[Found]:
        """Every string after the program has hidden what it finds."""
        masks = program_masks(program, profile, self.paths, work, detail)
        return [
            found
            for scene, path in zip(self.scenes, masks, strict=True)
            for found in examined(scene, read_plane(path) > 127, reader)
        ]

    def beside(self, work: Path) -> float:
        """What was hidden beside the strings, as a fraction of the scenes."""
        masks = sorted((work / "out").iterdir())
        areas = []
        for scene, path in zip(self.scenes, masks, strict=True):
            hidden = (read_plane(path) < 128).astype(np.uint8)
            for text in scene.texts:
                draw.filled(hidden, text.corners, 0)
                corners = [np.round(text.corners).astype(np.int32)]
                cv2.polylines(hidden, corners, True, 0, 2 * draw.SCALE * text.height)
            areas.append(hidden.mean())
        return float(np.mean(areas))

    def unmasked(self, reader: Reader) -> Measures:
        """How many strings can be read as they are drawn."""
        runs = [
            longest_common(reader.read(scene.image, text.corners), text.text)
            for scene in self.scenes
            for text in scene.texts
        ]
        return {"strings": len(runs), "read": float(np.mean([run >= READ for run in runs]))}


def examined(scene: draw.Scene, visible: np.ndarray, reader: Reader) -> Iterable[Found]:
    """The strings of a scene of which only some pixels are visible."""
    image = scene.image * visible[:, :, None]
    for text in scene.texts:
        hidden = 1 - float(visible.reshape(-1)[text.ink].mean())
        # What is hidden entirely needs no reading.
        run = longest_common(reader.read(image, text.corners), text.text) if hidden < 1 else 0
        yield Found(text, hidden, run)


def summary(found: list[Found]) -> Measures:
    """Strings, how many were found (half of the ink hidden), hidden whole, and still read."""
    hidden = np.array([f.hidden for f in found])
    return {
        "strings": len(found),
        "found": float((hidden > 0.5).mean()),
        "whole": float((hidden > 0.999).mean()),
        "read": float(np.mean([f.run >= READ for f in found])),
        "read of the found": mean(f.run >= READ for f in found if f.hidden > 0.5),
    }


def split(found: list[Found], key: Callable[[Found], object]) -> dict[str, Measures]:
    """A summary for each value of the key."""
    values = sorted({key(f) for f in found}, key=lambda v: (isinstance(v, str), v))
    return {str(value): summary([f for f in found if key(f) == value]) for value in values}


def slant(found: Found) -> str:
    """In which direction a string runs."""
    turn = abs(found.text.slant)
    if turn == 90 or "stacked" in found.text.script:
        return "vertical"
    return "level" if turn < 5 else "5 to 20 degrees" if turn <= 20 else "21 to 45 degrees"


KEYS: dict[str, Callable[[Found], object]] = {
    "height": lambda f: f.text.height,
    "script": lambda f: f.text.script,
    "direction": slant,
    "font": lambda f: f.text.font,
}


def photographs(places: Places) -> list[Path]:
    """Every ninth photograph but those that show writing: `written.txt` lists them."""
    written = set(WRITTEN.read_text().split())
    paths = sorted((places.archive("saliency") / "images").iterdir())[::9]
    return [path for path in paths[:PHOTOS] if path.name not in written]


def false_area(program: Path, profile: Path, paths: list[Path], work: Path) -> Measures:
    """What is hidden of images without writing, at the profile's detail for images."""
    masks = program_masks(program, profile, paths, work, DETAILS[-1])
    areas = np.array([(read_plane(path) < 128).mean() for path in masks])
    worst = [paths[i].name for i in np.argsort(-areas)[:8] if areas[i] > 0]
    log.info("most is hidden of %s", worst)
    return {
        "images": len(paths),
        "area": float(areas.mean()),
        "images with any": float((areas > 0).mean()),
        "largest": float(areas.max()),
    }


def settings(program: Path, profile: Path, places: Places, reader: Reader) -> dict[str, Measures]:
    """What each of the settings hides, with one half of the fonts and seeds."""
    drawn, work, results = Drawn(places, "choose"), places.work / "text-runs", {}
    for ratio, dilation in SETTINGS:
        copy = varied(profile, places.work, ratio, dilation)
        name = f"unclip {ratio}, dilate {dilation}"
        results[name] = summary(drawn.hide(program, copy, work, reader))
        log.info("%s: %s", name, results[name])
    return results


def quality(
    program: Path, profile: Path, places: Places, reader: Reader
) -> dict[str, dict[str, Measures]]:
    """What the profile hides, with the other half, at each detail and by what differs."""
    drawn, work = Drawn(places, "report"), places.work / "text-runs"
    results = {"unmasked": {"all": drawn.unmasked(reader)}}
    for detail in DETAILS:
        found = drawn.hide(program, profile, work, reader, detail)
        results[f"detail {detail}"] = {"all": {**summary(found), "beside": drawn.beside(work)}}
        for name, key in KEYS.items():
            results[f"detail {detail}, {name}"] = split(found, key)
        log.info("detail %d: %s", detail, results[f"detail {detail}"])
    plain = false_area(program, profile, photographs(places), work)
    looked = planted(drawn.scenes[:LOOKED], reader)
    return {**results, "false area": {"photographs": plain}, "second look": {"all": looked}}


def evaluate(places: Places, profile: Path, program: Path) -> dict[str, dict[str, Measures]]:
    """The settings that were tried, and what the profile's own reach."""
    reader = Reader()
    tried = settings(program, profile, places, reader)
    return {"settings": tried, **quality(program, profile, places, reader)}
