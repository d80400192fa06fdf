"""What `avklart doctor` finds: how things are, and how to mend what is not well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How well something is."""

    WELL = "well"
    WARNING = "warning"
    """It works today, and somebody should see to it."""
    FAULT = "fault"
    """Somebody must see to it now."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was looked at, how it is, and what helps where it is not well."""

    level: Level
    what: str
    said: str
    do: str = ""


def well(what: str, said: str) -> Observation:
    """Say that something is as it should be."""
    return Observation(Level.WELL, what, said)


def warning(what: str, said: str, do: str) -> Observation:
    """Say that somebody should see to something."""
    return Observation(Level.WARNING, what, said, do)


def fault(what: str, said: str, do: str) -> Observation:
    """Say that somebody must see to something now."""
    return Observation(Level.FAULT, what, said, do)


def are_faults(observations: Iterable[Observation]) -> bool:
    """Tell whether anything must be seen to now."""
    return any(one.level is Level.FAULT for one in observations)
