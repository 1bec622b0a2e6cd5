"""What holds beyond the metrics: the program's maps, how steady its masks are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import agreement, flicker
from .geometry import REGION
from .measures import Measures


@dataclass(frozen=True)
class Exhibits:
    """A profile's images: some trained on, some held back, and one to move through a scene.

    `alpha` (bytes) cuts it out of its `image`; `subject` is what of it the estimator should find.
    """

    trained: list[np.ndarray]
    held: list[np.ndarray]
    image: np.ndarray
    alpha: np.ndarray
    subject: np.ndarray
    scene: np.ndarray


def verify(profile: Path, program: Path, exhibits: Exhibits, work: Path) -> dict[str, Measures]:
    """Everything, also as JSON in the work folder."""
    moving = flicker.crossing(exhibits.image, exhibits.alpha, exhibits.subject, exhibits.scene)
    still = flicker.resting(moving)
    result = {
        "agreement": agreement.compare(program, profile, exhibits.held[:20], work),
        "flicker": flicker.measure(program, profile, still, moving, REGION, work),
    }
    (work / f"verify-{profile.name}.json").write_text(json.dumps(result, indent=1) + "\n")
    return result
