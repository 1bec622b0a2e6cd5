"""Trains the emotion classifier on FER+ votes, masked by the exported estimator and unmasked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset

from ..common import training
from ..common.crops import View, crop, jittered, square
from ..common.log import log
from .fer import SIDE, STRANGER, FerPlus, Jitter, augment_grey, normalise, patches
from .net import Primary
from .subjects import Subjects
from .teacher import Teacher, standardised


@dataclass(frozen=True)
class Plan:
    """Everything that shapes a run; the seed and the numbers make it repeatable.

    The first `plain` of the steps see whole faces only: masks come once faces are known. `trust` is
    the teacher's fraction of what is learned, the votes have the rest; half of it is what it says
    about the whole image, half what it says about the crop. It looks at the crops of `looks`
    steps, which then come again with other masks, light and noise. `strange` of the faces have
    no votes.
    """

    epochs: int = 34
    batch: int = 96
    peak: float = 3e-3
    decay: float = 0.03
    average: float = 0.999
    balance: float = 0.5
    blendshapes: float = 0.25
    trust: float = 0.7
    looks: int = 2000
    strange: float = 0.2
    mixed: float = 0.5
    mixup: float = 0.4
    plain: float = 0.5
    seed: int = 7
    checkpoint: str = "emotion.pt"
    jitter: Jitter = field(default_factory=Jitter)

    def taught(self, votes: Tensor, whole: Tensor) -> Tensor:
        """Votes and answers about whole images in the shares that they have beside each other."""
        return votes.lerp(whole, self.trust / (2 - self.trust))


def drawn(data: FerPlus, plan: Plan) -> Tensor:
    """How often each face is drawn: rare classes more often, `strange` of them without votes."""
    weights = training.sampling_weights(data.majority, plan.balance)
    strange = data.numbers == STRANGER
    for some, share in ((strange, plan.strange), (~strange, 1 - plan.strange)):
        weights[some] *= share / weights[some].sum()
    return weights


def sampled_priors(data: FerPlus, weights: Tensor) -> Tensor:
    """The mean vote under the sampling weights: what the network takes for the prior."""
    return (data.votes * weights[:, None]).sum(0) / weights.sum()


def views(
    data: FerPlus, subjects: Subjects, rows: Tensor, plan: Plan, margin: float, rng: torch.Generator
) -> tuple[Tensor, View]:
    """Grey crops [N,1,48,48] in 0..1 around jittered boxes, and where they were taken."""
    jitter, grey = plan.jitter, data.images[rows][:, None].float() / 255
    view = square(subjects.boxes[rows], margin, (grey.shape[-1], grey.shape[-2]))
    view = jittered(view, jitter.shift, jitter.scales, jitter.turn, rng)
    return crop(grey, view, SIDE), view


def inputs(
    grey: Tensor,
    view: View,
    maps: Tensor,
    scale: float,
    jitter: Jitter,
    thresholds: tuple[float, float],
    rng: torch.Generator,
    masked: bool,
) -> Tensor:
    """Crops in other light, some masked at a random threshold, normalised.

    `maps` are of the same images, `scale` times as large as these.
    """
    count = len(grey)
    grey = augment_grey(grey, rng)
    kept = torch.ones_like(grey)
    fine = crop(maps[:, None].float() / 255, view.scaled(scale), SIDE * 2, "zeros")
    low, high = thresholds
    threshold = low + torch.rand(count, 1, 1, 1, generator=rng) * (high - low)
    fraction = F.avg_pool2d((fine > threshold).float(), 2)
    whole = torch.rand(count, 1, 1, 1, generator=rng) < (jitter.unmasked if masked else 1.0)
    kept = torch.where(whole, kept, fraction)
    kept = kept * patches(count, SIDE, jitter.patch, rng)
    return normalise(grey, kept)


class Batches(IterableDataset):
    """Inputs, votes and blendshapes from step `first` on; a function of the seed and the step."""

    def __init__(self, draw: Callable[[int], tuple[Tensor, ...]], first: int, steps: int):
        self.draw, self.first, self.steps = draw, first, steps

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        return map(self.draw, range(self.first, self.steps))


@dataclass
class Drawing:
    """Draws the batch of a step: a function of the plan's seed and the step.

    Which crops, and how they are mixed, comes again after `looks` steps; the teacher is asked once.
    """

    data: FerPlus
    subjects: Subjects
    plan: Plan
    margin: float
    thresholds: tuple[float, float]
    steps: int
    teacher: Teacher | None
    answers: dict[int, Tensor] = field(default_factory=dict)

    @cached_property
    def weights(self) -> Tensor:
        return drawn(self.data, self.plan)

    def __call__(self, step: int) -> tuple[Tensor, ...]:
        """Inputs, what is meant, and blendshapes if there are any; some images are mixed."""
        plan, data, subjects = self.plan, self.data, self.subjects
        look = step % plan.looks
        rng = torch.Generator().manual_seed(plan.seed * 1_000_003 + look)
        rows = torch.multinomial(self.weights, plan.batch, replacement=True, generator=rng)
        grey, view = views(data, subjects, rows, plan, self.margin, rng)
        mixed = float(torch.rand(1, generator=rng)) < plan.mixed
        share = float(torch.rand(1, generator=rng)) * plan.mixup if mixed else 0.0
        maps, scale = subjects.maps[rows], subjects.maps.shape[-1] / data.images.shape[-1]
        masked = step >= plan.plain * self.steps
        light = torch.Generator().manual_seed(plan.seed * 1_000_003 + plan.looks + step)
        x = inputs(grey, view, maps, scale, plan.jitter, self.thresholds, light, masked)
        x, meant = (v.lerp(v.roll(1, 0), share) for v in (x, data.votes[rows]))
        if self.teacher:
            if look not in self.answers:
                whole = standardised(grey)
                self.answers[look] = self.teacher(whole.lerp(whole.roll(1, 0), share))
            meant = meant.lerp(self.answers[look], plan.trust / 2)
        return (
            (x, meant) if subjects.blendshapes is None else (x, meant, subjects.blendshapes[rows])
        )


def loss_of(net: Primary, x: Tensor, votes: Tensor, shapes: Tensor | None, weight: float) -> Tensor:
    """Cross entropy against the votes, plus the blendshapes where the teacher saw a face."""
    with training.halved():
        features = net.features(x)
    features = features.float()
    loss = F.cross_entropy(net.head(features), votes)
    if shapes is not None:
        seen = torch.isfinite(shapes[:, :1])
        error = F.smooth_l1_loss(
            net.blendshapes(features).sigmoid(), shapes.nan_to_num(), reduction="none", beta=0.1
        )
        loss = loss + weight * 10 * (error * seen).mean()
    return loss


def train(
    data: FerPlus,
    subjects: Subjects,
    margin: float,
    thresholds: tuple[float, float],
    work: Path,
    plan: Plan = Plan(),
    teacher: Teacher | None = None,
    validate: Callable[[Primary], str] | None = None,
    begin: Callable[[Primary], None] | None = None,
) -> Primary:
    """Runs or resumes the plan and returns the averaged network.

    `begin` may give a new network other weights than random ones.
    """
    training.seed_everything(plan.seed)
    net, path = Primary(), work / plan.checkpoint
    if begin is not None and not path.exists():
        begin(net)
    run = training.start(net, path, plan.peak, plan.decay, plan.average)
    device, started, total = training.device(), time.time(), 0.0
    per_epoch = len(data.votes) // plan.batch
    steps = plan.epochs * per_epoch
    draw = Drawing(data, subjects, plan, margin, thresholds, steps, teacher)
    loader = DataLoader(
        Batches(draw, run.step, steps), batch_size=None, num_workers=1, prefetch_factor=4
    )
    for x, votes, *shapes in loader:
        x = x.to(device, memory_format=torch.channels_last)
        taught = shapes[0].to(device) if shapes else None
        loss = loss_of(run.net, x, votes.to(device), taught, plan.blendshapes)
        run.descend(loss, training.cosine(run.step, steps, plan.peak, 300), clip=2.0)
        total += float(loss.detach())
        if run.step % per_epoch == 0:
            score = validate(run.average.net) if validate else ""
            spent = time.time() - started
            epoch, mean = run.step // per_epoch, total / per_epoch
            log.info("epoch %d/%d loss %.4f %s %.0f s", epoch, plan.epochs, mean, score, spent)
            total = 0.0
            run.save()
    return run.average.net
