"""An agreement in force: which lines hold now, and who may do what about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.history import Act

OBJECTION_DAYS = 14


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing of the history that changes which lines hold: a text in force, a line let go, a party gone."""

    act: Act
    about: str


def lines_in_force(happened: Iterable[Happened], texts: Mapping[str, Iterable[Commitment]]) -> dict[str, Commitment]:
    """Answer the lines that hold, by task: the version, its changes, less what was let go or lost its person.

    `happened` in the order it happened; `texts` has the lines of each text by its number.
    """
    lines: dict[str, Commitment] = {}
    for one in happened:
        if one.act is Act.IN_FORCE:
            lines = {line.task: line for line in texts.get(one.about, ())}
        elif one.act is Act.AMENDED:
            lines |= {line.task: line for line in texts.get(one.about, ())}
        elif one.act is Act.REOPENED and one.about in lines:
            lines[one.about] = Commitment(one.about, Way.OPEN)
        elif one.act in {Act.LEFT, Act.REMOVED}:
            lines = {task: _without(line, one.about) for task, line in lines.items()}
    return lines


def _without(line: Commitment, gone: str) -> Commitment:
    """Answer a line that nobody, or only the others, have when somebody has left."""
    left = replace(line, responsible=line.responsible - {gone}, reserve=line.reserve - {gone})
    return Commitment(line.task, Way.OPEN) if line.responsible and not left.responsible else left


def lines_of(lines: Mapping[str, Commitment], party: str) -> dict[str, Commitment]:
    """Answer the lines that somebody carries a part in."""
    return {task: line for task, line in lines.items() if party in line.responsible | line.reserve}


def may_object(amended_at: datetime, now: datetime) -> bool:
    """Tell whether it is still time to object to a change of single lines."""
    return now < amended_at + timedelta(days=OBJECTION_DAYS)
