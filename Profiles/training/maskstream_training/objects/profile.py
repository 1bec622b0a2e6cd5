"""The object-id profile: what each command does for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from onnxruntime.quantization import CalibrationMethod

from ..common import contact, report
from ..common.agreement import program_maps
from ..common.archives import Places
from ..common.calibration import calibrate
from ..common.compact import compact
from ..common.distract import worth_cutting
from ..common.efficientnet import pretrained
from ..common.estimator import Estimator
from ..common.export import export_estimator
from ..common.geometry import REGION, Confidence, Input, manifest
from ..common.grades import OBJECT
from ..common.log import log
from ..common.measures import Measures
from ..common.program import built
from ..common.quantise import quantise, quantise_estimator
from ..common.settle import SLACK, settle, spread_evenly
from ..common.stamp import stamp
from ..common.train_estimator import Plan as EstimatorPlan
from ..common.train_estimator import averaged
from ..common.train_estimator import train as train_estimator
from ..common.verify import Exhibits
from . import classifier, evaluate_estimator, evaluate_primary
from .actors import actors
from .compose import SHARES, SIZES, Sources, beside, compose, sources_of
from .experiment import experiment
from .images import ObjectImage
from .loading import load_objects
from .stamps import load_stamps
from .trunk import object_trunk

__all__ = ["actors", "estimator", "evaluate", "exhibits", "experiment", "int8", "primary"]


INPUT = Input(area=224 * 128)
CALIBRATING = 60
"""How many crops the primary in 8 bits is calibrated on, each whole and through two masks."""
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
FURTHER = replace(PLAN, steps=1200, peak=1e-3)
SEEDS = range(1, 8)
"""Of the trainings that go on from the first one, with things cut out from elsewhere as well."""


def estimator(places: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Trains the estimator, goes on from it with several seeds, and exports the mean of those.

    `origin` is an exported estimator that takes the place of the first training.
    """
    samples = [p for p in load_objects(places) if not p.validation]
    sources = sources_of(samples)
    if origin is None:
        plan = PLAN if steps is None else replace(PLAN, steps=steps)
        first = places.work / "object-first"
        first.mkdir(exist_ok=True)
        origin = export(trained(places, "object-estimator", sources, plan), samples, first)
    sources.cutouts += load_stamps(places)
    log.info("sources: %s", {name: len(pool) for name, pool in vars(sources).items()})
    nets = [
        trained(places, f"object-estimator-{seed}", sources, replace(FURTHER, seed=seed), origin)
        for seed in SEEDS
    ]
    export(averaged(nets), samples, profile)


def trained(
    places: Places, name: str, sources: Sources, plan: EstimatorPlan, origin: Path | None = None
) -> Estimator:
    """Runs a plan, or goes on where it stopped."""
    return train_estimator(
        lambda: Estimator(OBJECT, object_trunk(pretrained())),
        partial(compose, sources),
        places.work / f"{name}.pt",
        plan,
        origin,
    )


def export(net: Estimator, samples: list[ObjectImage], profile: Path) -> Path:
    """Settles a network on drawn masks and writes it into a profile."""
    drawn = [p for p in samples if p.source == "ECSSD"][::4]
    spread_evenly(net, 1, (p.image for p in drawn), INPUT)
    labelled = [(p.image, p.mask > 127, np.ones_like(p.mask, bool)) for p in drawn]
    settle(net, 0, REGION, labelled, INPUT, SLACK)
    path = export_estimator(net, profile, EXPORTED)
    compact(path)
    stamp(profile, "estimator", path)
    return path


def primary(places: Places, profile: Path, epochs: int | None, origin: Path | None) -> None:
    """Converts EfficientNet-Lite0 and fits its temperature.

    Nothing is trained: `epochs` and `origin` are not used.
    """
    classifier.export_classifier(profile)
    shown, model = behind_estimator(load_objects(places), profile)
    initial = manifest(profile)["threshold"]["initial"]
    calibrate(profile, *evaluate_primary.answers(model, shown, initial))


def int8(places: Places, profile: Path) -> None:
    """Writes both models in 8 bits: calibrated on images that the estimator learned from, and on
    crops of ImageNet samples, whole and masked, that are not held out."""
    quantise_estimator(profile, exhibits(places).trained)
    shown, _ = behind_estimator(load_objects(places), profile)
    chosen = np.flatnonzero(~shown.held)[:CALIBRATING]
    crops, scores = shown.crop[chosen], shown.score[chosen]
    views = [crops] + [evaluate_primary.masked(crops, scores > t) for t in (0.2, 0.4)]
    values = [classifier.pixels(view[i : i + 1]) for view in views for i in range(len(view))]
    quantise(profile, "primary", values, CalibrationMethod.Entropy)


def behind_estimator(
    samples: list[ObjectImage], profile: Path
) -> tuple[evaluate_primary.Crops, evaluate_primary.Classifier]:
    """What the profile's estimator shows of the ImageNet samples, and the primary to look at it."""
    shown = evaluate_primary.crops(Confidence(profile), samples, manifest(profile))
    return shown, evaluate_primary.Classifier(profile)


def evaluate(places: Places, profile: Path) -> None:
    """Measures both models; writes a report and contact sheets into the work folder."""
    samples, confidence = load_objects(places), Confidence(profile)
    held = [p for p in samples if p.validation]
    shown, model = behind_estimator(samples, profile)
    temperature = manifest(profile)["primary"]["temperature"]
    small = evaluate_primary.Classifier(profile, int8=True)
    results = {
        "estimator": evaluate_estimator.evaluate(confidence, held),
        "estimator in 8 bits": evaluate_estimator.evaluate(Confidence(profile, int8=True), held),
        "primary": {
            **evaluate_primary.accuracy(model, shown),
            **evaluate_primary.curves(model, shown, temperature),
        },
        "primary in 8 bits": evaluate_primary.accuracy(small, shown),
    }
    detail = manifest(profile)["estimator"]["input"]["detail"]["images"]
    results["estimator"][f"ECSSD, detail {detail}"] = closely(places, profile, held, detail)
    results["estimator"]["time"] = report.latency(confidence)
    report.write(results, places.work, "object-id")
    sheets(places, confidence, held)


def closely(places: Places, profile: Path, held: list[ObjectImage], detail: int) -> Measures:
    """ECSSD as the program sees images by itself."""
    drawn = [p for p in held if p.source == "ECSSD"]
    images, folder = [p.image for p in drawn], places.work / "object-detail"
    maps = program_maps(built(), profile, images, folder, detail)
    return evaluate_estimator.agreement([plane / 255 for plane in maps], drawn)


def exhibits(places: Places) -> Exhibits:
    """Images for the program's checks, and one object to move over a strip without any."""
    samples = load_objects(places)
    drawn = [p for p in samples if p.source == "ECSSD"]
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


def sheets(places: Places, confidence: Confidence, held: list[ObjectImage]) -> None:
    """Images to look at: the validation part of every set, and clips nothing was trained on."""
    named: dict[str, list[np.ndarray]] = {}
    for sample in held:
        named.setdefault(sample.source, []).append(sample.image)
    named["clips"] = contact.clips(places)
    named = {f"object-{name}": images[:48] for name, images in named.items() if images}
    contact.sheets(confidence, named, places.work / "sheets")
