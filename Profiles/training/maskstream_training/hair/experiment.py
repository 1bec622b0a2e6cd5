"""Hair colour from heads shown whole and masked, by primaries that learned from one or the other.

The shipped kind of primary, trained anew with several seeds. Bald heads count only where the
estimator found a subject, as the program would not ask the primary otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..common import evidence
from ..common.archives import Places
from ..common.crops import crop
from ..common.geometry import Confidence, manifest
from ..common.log import log
from ..common.measures import Measures
from .colors import FINE, LABELS, SCORED, SIDE, Heads, filled, load_heads, scores, view
from .evaluate_primary import f1, scored
from .nets import ColorStatistics
from .train import Plan, train

ALL = (-1.0, -1.0)


def shown(heads: Heads, margin: float, threshold: float) -> dict[str, Tensor]:
    """The primary's inputs under every variant, by the program's geometry."""
    at = view(heads, margin)
    rgb = crop(heads.images.float() / 255, at, SIDE * FINE)
    kept = (scores(heads, at) > threshold).float()
    result = {}
    for name, (image, keep) in evidence.variants(rgb, kept).items():
        fraction = F.avg_pool2d(keep, FINE)
        mean = F.avg_pool2d(image * keep, FINE) / fraction.clamp(min=1e-6)
        result[name] = filled(mean, fraction)
    return result


def macro(found: np.ndarray, truth: np.ndarray) -> float:
    """Mean F1 of the scored classes over runs [runs,images]."""
    labels = [LABELS.index(name) for name in SCORED]
    pairs = [(torch.from_numpy(run), torch.from_numpy(truth)) for run in found]
    return float(np.mean([f1(*pair, label) for pair in pairs for label in labels]))


def experiment(places: Places, profile: Path, epochs: int, seeds: int) -> None:
    """Trains both kinds with every seed, measures all variants; writes JSON and a table."""
    settings, confidence = manifest(profile), Confidence(profile)
    margin, threshold = settings["primary"]["margin"], settings["threshold"]
    heads = load_heads(places, confidence)
    learned, held = heads.part(~heads.validation), heads.part(heads.validation)
    held = held.part(scored(held) & held.found)
    views, truth = shown(held, margin, threshold["initial"]), held.labels.numpy()
    trainings = {"unmasked only": ALL, "masked": (threshold["min"], threshold["max"])}
    results: Measures = {"epochs": epochs, "seeds": seeds, "pictures": len(truth)}
    rows: dict[str, dict[str, Measures]] = {}
    for name, limits in trainings.items():
        answers: dict[str, list[np.ndarray]] = {v: [] for v in views}
        for seed in range(seeds):
            plan = replace(Plan(seed=100 + seed), steps=epochs * len(learned.labels) // Plan.batch)
            torch.manual_seed(plan.seed)
            word = f"hair-experiment-{name.split()[0]}-{epochs}-{seed}"
            checkpoint = places.work / f"{word}-{confidence.digest[:12]}.pt"
            net = train(ColorStatistics(len(LABELS)), learned, margin, limits, checkpoint, plan)
            with torch.no_grad():
                for v, x in views.items():
                    answers[v].append(net(x).argmax(1).numpy())
        found = {v: np.stack(runs) for v, runs in answers.items()}
        right = {v: (runs == truth).astype(float) for v, runs in found.items()}
        rows[name] = {v: evidence.compared(r, right["full"]) for v, r in right.items()}
        for v, runs in found.items():
            rows[name][v]["macro_f1"] = macro(runs, truth)
        log.info("%s: measured", name)
    evidence.write({**results, "trainings": rows}, rows, places.work, "hair-color")
