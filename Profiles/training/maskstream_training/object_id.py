"""The object-id profile: what each command does for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import yaml

from . import contact, evaluate_classifier, evaluate_saliency, report
from .archives import Places
from .classifier import export_classifier
from .compact import compact
from .compose_objects import SHARES, SIZES, beside, compose, sources_of, worth_cutting
from .efficientnet import pretrained
from .export import export_estimator, replace_value, stamp
from .geometry import REGION, Confidence, Input
from .grading import OBJECT
from .nets import Estimator
from .object_trunk import ObjectTrunk
from .objects import ObjectPicture, load_objects
from .settle import settle, spread_evenly
from .train_estimator import Plan as EstimatorPlan
from .train_estimator import train as train_estimator
from .training import log
from .verify import Exhibits

INPUT = Input(area=224 * 128)
EXPORTED = ((128, 224), (224, 128), (160, 160), (64, 96))
PLAN = EstimatorPlan(
    steps=2400,
    batch=8,
    peak=2.5e-3,
    average=0.997,
    small=0.6,
    doubt=2.0,
    sizes=SIZES,
    shares=SHARES,
)


def estimator(places: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Trains the estimator, or goes on where it stopped, and exports it."""
    plan = PLAN if steps is None else replace(PLAN, steps=steps)
    pictures = [p for p in load_objects(places) if not p.validation]
    sources = sources_of(pictures)
    log.info("sources: %s", {name: len(pool) for name, pool in vars(sources).items()})
    net = Estimator(OBJECT, ObjectTrunk(pretrained()))
    checkpoint = places.work / "object-estimator.pt"
    net = train_estimator(net, partial(compose, sources), checkpoint, plan, origin)
    drawn = [p for p in pictures if p.source == "ECSSD"][::4]
    spread_evenly(net, 1, (p.image for p in drawn), INPUT)
    labelled = [(p.image, p.mask > 127, np.ones_like(p.mask, bool)) for p in drawn]
    settle(net, 0, REGION, labelled, INPUT)
    path = export_estimator(net, profile, EXPORTED)
    compact(path)
    stamp(profile, "estimator", path)


def primary(places: Places, profile: Path, epochs: int | None, origin: Path | None) -> None:
    """Converts EfficientNet-Lite0 and fits its temperature; it is not trained: no `epochs`, no `origin`."""
    export_classifier(profile)
    shown, model = behind_estimator(load_objects(places), profile)
    initial = manifest(profile)["threshold"]["initial"]
    temperature = evaluate_classifier.temperature_of(model, shown, initial)
    replace_value(profile / "profile.yaml", "primary", "temperature", str(temperature))
    log.info("temperature %.3f", temperature)


def manifest(profile: Path) -> dict:
    return yaml.safe_load((profile / "profile.yaml").read_text())


def behind_estimator(
    pictures: list[ObjectPicture], profile: Path
) -> tuple[evaluate_classifier.Crops, evaluate_classifier.Classifier]:
    """What the profile's estimator shows of the ImageNet samples, and the primary to look at it."""
    shown = evaluate_classifier.crops(Confidence(profile), pictures, manifest(profile))
    return shown, evaluate_classifier.Classifier(profile)


def evaluate(places: Places, profile: Path) -> None:
    """Measures both models; writes a report and contact sheets into the work folder."""
    pictures, confidence = load_objects(places), Confidence(profile)
    held = [p for p in pictures if p.validation]
    shown, model = behind_estimator(pictures, profile)
    temperature = manifest(profile)["primary"]["temperature"]
    results = {
        "estimator": evaluate_saliency.evaluate(confidence, held),
        "primary": {
            **evaluate_classifier.accuracy(model, shown),
            **evaluate_classifier.curves(model, shown, temperature),
        },
    }
    results["estimator"]["time"] = report.latency(confidence)
    report.write(results, places.work, "object-id")
    sheets(places, confidence, held)


def exhibits(places: Places) -> Exhibits:
    """Pictures for the program's checks, and one object to move over a strip without any."""
    pictures = load_objects(places)
    drawn = [p for p in pictures if p.source == "ECSSD"]
    held = [p for p in drawn if p.validation]
    moving = next(p for p in held if worth_cutting(p))
    return Exhibits(
        trained=[p.image for p in drawn if not p.validation][:64],
        held=[p.image for p in held[:20]],
        image=moving.image,
        alpha=moving.mask,
        subject=moving.mask > 127,
        scene=next(s for s in map(beside, held) if s is not None),
    )


def sheets(places: Places, confidence: Confidence, held: list[ObjectPicture]) -> None:
    """Pictures to look at: the validation part of every set, and clips nothing was trained on."""
    named: dict[str, list[np.ndarray]] = {}
    for picture in held:
        named.setdefault(picture.source, []).append(picture.image)
    for clip in sorted((places.data / "videos").glob("*.m*")):
        named.setdefault("clips", []).extend(contact.frames(clip, every=1.5, most=9))
    for name, images in named.items():
        path = places.work / "sheets" / f"object-{name}.png"
        contact.sheet(confidence, images[:48], path, columns=4)
