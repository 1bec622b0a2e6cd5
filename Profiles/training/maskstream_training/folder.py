"""A profile from a folder of photographs: `images/`, `masks/`, and `labels.csv` for a primary.

A mask is a PNG of the same stem and size, white where the photograph matters to the task. The
table has the columns `name` (the stem) and `label`. About one photograph in eight is kept for
measuring.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch

from .common import contact, report
from .common.archives import BACKGROUND, HAIR, LabelledImage, read_image, read_labels, read_plane
from .common.calibration import calibrate
from .common.canvas import Canvas, Source, face_matrix, finish, pick, place
from .common.estimator import Estimator
from .common.export import export_estimator, export_primary
from .common.geometry import REGION, Confidence, Input, largest
from .common.grades import OBJECT
from .common.log import log
from .common.measures import Measures, authority, iou, mean
from .common.settle import settle
from .common.splits import in_validation
from .common.train_estimator import Plan as EstimatorPlan
from .common.train_estimator import train as train_estimator
from .hair.colors import SIDE, Heads, inputs
from .hair.compose import cover, whole
from .hair.nets import ColorNet
from .hair.targets import prepare
from .hair.train import Plan as PrimaryPlan
from .hair.train import train as train_primary

TEMPLATES = Path(__file__).with_name("templates")
LEAST = 8
LONGEST = 640
SQUARE = 256
MARGIN, MASKED, LIMITS = 0.1, 0.3, (0.2, 0.6)
"""The primary's margin, first threshold and bounds, as in the templates."""


def load(folder: Path) -> list[LabelledImage]:
    """Every photograph with its mask as a label plane; `ValueError` says what is wrong where."""
    samples = []
    for path in sorted((folder / "images").iterdir()):
        mask = folder / "masks" / f"{path.stem}.png"
        if not mask.exists():
            raise ValueError(f"{mask}: missing, the mask of {path.name}")
        image, plane = read_image(path), read_plane(mask)
        if plane.shape != image.shape[:2]:
            raise ValueError(f"{mask}: not of the size of {path.name}")
        scale = min(1, LONGEST / max(plane.shape))
        size = round(plane.shape[1] * scale), round(plane.shape[0] * scale)
        image, plane = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (image, plane))
        label = np.where(plane > 127, HAIR, BACKGROUND).astype(np.uint8)
        held = in_validation(f"name:{path.stem}")
        samples.append(LabelledImage(path.stem, image, label, "folder", held))
    if len(samples) < LEAST:
        raise ValueError(f"{folder}: {len(samples)} photographs; at least {LEAST} are needed")
    if not any(p.validation for p in samples):
        for sample in samples[::8]:
            sample.validation = True
    return samples


def compose(
    sources: list[Source], width: int, height: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A photograph seen anew; into a third of them what another one shows is pasted."""
    canvas = Canvas.blank(width, height)
    whole(canvas, pick(sources, rng), rng, 2.0)
    other = pick(sources, rng)
    if other.box[2] and rng.random() < 0.33:
        share = np.exp(rng.uniform(np.log(1 / 8), np.log(0.9)))
        matrix = face_matrix(other, canvas, share * min(height, width * 1.4), 0.9, rng)
        place(canvas, other, matrix, rng, alone=False, cover=cover)
    return finish(canvas, rng)


def estimator(
    learned: list[LabelledImage], profile: Path, work: Path, steps: int, origin: Path | None
) -> None:
    """Trains and exports the estimator."""
    draw = partial(compose, [prepare(p) for p in learned])
    checkpoint, plan = work / "estimator.pt", EstimatorPlan(steps=steps)
    net = train_estimator(partial(Estimator, OBJECT), draw, checkpoint, plan, origin)
    labelled = [(p.image, p.label == HAIR, np.ones(p.label.shape, bool)) for p in learned[:200]]
    settle(net, 0, REGION, labelled, Input())
    export_estimator(net, profile)


def measure(held: list[LabelledImage], confidence: Confidence) -> Measures:
    """IoU at `region` where there is something to find, false area where not, authority."""
    scores = [confidence.full(p.image) for p in held]
    known = [np.ones(p.label.shape, bool) for p in held]
    truth = [p.label == HAIR for p in held]
    ious = [iou(s > REGION, t, k) for s, t, k in zip(scores, truth, known, strict=True) if t.any()]
    false = [float((s > REGION).mean()) for s, t in zip(scores, truth, strict=True) if not t.any()]
    found = {"pictures": len(held), "iou": mean(ious), "false_area": mean(false)}
    return {**found, **authority(scores)}


def squared(plane: np.ndarray, shape: tuple[int, ...], side: int) -> np.ndarray:
    """A plane of an image of `shape` in the corner of a square that all images share."""
    scale = side / max(shape[:2])
    size = max(1, round(shape[1] * scale)), max(1, round(shape[0] * scale))
    canvas = np.zeros((side, side, *plane.shape[2:]), plane.dtype)
    canvas[: size[1], : size[0]] = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return canvas


def closely(confidence: Confidence, samples: list[LabelledImage], classes: list[int]) -> Heads:
    """What the primary learns from: images, maps and the largest subject's box, in squares."""
    images, maps, boxes, found = [], [], [], []
    for sample in samples:
        shape = sample.label.shape
        plane, scale = confidence.map(sample.image), SQUARE / max(shape)
        box, any_subject = largest(plane, shape[1], shape[0])
        images.append(squared(sample.image, shape, SQUARE))
        maps.append(np.round(squared(plane, shape, SQUARE // 2) * 255).astype(np.uint8))
        boxes.append([side * scale for side in box])
        found.append(any_subject)
    return Heads(
        torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous(),
        torch.from_numpy(np.stack(maps)),
        torch.tensor(boxes),
        torch.tensor(found),
        torch.tensor(classes),
        torch.tensor([p.validation for p in samples]),
    )


def primary(
    samples: list[LabelledImage], labels: dict[str, str], profile: Path, work: Path, steps: int
) -> Measures:
    """Trains, calibrates and exports a classifier of what the mask keeps; its accuracy."""
    names, confidence = sorted(set(labels.values())), Confidence(profile)
    (profile / "labels.txt").write_text("\n".join(names) + "\n")
    samples = [p for p in samples if p.name in labels]
    heads = closely(confidence, samples, [names.index(labels[p.name]) for p in samples])
    learned, held = heads.part(~heads.validation), heads.part(heads.validation)
    checkpoint = work / f"primary-{confidence.digest[:12]}.pt"
    plan = PrimaryPlan(steps=steps)
    net = train_primary(ColorNet(len(names)), learned, MARGIN, LIMITS, checkpoint, plan)
    with torch.no_grad():
        logits = net(inputs(held, MARGIN, MASKED))
    export_primary(net, profile, (3, SIDE, SIDE))
    calibrate(profile, logits, held.labels)
    right = (logits.argmax(1) == held.labels).float()
    return {"pictures": len(right), "accuracy": float(right.mean())}


def begin(profile: Path, labelled: bool) -> None:
    """A manifest to fill in, where there is none yet."""
    profile.mkdir(parents=True, exist_ok=True)
    manifest = profile / "profile.yaml"
    if not manifest.exists():
        shutil.copy(TEMPLATES / ("labelled.yaml" if labelled else "plain.yaml"), manifest)
        text = manifest.read_text().replace("name: NAME", f"name: {profile.name}")
        manifest.write_text(text)


def profile_from(
    folder: Path, profile: Path, work: Path, steps: tuple[int, int], origin: Path | None
) -> None:
    """Trains, exports and measures all that the folder allows; `steps` of estimator and primary."""
    work = work / f"folder-{profile.name}"
    work.mkdir(parents=True, exist_ok=True)
    samples, labels = load(folder), read_labels(folder)
    held = [p for p in samples if p.validation]
    log.info("%d photographs, %d of them for measuring", len(samples), len(held))
    begin(profile, bool(labels))
    estimator([p for p in samples if not p.validation], profile, work, steps[0], origin)
    confidence = Confidence(profile)
    results = {"estimator": {"held back": measure(held, confidence)}}
    if labels:
        measured = primary(samples, labels, profile, work, steps[1])
        results["primary"] = {"held back": measured}
    report.write(results, work, profile.name)
    contact.sheet(confidence, [p.image for p in held[:24]], work / "sheet.png")
