"""The face-emotion profile: what each command does for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch

from ..common import contact, report
from ..common.archives import (
    FACE_CLASSES,
    IGNORE,
    PART_CLASSES,
    Places,
    load_faces,
    load_figaro,
    load_scenes,
)
from ..common.calibration import calibrate, run
from ..common.compact import compact
from ..common.continuing import load_exported
from ..common.distract import load_things
from ..common.efficientnet import pretrained
from ..common.estimator import Estimator
from ..common.export import export_estimator, export_primary
from ..common.geometry import PARTS, REGION, Confidence, Input, manifest, session
from ..common.grades import FACE
from ..common.log import log
from ..common.quantise import quantise
from ..common.scenes import faceless_names
from ..common.settle import SLACK, limit_steps, settle
from ..common.stamp import stamp
from ..common.train_estimator import Plan as EstimatorPlan
from ..common.train_estimator import train as train_estimator
from ..common.training import device
from ..common.verify import Exhibits
from . import evaluate_estimator, evaluate_primary
from .actors import actors
from .compose import Sources, compose
from .evaluate_primary import all_inputs
from .experiment import experiment
from .fer import FerPlus
from .net import Primary
from .strangers import load_strangers
from .subjects import cached, ferplus, inputs, matching_margin, validation
from .targets import prepare
from .teach import ferplus_blendshapes, load_portraits, people, scene_without_face, shows_face
from .teacher import Teacher
from .train import Plan as PrimaryPlan
from .train import drawn, sampled_priors
from .train import train as train_primary
from .trunk import FaceTrunk

__all__ = ["actors", "estimator", "evaluate", "exhibits", "experiment", "int8", "primary"]


PLAN = EstimatorPlan(steps=6000, peak=3e-3, small=0.65)
LARGEST_STEP = 0.18
CALIBRATING = 100
"""About how many faces the primary in 8 bits is calibrated on, each whole and through two masks."""


def estimator(places: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Trains the estimator, or goes on where it stopped, and exports it."""
    plan = PLAN if steps is None else replace(PLAN, steps=steps)
    draw = partial(compose, load_sources(places))
    checkpoint = places.work / "face-estimator.pt"
    net = train_estimator(
        lambda: Estimator(FACE, FaceTrunk(pretrained())), draw, checkpoint, plan, origin
    )
    drawn = [p for p in load_faces(places) if p.source == "CE7454" and not p.validation]
    levels = ((0, REGION, FACE_CLASSES, SLACK), (2, PARTS, PART_CLASSES, 0.0))
    for plane, level, classes, slack in levels:
        labelled = [(p.image, np.isin(p.label, classes), p.label != IGNORE) for p in drawn[::3]]
        settle(net, plane, level, labelled, Input(), slack)
    limit_steps(net, 1, LARGEST_STEP, [p.image for p in drawn[::3]], Input())
    export_estimator(net, profile)


def load_sources(places: Places) -> Sources:
    """The training part of every set, graded and ready to draw."""
    portraits = [p for p in load_portraits(places) if not p.validation]
    taught = [prepare(p) for p in people(places) if not p.validation]
    hair = [p for p in load_figaro(places) if not p.validation]
    scenes = [p for p in load_scenes(places, faceless_names()) if not p.validation]
    sources = Sources(
        drawn=[prepare(p) for p in portraits if p.source != "celeba"],
        machine=[prepare(p) for p in portraits if p.source == "celeba"],
        people=[source for source in taught if shows_face(source.sample)],
        doubtful=[source for source in taught if scene_without_face(source.sample)],
        hair=hair,
        scenes=scenes,
        things=load_things(places, scenes),
    )
    log.info("sources: %s", {name: len(pool) for name, pool in vars(sources).items()})
    return sources


def primary(places: Places, profile: Path, epochs: int | None, origin: Path | None) -> None:
    """Trains the classifier behind the profile's estimator, calibrates and exports it.

    From an exported one, which has no second head, it goes on at less than half the learning rate,
    with masks from the start. That one may have two blocks a stage.
    """
    plan = PrimaryPlan() if epochs is None else PrimaryPlan(epochs=epochs)
    if origin is not None:
        plan = replace(plan, peak=plan.peak * 0.4, plain=0.0)
    settings = manifest(profile)
    margin, threshold = settings["primary"]["margin"], settings["threshold"]
    data, found = ferplus(places, profile, "train")
    if origin is None:
        found.blendshapes = torch.from_numpy(ferplus_blendshapes(places, data.images.numpy()))
    teacher = Teacher(places, data)
    strangers = load_strangers(places, teacher)
    data.votes = plan.taught(data.votes, teacher.about(data, places.work / "teacher-ferplus.pt"))
    data = data.and_more(strangers)
    found = found.and_more(cached(Confidence(profile), strangers, places.work))
    held, held_found = validation(places, profile, choosing=True)
    log.info("margin %.3f; FER+'s own framing is %.3f", margin, matching_margin(found))
    x = all_inputs(held, held_found, margin, None)
    shift = (held.priors / sampled_priors(data, drawn(data, plan))).log()

    def validate(net: torch.nn.Module) -> str:
        with torch.no_grad():
            logits = torch.cat([net(part.to(device())).cpu() for part in x.split(256)])
        return f"accuracy {float(((logits + shift).argmax(1) == held.majority).float().mean()):.4f}"

    def go_on(net: Primary, origin: Path) -> None:
        example = inputs(data, found, margin, None, torch.arange(512))
        try:
            load_exported(net, origin, example)
        except ValueError:
            shallow = Primary(blocks=2)
            load_exported(shallow, origin, example)
            net.begin_with(shallow)
        with torch.no_grad():
            net.head.bias -= shift

    limits = threshold["min"], threshold["max"]
    begin = None if origin is None else partial(go_on, origin=origin)
    net = train_primary(
        data, found, margin, limits, places.work, plan, teacher, validate, begin
    ).cpu()
    with torch.no_grad():
        net.head.bias += shift
    net.blendshapes = torch.nn.Identity()
    path = export_primary(net, profile)
    compact(path)
    stamp(profile, "primary", path)
    thresholds, model = (None, threshold["initial"]), session(path)
    logits = [run(model, all_inputs(held, held_found, margin, t)) for t in thresholds]
    calibrate(profile, torch.cat(logits), held.majority.repeat(2))


def int8(places: Places, profile: Path) -> None:
    """Writes the primary in 8 bits, calibrated on faces that it learned from, whole and masked."""
    margin = manifest(profile)["primary"]["margin"]
    data, found = ferplus(places, profile, "train")
    rows = torch.arange(0, len(data.images), len(data.images) // CALIBRATING)
    shown = [inputs(data, found, margin, t, rows) for t in (None, 0.3, 0.5)]
    quantise(profile, "primary", [crop.numpy() for crop in torch.cat(shown).split(1)])


def evaluate(places: Places, profile: Path) -> None:
    """Measures both models; writes a report and contact sheets into the work folder."""
    settings = manifest(profile)
    confidence = Confidence(profile)
    held, found = validation(places, profile, choosing=False)
    primary = settings["primary"]
    files = {"primary": primary["file"], "primary in 8 bits": primary["int8"]["file"]}
    results = {"estimator": evaluate_estimator.evaluate(places, confidence)} | {
        name: evaluate_primary.evaluate(
            profile / file, held, found, primary["margin"], primary["temperature"]
        )
        for name, file in files.items()
    }
    results["estimator"]["time"] = report.latency(confidence)
    report.write(results, places.work, "face-emotion")
    sheets(places, confidence, held)


def exhibits(places: Places) -> Exhibits:
    """Portraits for the program's checks, and one cut out to move through a faceless scene."""
    drawn = [p for p in load_faces(places) if p.source == "CE7454"]
    held = [p for p in drawn if p.validation]
    scenes = [p for p in load_scenes(places, faceless_names()) if p.validation]
    source = prepare(held[0])
    return Exhibits(
        trained=[p.image for p in drawn if not p.validation][:64],
        held=[p.image for p in held[:14]] + [p.image for p in scenes[:6]],
        image=source.image,
        alpha=source.cutout,
        subject=np.isin(held[0].label, FACE_CLASSES),
        scene=scenes[0].image,
    )


def sheets(places: Places, confidence: Confidence, held: FerPlus) -> None:
    """Images to look at: portraits, faceless scenes, FER+, and clips nothing was trained on."""
    folder = places.work / "sheets"
    portraits = [p for p in load_portraits(places) if p.validation]
    wearers = [p.image for p in portraits if p.glasses][:24]
    drawn = [p.image for p in portraits if p.source != "celeba"][:36]
    scenes = [p.image for p in load_scenes(places, faceless_names()) if p.validation][:60]
    grey = [cv2.cvtColor(p, cv2.COLOR_GRAY2RGB) for p in held.images[::72].numpy()]
    named = {"glasses": wearers, "drawn": drawn, "faceless": scenes, "ferplus": grey}
    contact.sheets(confidence, {**named, "clips": contact.clips(places)}, folder)
