"""The hair-color profile: what each command does for it."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from . import contact, evaluate_color, evaluate_hair, report
from .archives import HAIR, IGNORE, Places, load_celeba, load_faces, load_hair, load_scenes
from .color_nets import ColorNet, ColorStatistics
from .efficientnet import pretrained
from .evaluate_primary import fit_temperature, run
from .export import export_estimator, export_primary, replace_value
from .geometry import REGION, Confidence, Input, manifest, session
from .grading import HAIR as GRADES
from .hair_colors import LABELS, NONE, SIDE, Heads, inputs, load_heads
from .hair_compose import bald_names, compose, load_sources, prepare
from .hair_teach import hairless_names
from .hair_trunk import HairTrunk
from .nets import Estimator
from .settle import SLACK, settle
from .train_color import Plan as ColorPlan
from .train_color import train as train_color
from .train_estimator import Plan as EstimatorPlan
from .train_estimator import train as train_estimator
from .training import log
from .verify import Exhibits

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
    net = Estimator(GRADES, HairTrunk(pretrained()))
    net = train_estimator(net, draw, places.work / "hair-estimator.pt", plan, origin)
    drawn = [p for p in load_hair(places) if not p.validation]
    labelled = [(p.image, p.label == HAIR, p.label != IGNORE) for p in drawn[::6]]
    settle(net, 0, REGION, labelled, INPUT, SLACK)
    export_estimator(net, profile, EXPORTED)


def fit(name: str, heads: Heads, settings: dict, checkpoint: Path, steps: int) -> torch.nn.Module:
    """Trains one of the candidates on some heads."""
    margin, threshold = settings["primary"]["margin"], settings["threshold"]
    torch.manual_seed(5)
    net, limits = CANDIDATES[name](len(LABELS)), (threshold["min"], threshold["max"])
    return train_color(net, heads, margin, limits, checkpoint, ColorPlan(steps=steps))


def classify(net: torch.nn.Module, heads: Heads, settings: dict) -> torch.Tensor:
    """The tool's answers at the profile's first threshold."""
    x = inputs(heads, settings["primary"]["margin"], settings["threshold"]["initial"])
    with torch.no_grad():
        logits = torch.cat([net(part) for part in x.split(256)])
    return evaluate_color.answers(logits, heads)


def primary(places: Places, profile: Path, epochs: int | None, origin: Path | None) -> None:
    """Trains both candidates, exports the better one, calibrates it and cross-validates it."""
    if origin is not None:
        sys.exit("hair-color's primary takes a minute to train and goes on from no other")
    settings, confidence = manifest(profile), Confidence(profile)
    heads = load_heads(places, confidence)
    learned, held = heads.part(~heads.validation), heads.part(heads.validation)
    steps = (epochs or 30) * len(learned.labels) // ColorPlan().batch
    nets, results = {}, {}
    for name in CANDIDATES:
        checkpoint = places.work / f"hair-{name}-{confidence.digest[:12]}.pt"
        nets[name] = fit(name, learned, settings, checkpoint, steps)
        results[name] = evaluate_color.macro(classify(nets[name], held, settings), held)
    best = max(results, key=lambda name: results[name]["macro_f1"])
    log.info("the better one: %s", best)
    calibrate(export_primary(nets[best], profile, (3, SIDE, SIDE)), held, settings, profile)
    crossed = folds(best, learned, settings, places.work / f"hair-{confidence.digest[:12]}", steps)
    report.write({"candidates": results, "folds": crossed}, places.work, "hair-color-primary")


def calibrate(path: Path, held: Heads, settings: dict, profile: Path) -> None:
    """Fits the temperature at the first and the lowest threshold and writes it to the manifest."""
    rows = evaluate_color.scored(held) & held.found
    held, threshold, margin = held.part(rows), settings["threshold"], settings["primary"]["margin"]
    model = session(path)
    logits = [run(model, inputs(held, margin, threshold[key])) for key in ("initial", "min")]
    temperature = fit_temperature(torch.cat(logits), held.labels.repeat(2))
    replace_value(profile / "profile.yaml", "primary", "temperature", str(temperature))
    log.info("temperature %.3f", temperature)


def folds(name: str, heads: Heads, settings: dict, work: Path, steps: int) -> dict[str, dict]:
    """Red and covered, which are rare, by cross-validation of a candidate on its training part."""
    number = torch.from_numpy(np.random.default_rng(8).permutation(len(heads.labels)) % FOLDS)
    found = torch.zeros_like(heads.labels)
    for fold in range(FOLDS):
        checkpoint = work.with_name(f"{work.name}-{name}-fold{fold}.pt")
        net = fit(name, heads.part(number != fold), settings, checkpoint, steps)
        found[number == fold] = classify(net, heads.part(number == fold), settings)
    rare = {label: LABELS.index(label) for label in ("red", "covered")}
    result = {label: evaluate_color.crossed(found, heads.labels, i) for label, i in rare.items()}
    return {**result, "five classes": evaluate_color.macro(found, heads)}


def evaluate(places: Places, profile: Path) -> None:
    """Measures both models; writes a report and contact sheets into the work folder."""
    settings, confidence = manifest(profile), Confidence(profile)
    heads = load_heads(places, confidence)
    held = heads.part(heads.validation)
    results = {
        "estimator": evaluate_hair.evaluate(places, confidence),
        "primary": evaluate_color.evaluate(profile / "primary.onnx", held, settings),
    }
    results["estimator"]["time"] = report.latency(confidence)
    results["primary"]["subjects"] = {
        "haired": float(held.found[held.labels != NONE].float().mean()),
        "bald": float(held.found[held.labels == NONE].float().mean()),
    }
    report.write(results, places.work, "hair-color")
    sheets(places, confidence)


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
        subject=source.picture.label == HAIR,
        scene=scenes[0].image,
    )


def sheets(places: Places, confidence: Confidence) -> None:
    """Pictures to look at: drawn hair, bald heads, scenes without hair, and unseen clips."""
    folder, bald = places.work / "sheets-hair", bald_names(places)
    drawn = [p for p in load_hair(places) if p.validation]
    scenes = [p.image for p in load_scenes(places, hairless_names()) if p.validation]
    clips = []
    for clip in sorted((places.data / "videos").glob("*.m*")):
        clips += contact.frames(clip, every=1.5, most=9)
    named = {
        "celeb1k": [p.image for p in drawn if p.source == "Celeb1k"][:36],
        "figaro": [p.image for p in drawn if p.source == "Figaro1k"][:36],
        "bald": [p.image for p in load_celeba(places) if p.validation and p.name in bald][:36],
        "no-hair": scenes[:60],
        "clips": clips,
    }
    for name, images in named.items():
        contact.sheet(confidence, images, folder / f"{name}.png", columns=4)
