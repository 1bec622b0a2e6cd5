"""The scores that an estimator learns: background, rim, inside, and parts."""

from __future__ import annotations

from dataclasses import dataclass

LOW = 0.05
"""The score of the background."""


@dataclass(frozen=True)
class Grades:
    """The score at the rim of a region, the highest one inside, and that of its parts, if any."""

    floor: float
    ceiling: float
    part: float | None = None

    @property
    def planes(self) -> int:
        """Region, ramp and, if there are parts, parts."""
        return 2 if self.part is None else 3


FACE = Grades(floor=0.35, ceiling=0.70, part=0.90)
HAIR = Grades(floor=0.40, ceiling=1.0)
OBJECT = Grades(floor=0.40, ceiling=1.0)
