"""A municipality's goals: what is done for each, and what shows whether it is reached (IN-2b)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.insight.domain.topics import Topic

_NUMBER = re.compile(r"[-−]?\d{1,12}([.,]\d{1,3})?")
LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINE, LONGEST_UNIT = 200, 2000, 120, 40


class Sort(StrEnum):
    """What there is in a plan, by its word in the address and in files."""

    GOAL = "mål"
    MEASURE = "tiltak"
    INDICATOR = "indikator"
    NUMBER = "tall"


PARENTS: Mapping[Sort, Sort] = {
    Sort.MEASURE: Sort.GOAL,
    Sort.INDICATOR: Sort.GOAL,
    Sort.NUMBER: Sort.INDICATOR,
}
"""What stands under what."""


class State(StrEnum):
    """How far a measure has come."""

    PLANNED = "planned"
    UNDERWAY = "underway"
    DONE = "done"
    STOPPED = "stopped"


FIGURES: Mapping[str, tuple[Topic, str, str]] = {
    "henvendelser": (Topic.REFERRALS, "door", ""),
    "besvart": (Topic.REFERRALS, "within", ""),
    "startet": (Topic.AGREEMENTS, "steps", "started"),
    "sammenlignet": (Topic.AGREEMENTS, "steps", "compared"),
    "i-kraft": (Topic.AGREEMENTS, "steps", "in force"),
    "sok": (Topic.SEARCH, "search", ""),
}
"""What an indicator may count by itself: (topic, series, category; empty for its total)."""


@dataclass(frozen=True, slots=True)
class Number:
    """What an indicator was on a day, and where that is from."""

    id: str
    day: date
    number: str
    source: str
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Indicator:
    """What shows whether a goal is reached."""

    id: str
    title: str
    unit: str
    target: str
    figure: str
    ended_on: date | None
    revision: int = 0
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What is done for a goal."""

    id: str
    title: str
    text: str
    owner: str
    state: State
    due_on: date | None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal, with what is done for it and what shows whether it is reached."""

    id: str
    title: str
    text: str
    ended_on: date | None
    revision: int = 0
    measures: tuple[Measure, ...] = ()
    indicators: tuple[Indicator, ...] = ()


def read_number(text: str) -> str | None:
    """Answer a number as it is kept, with a point; None where it is none that is understood."""
    plain = re.sub(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", "", text)
    if not _NUMBER.fullmatch(plain) or (not plain.isascii() and "−" not in plain):
        return None
    return plain.replace(",", ".").replace("−", "-")


def read_day(text: str) -> date | None:
    """Answer a date written as 2027-03-09 or 9.3.2027; None where it is none."""
    found = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        return None


def is_sensible(day: date) -> bool:
    """Tell whether a date is one that a plan may speak of."""
    return 1990 <= day.year <= 2100
