"""Looking back: three taps a line and three questions, counted for the indicators."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

FIRST_REVIEW = timedelta(days=91)
LATER_REVIEW = timedelta(days=365)
COOPERATION_REVIEW = timedelta(days=89)
"""A cooperation agreement is looked at again within three months, also when one of them is February."""
REMINDED_BEFORE = timedelta(days=14)


class Line(StrEnum):
    """How a settled task has gone."""

    WORKS = "works"
    CHANGE = "change"
    NOT_NEEDED = "not_needed"


class Better(StrEnum):
    """The answer to «did it become more predictable?» and «did you work together better?»."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


def review_on(signed_on: date, *, is_first: bool, is_cooperation: bool = False, chosen: date | None = None) -> date:
    """Answer when an agreement is looked at again: as chosen, within a year; else after three months, then a year.

    A cooperation agreement is always looked at again within three months.
    """
    usual = signed_on + (FIRST_REVIEW if is_first else LATER_REVIEW)
    latest = signed_on + (COOPERATION_REVIEW if is_cooperation else LATER_REVIEW)
    return min(chosen or usual, latest)
