"""Emotion from faces shown whole and masked, by networks that learned from one or from both.

A reduced plan with the shipped network's shape, several seeds each: what one training's luck
decides must not be taken for what masking does.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..common import evidence
from ..common.archives import Places
from ..common.crops import crop, square
from ..common.geometry import enlarge, manifest
from ..common.log import log
from ..common.measures import Measures
from ..common.training import sampling_weights
from .evaluate_primary import ROWS
from .fer import CLASSES, SIDE, FerPlus, Jitter, normalise
from .subjects import Subjects, ferplus
from .train import Plan, sampled_priors, train

TRAININGS = {"unmasked only": 1.0, "unmasked and masked": 0.5}


def shown(data: FerPlus, found: Subjects, margin: float, threshold: float) -> dict[str, Tensor]:
    """The primary's inputs under every variant, by the program's geometry."""
    grey = data.images[:, None].float() / 255
    side = grey.shape[-1]
    planes = np.stack([enlarge(m, side, side) for m in found.maps.numpy()])
    kept = (torch.from_numpy(planes)[:, None].float() / 255 > threshold).float()
    view = square(found.boxes, margin, (side, side))
    result = {}
    for name, (image, keep) in evidence.variants(grey, kept).items():
        both = crop(torch.cat([image * keep, keep], 1), view, SIDE)
        fraction = both[:, 1:]
        result[name] = normalise(both[:, :1] / fraction.clamp(min=1e-3), fraction)
    return result


def answers(net: torch.nn.Module, x: Tensor, shift: Tensor) -> Tensor:
    with torch.no_grad():
        return torch.cat([(net(part) + shift).argmax(1) for part in x.split(256)])


def mean_recall(right: np.ndarray, majority: np.ndarray) -> float:
    """Over the classes with enough images, and over runs [runs,images]."""
    counted = [c for c in range(len(CLASSES)) if (majority == c).sum() >= ROWS]
    return float(np.mean([right[:, majority == c].mean() for c in counted]))


def experiment(places: Places, profile: Path, epochs: int, seeds: int) -> None:
    """Trains every kind with every seed, measures all variants; writes JSON and a table."""
    settings = manifest(profile)
    margin, limits = settings["primary"]["margin"], settings["threshold"]
    data, found = ferplus(places, profile, "train")
    held, held_found = ferplus(places, profile, "val")
    views = shown(held, held_found, margin, limits["initial"])
    majority = held.majority.numpy()
    results: Measures = {
        "epochs": epochs,
        "seeds": seeds,
        "threshold": limits["initial"],
    }
    rows: dict[str, dict[str, Measures]] = {}
    for name, unmasked in TRAININGS.items():
        right: dict[str, list[np.ndarray]] = {view: [] for view in views}
        for seed in range(seeds):
            plan = Plan(epochs=epochs, seed=100 + seed, jitter=Jitter(unmasked=unmasked))
            plan = replace(plan, checkpoint=f"experiment-{unmasked}-{epochs}-{seed}.pt")
            weights = sampling_weights(data.majority, plan.balance)
            shift = (held.priors / sampled_priors(data, weights)).log()
            ends = (limits["min"], limits["max"])
            net = train(data, found, margin, ends, places.work, plan).cpu().eval()
            for view, x in views.items():
                right[view].append((answers(net, x, shift) == held.majority).numpy())
            log.info("%s, seed %d: full %.4f", name, seed, right["full"][-1].mean())
        stacked = {view: np.stack(runs).astype(float) for view, runs in right.items()}
        rows[name] = {v: evidence.compared(r, stacked["full"]) for v, r in stacked.items()}
        for view, values in stacked.items():
            rows[name][view]["mean_recall"] = mean_recall(values, majority)
    evidence.write({**results, "trainings": rows}, rows, places.work, "face-emotion")
