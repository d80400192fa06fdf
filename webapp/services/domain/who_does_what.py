"""The municipality's line on a task (domain.md: Stance)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stance(StrEnum):
    """What the municipality normally does about a task."""

    NORMALLY = "normally"
    SOMETIMES = "sometimes"
    NOT_NORMALLY = "not_normally"


@dataclass(frozen=True, slots=True)
class Line:
    """The municipality's line: its stance, and whether one must apply first."""

    stance: Stance
    needs_decision: bool

    @property
    def is_no(self) -> bool:
        """Tell whether the reader is told no, and must be told what there is instead."""
        return self.stance is Stance.NOT_NORMALLY


VOLUNTEER = "volunteer"
CAREGIVER = "caregiver"


def others_in_order(others: list[str], *, critical: bool) -> list[str]:
    """Answer who else can do a task, the resident first and volunteers last.

    Volunteers come in addition, and stand alone for no task that somebody's safety hangs on.
    """
    order = ("resident", "caregiver", "neighbour", "health_service", "nav", "private", "bank", "school",
             "police", "fire_service", VOLUNTEER)  # fmt: skip
    named = [actor for actor in order if actor in others]
    return [] if critical and named == [VOLUNTEER] else named
