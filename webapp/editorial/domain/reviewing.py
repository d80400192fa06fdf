"""When a page is to be gone through again, and how loudly somebody is told (RE-1)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum

SOON = timedelta(days=30)


class Level(IntEnum):
    """How loudly it is told, rising."""

    NONE = 0
    SOON = 1
    """It stands in the work list."""
    DUE = 2
    """Editors are told by mail."""
    LATE = 3
    """A month late: whoever approves is told too."""
    VERY_LATE = 4
    """A quarter late: the administrators are told too."""


def level(review_by: date, today: date) -> Level:
    """Answer how loudly somebody is told of a page on a day."""
    late = today - review_by
    if late >= timedelta(days=90):
        return Level.VERY_LATE
    if late >= timedelta(days=30):
        return Level.LATE
    if late >= timedelta(0):
        return Level.DUE
    return Level.SOON if -late <= SOON else Level.NONE
