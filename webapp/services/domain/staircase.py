"""The staircase of effort: steps 0 to 6, and other pictures of the same idea (TJ-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.kernel.language import localised

STEPS = range(7)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a picture: its number from the bottom, its words, the steps of the staircase it covers."""

    number: int
    name: str
    text: str
    covers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A municipality's picture of the levels of help, from the bottom up."""

    title: str
    lead: str
    steps: tuple[Step, ...]


def picture(document: Mapping[str, Any], name: str, language: str) -> Picture | None:
    """Answer a picture from the staircase document, or None where it is not there."""
    found = document.get("pictures", {}).get(name)
    if not found:
        return None
    steps = tuple(
        Step(number, localised(step["name"], language), localised(step["text"], language), tuple(step["covers"]))
        for number, step in enumerate(found["steps"])
    )
    return Picture(localised(found["title"], language), localised(found["lead"], language), steps)


def on_step(step: Step, steps_of: Mapping[str, Sequence[int]]) -> list[str]:
    """Answer the slugs of the services that stand on a step, in the given order."""
    return [slug for slug, steps in steps_of.items() if set(steps) & set(step.covers)]
