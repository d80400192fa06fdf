"""The time, asked for in one place so that tests can hold it still."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

NORWAY = ZoneInfo("Europe/Oslo")


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """Answer the time, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Answer the time, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved."""

    def __init__(self, time: datetime) -> None:
        self.time = time

    def now(self) -> datetime:
        """Answer the time it was set to."""
        return self.time


def local_day(time: datetime) -> date:
    """Answer the calendar day in Norway at a point in time."""
    return time.astimezone(NORWAY).date()
