"""The hair-color profile: what each command does for it."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from ..common import contact, grades, report
from ..common.archives import (
    HAIR,
    IGNORE,
    Places,
    load_celeba,
    load_faces,
    load_hair,
    load_scenes,
)
from ..common.calibration import calibrate, run
from ..common.efficientnet import pretrained
from ..common.estimator import Estimator
from ..common.export import export_estimator, export_primary
from ..common.geometry import REGION, Confidence, Input, Manifest, manifest, session
from ..common.log import log
from ..common.measures import Measures
from ..common.quantise import quantise_estimator
from ..common.settle import SLACK, settle
from ..common.train_estimator import Plan as EstimatorPlan
from ..common.train_estimator import train as train_estimator
from ..common.verify import Exhibits
from . import evaluate_estimator, evaluate_primary
from .actors import actors
from .colors import LABELS, NONE, SIDE, Heads, inputs, load_heads
from .compose import bald_names, compose, load_sources
from .experiment import experiment
from .nets import ColorNet, ColorStatistics
from .targets import prepare
from .teach import hairless_names
from .train import Plan as PrimaryPlan
from .train import train as train_primary
from .trunk import hair_trunk

__all__ = ["actors", "estimator", "evaluate", "exhibits", "experiment", "int8", "primary"]


INPUT = Input(area=160 * 160)
EXPORTED = ((160, 160), (128, 192), (192, 128), (64, 96))
PLAN = EstimatorPlan(
    steps=6400,
    batch=12,
    peak=3e-3,
    small=0.15,
    doubt=3.0,
    sizes=((192, 128), (128, 192), (160, 160), (128, 160), (160, 128)),
    shares=(0.25, 0.25, 0.35, 0.08, 0.07),
)
CANDIDATES = {"network": ColorNet, "statistics": ColorStatistics}
FOLDS = 5


def estimator(places: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Trains the estimator, or goes on where it stopped, and exports it."""
    plan = PLAN if steps is None else replace(PLAN, steps=steps)
    draw = partial(compose, load_sources(places))
    checkpoint = places.work / "hair-estimator.pt"
    net = train_estimator(
        lambda: Estimator(grades.HAIR, hair_trunk(pretrained())), draw, checkpoint, plan, origin
    )
    drawn = [p for p in load_hair(places) if not p.validation]
    labelled = [(p.image, p.label == HAIR, p.label != IGNORE) for p in drawn[::6]]
    settle(net, 0, REGION, labelled, INPUT, SLACK)
    export_estimator(net, profile, EXPORTED)


def fit(
    name: str, heads: Heads, settings: Manifest, checkpoint: Path, steps: int
) -> torch.nn.Module:
    """Trains one of the candidates on some heads."""
    margin, threshold = settings["primary"]["margin"], settings["threshold"]
    torch.manual_seed(5)
    net, limits = CANDIDATES[name](len(LABELS)), (threshold["min"], threshold["max"])
    return train_primary(net, heads, margin, limits, checkpoint, PrimaryPlan(steps=steps))


def classify(net: torch.nn.Module, heads: Heads, settings: Manifest) -> torch.Tensor:
    """The program's answers at the profile's first threshold."""
    x = inputs(heads, settings["primary"]["margin"], settings["threshold"]["initial"])
    with torch.no_grad():
        logits = torch.cat([net(part) for part in x.split(256)])
    return evaluate_primary.answers(logits, heads)


def primary(places: Places, profile: Path, epochs: int | None, origin: Path | None) -> None:
    """Trains both candidates, exports the better one, calibrates it and cross-validates it."""
    if origin is not None:
        sys.exit("hair-color's primary takes a minute to train and goes on from no other")
    settings, confidence = manifest(profile), Confidence(profile)
    heads = load_heads(places, confidence)
    learned, held = heads.part(~heads.validation), heads.part(heads.validation)
    steps = (epochs or 30) * len(learned.labels) // PrimaryPlan().batch
    nets, results = {}, {}
    for name in CANDIDATES:
        checkpoint = places.work / f"hair-{name}-{confidence.digest[:12]}.pt"
        nets[name] = fit(name, learned, settings, checkpoint, steps)
        results[name] = evaluate_primary.macro(classify(nets[name], held, settings), held)
    best = max(results, key=lambda name: results[name]["macro_f1"])
    log.info("the better one: %s", best)
    path = export_primary(nets[best], profile, (3, SIDE, SIDE))
    shown = held.part(evaluate_primary.scored(held) & held.found)
    calibrate(profile, logits_of(path, shown, settings), shown.labels.repeat(2))
    crossed = folds(best, learned, settings, places.work / f"hair-{confidence.digest[:12]}", steps)
    report.write({"candidates": results, "folds": crossed}, places.work, "hair-color-primary")


def logits_of(path: Path, heads: Heads, settings: Manifest) -> torch.Tensor:
    """The exported primary's at the first threshold and, below them, at the lowest."""
    margin, threshold, model = settings["primary"]["margin"], settings["threshold"], session(path)
    return torch.cat([run(model, inputs(heads, margin, threshold[k])) for k in ("initial", "min")])


def folds(
    name: str, heads: Heads, settings: Manifest, work: Path, steps: int
) -> dict[str, Measures]:
    """Red and covered, which are rare, by cross-validation of a candidate on its training part."""
    number = torch.from_numpy(np.random.default_rng(8).permutation(len(heads.labels)) % FOLDS)
    found = torch.zeros_like(heads.labels)
    for fold in range(FOLDS):
        checkpoint = work.with_name(f"{work.name}-{name}-fold{fold}.pt")
        net = fit(name, heads.part(number != fold), settings, checkpoint, steps)
        found[number == fold] = classify(net, heads.part(number == fold), settings)
    rare = {label: LABELS.index(label) for label in ("red", "covered")}
    result = {label: evaluate_primary.crossed(found, heads.labels, i) for label, i in rare.items()}
    return {**result, "five classes": evaluate_primary.macro(found, heads)}


def evaluate(places: Places, profile: Path) -> None:
    """Measures both models; writes a report and contact sheets into the work folder."""
    settings, confidence = manifest(profile), Confidence(profile)
    heads = load_heads(places, confidence)
    held = heads.part(heads.validation)
    results = {
        "estimator": evaluate_estimator.evaluate(places, confidence),
        "estimator in 8 bits": evaluate_estimator.evaluate(places, Confidence(profile, int8=True)),
        "primary": evaluate_primary.evaluate(profile / "primary.onnx", held, settings),
    }
    results["estimator"]["time"] = report.latency(confidence)
    results["primary"]["subjects"] = {
        "haired": float(held.found[held.labels != NONE].float().mean()),
        "bald": float(held.found[held.labels == NONE].float().mean()),
    }
    report.write(results, places.work, "hair-color")
    sheets(places, confidence)


def int8(places: Places, profile: Path) -> None:
    """Writes the estimator in 8 bits, calibrated on images that it learned from."""
    quantise_estimator(profile, exhibits(places).trained)


def exhibits(places: Places) -> Exhibits:
    """Portraits for the program's checks, and one cut out to move through a scene without hair."""
    drawn = [p for p in load_hair(places) if p.source == "Celeb1k"]
    held = [p for p in load_faces(places) if p.source == "CE7454" and p.validation]
    scenes = [p for p in load_scenes(places, hairless_names()) if p.validation]
    source = prepare(next(p for p in held if (p.label == HAIR).mean() > 0.1))
    return Exhibits(
        trained=[p.image for p in drawn if not p.validation][:64],
        held=[p.image for p in drawn if p.validation][:14] + [p.image for p in scenes[:6]],
        image=source.image,
        alpha=source.cutout,
        subject=source.sample.label == HAIR,
        scene=scenes[0].image,
    )


def sheets(places: Places, confidence: Confidence) -> None:
    """Images to look at: drawn hair, bald heads, scenes without hair, and unseen clips."""
    folder, bald = places.work / "sheets-hair", bald_names(places)
    drawn = [p for p in load_hair(places) if p.validation]
    scenes = [p.image for p in load_scenes(places, hairless_names()) if p.validation]
    named = {
        "celeb1k": [p.image for p in drawn if p.source == "Celeb1k"][:36],
        "figaro": [p.image for p in drawn if p.source == "Figaro1k"][:36],
        "bald": [p.image for p in load_celeba(places) if p.validation and p.name in bald][:36],
        "no-hair": scenes[:60],
        "clips": contact.clips(places),
    }
    contact.sheets(confidence, named, folder)
